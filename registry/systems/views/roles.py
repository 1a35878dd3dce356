"""Roles under the Act: who holds one for a system, and until when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.operators.access import visible_operators
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.forms.facts import EndRoleForm, RoleForm
from registry.systems.selectors import page_address
from registry.systems.services import add_role, end_role
from registry.systems.views import page


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, "registry.change_aisystem")
    operators = visible_operators(request.user).filter(organisation=system.organisation)
    typed = request.POST if request.method == "POST" else None
    form = RoleForm(typed, operators=operators)
    made = form.attempt(
        lambda: add_role(
            system=system,
            facts=form.facts(),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The role of %(name)s is kept.") % {"name": made})
        # What the Act asks of such a role is asked at once, where a room asks it.
        asks = page_address("value_chain:stated", system, made.pk)
        return redirect(asks or page_address("systems:overview", system))
    return page(request, "add_role", system, "overview", form=form, operators=operators)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: UUID, role_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, "registry.change_aisystem")
    role = get_object_or_404(
        system.operator_roles.select_related("operator"), pk=role_id
    )
    form = EndRoleForm(request.POST if request.method == "POST" else None)
    made = form.attempt(
        lambda: end_role(
            role=role,
            **form.facts(),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The end of the role is kept."))
        return redirect("systems:overview", system.pk)
    return page(request, "end_role", system, "overview", form=form, role=role)

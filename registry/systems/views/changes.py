"""Dated changes of a system's design or purpose."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.forms.facts import ChangeForm
from registry.systems.services import add_change
from registry.systems.views import page


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, "registry.change_aisystem")
    form = ChangeForm(request.POST if request.method == "POST" else None)
    made = form.attempt(
        lambda: add_change(
            system=system,
            facts=form.facts(),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The change is recorded."))
        return redirect("systems:overview", system.pk)
    return page(request, "add_change", system, "overview", form=form)

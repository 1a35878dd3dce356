"""Pages of operators: the list, a new one, a change."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.operators.access import (
    get_allowed_operator,
    organisation_for,
    visible_operators,
)
from registry.operators.forms import EditOperatorForm, OperatorForm
from registry.operators.services import add_operator, edit_operator
from registry.people.access import acting, may, roles_in
from registry.people.models import Organisation, Role


def chosen(request: HttpRequest) -> Organisation | None:
    """The organisation that the person works in."""
    return getattr(request, "organisation", None)


@require_safe
def list(request: HttpRequest) -> HttpResponse:
    organisation = organisation_for(
        request.user, chosen(request), "registry.view_operator"
    )
    if roles_in(request.user, organisation) == {Role.AUTHORITY}:
        raise PermissionDenied(_("An authority sees operators on the systems given."))
    operators = visible_operators(request.user).filter(organisation=organisation)
    return render(
        request,
        "registry/operators/list.html",
        {
            "operators": operators.prefetch_related("roles__system"),
            "may_add": may(request.user, "registry.add_operator", organisation),
            "may_change": may(request.user, "registry.change_operator", organisation),
        },
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    organisation = organisation_for(
        request.user, chosen(request), "registry.add_operator"
    )
    form = OperatorForm(request.POST if request.method == "POST" else None)
    made = form.attempt(
        lambda: add_operator(
            organisation=organisation,
            facts=form.facts(),
            by=acting(request.user, organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("%(name)s is registered.") % {"name": made.name})
        return redirect("operators:list")
    return render(
        request,
        "registry/operators/add.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    operator = get_allowed_operator(request.user, pk, "registry.change_operator")
    fields = ("name", "country", "address", "contact", "size", "public_body", "ours")
    stored = {name: getattr(operator, name) for name in (*fields, "revision")}
    form = EditOperatorForm(
        request.POST if request.method == "POST" else None, initial=stored
    )
    made = form.attempt(
        lambda: edit_operator(
            operator=operator,
            facts=form.facts(),
            revision=form.cleaned_data["revision"],
            by=acting(request.user, operator.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The change to %(name)s is kept.") % {"name": made})
        return redirect("operators:list")
    return render(
        request,
        "registry/operators/edit.html",
        {"form": form, "operator": operator},
        status=422 if form.errors else 200,
    )

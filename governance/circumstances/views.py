"""Who we are: the roles of our operators, and the facts that switch their duties."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.circumstances.access import CHANGE, VIEW
from governance.circumstances.contents import (
    ALIKE,
    Fact,
    facts_of,
    next_open,
    profile_of,
    profiles,
)
from governance.circumstances.forms import EVERYWHERE, HERE, StatementForm
from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import acting_on, flags_of, statements_of
from governance.circumstances.services import demand_asked_here, state_circumstance
from registry.operators.access import get_allowed_operator, get_visible_operator
from registry.operators.models import Operator
from registry.people.access import acting, may, roles_in
from registry.people.models import Role, User
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.views import in_system

TAB = "duties"


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    found, approved = profiles(system, timezone.localdate())
    roles = system.operator_roles.select_related("operator").order_by("-held_from")
    return in_system(
        request,
        "governance/circumstances/of_system.html",
        system,
        TAB,
        profiles=found,
        approved=approved,
        roles=roles,
        today=timezone.localdate(),
        may={"change": may_on(request.user, CHANGE, system)},
        # An authority meets operators on its systems alone.
        operators_open=roles_in(request.user, system.organisation) - {Role.AUTHORITY},
    )


@require_http_methods(["GET", "POST"])
def state_here(
    request: HttpRequest, pk: UUID, operator_id: UUID, flag: str
) -> HttpResponse:
    wanted = CHANGE if request.method == "POST" else VIEW
    system = get_allowed_system(request.user, pk, wanted)
    operator = get_object_or_404(system.organisation.operators, pk=operator_id)
    today = timezone.localdate()
    told = [row for row in statements_of(operator, system) if row.flag == flag]
    fact = _fact(operator, system, told, flag, today)
    form = _form(request, told, EVERYWHERE if flag in ALIKE else HERE)
    if _stated(request, form, operator, system, flag):
        messages.info(request, _("The answer is kept."))
        more = request.POST.get("then") == "next"
        following = next_open(system, operator, flag, today) if more else ""
        if following:
            return redirect("circumstances:state", system.pk, operator.pk, following)
        address = reverse("circumstances:of_system", args=[system.pk])
        return redirect(f"{address}#{operator.pk}-{flag}")
    return in_system(
        request,
        "governance/circumstances/state.html",
        system,
        TAB,
        operator=operator,
        fact=fact,
        told=told,
        form=form,
        may={"change": may_on(request.user, CHANGE, system)},
    )


@require_safe
def of_operator(request: HttpRequest, pk: UUID) -> HttpResponse:
    operator = get_visible_operator(request.user, pk)
    return render(
        request,
        "governance/circumstances/of_operator.html",
        {
            "operator": operator,
            "profile": profile_of(operator, timezone.localdate()),
            "may": {"change": may(request.user, CHANGE, operator.organisation)},
        },
    )


@require_http_methods(["GET", "POST"])
def state_everywhere(request: HttpRequest, pk: UUID, flag: str) -> HttpResponse:
    operator = get_visible_operator(request.user, pk)
    if request.method == "POST":
        get_allowed_operator(request.user, pk, CHANGE)
    told = [row for row in statements_of(operator, None) if row.flag == flag]
    fact = _fact(operator, None, told, flag, timezone.localdate())
    form = _form(request, told)
    if _stated(request, form, operator, None, flag):
        messages.info(request, _("The answer is kept."))
        address = reverse("circumstances:of_operator", args=[operator.pk])
        return redirect(f"{address}#{operator.pk}-{flag}")
    return render(
        request,
        "governance/circumstances/everywhere.html",
        {
            "operator": operator,
            "fact": fact,
            "told": told,
            "form": form,
            "may": {"change": may(request.user, CHANGE, operator.organisation)},
        },
        status=422 if form.errors else 200,
    )


def _fact(
    operator: Operator,
    system: AISystem | None,
    told: list[Circumstance],
    flag: str,
    on: date,
) -> Fact:
    """The fact as it stands today; 404 when the law asks none of that name."""
    flags = flags_of(operator, on)
    if system:
        mine = (a.flags for a in acting_on(system, on) if a.operator == operator)
        flags = next(mine, flags)
    facts = facts_of(told, flags, on)
    if flag not in facts:
        raise Http404(_("The law asks no such fact about an operator."))
    return facts[flag]


def _form(
    request: HttpRequest, told: list[Circumstance], where: str = ""
) -> StatementForm:
    return StatementForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": str(told[0].pk) if told else "", "where": where},
        of_system=bool(where),
    )


def _stated(
    request: HttpRequest,
    form: StatementForm,
    operator: Operator,
    system: AISystem | None,
    flag: str,
) -> Circumstance | None:
    def act() -> Circumstance:
        demand_asked_here(flag)
        return state_circumstance(
            operator=operator,
            system=system if system and form.here else None,
            flag=flag,
            **form.facts(),
            author=request.user if isinstance(request.user, User) else None,
            by=acting(request.user, operator.organisation),
            at=timezone.now(),
        )

    return form.attempt(act)

"""Changes of role: what may have made somebody the provider, and what was answered."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.value_chain.access import CHANGE, VIEW
from governance.value_chain.contents import (
    answers,
    cooperation,
    roles_taken_up,
    turned,
)
from governance.value_chain.forms import AlarmForm, RolesForm
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import alarm_of, open_alarms, unasked
from governance.value_chain.services import answer_alarm, answer_as_delivered
from registry.people.access import PersonRequest, acting, demand
from registry.people.models import User
from registry.systems.access import get_allowed_system, may_on, visible_systems
from registry.systems.views import in_system

TAB = "duties"


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system, today = (
        get_allowed_system(request.user, pk, VIEW),
        timezone.localdate(),
    )
    alarms = open_alarms([system]).get(system.pk, [])
    return in_system(
        request,
        "governance/value_chain/of_system.html",
        system,
        TAB,
        alarms=alarms,
        turned=turned(system, today),
        answers=answers(system),
        unasked=unasked(system, alarms),
        cooperation=cooperation(today),
        may={"change": may_on(request.user, CHANGE, system)},
    )


@require_safe
def stated(request: HttpRequest, pk: UUID, role_id: UUID) -> HttpResponse:
    """After a role was stated: on to what the Act asks of it, if it asks anything."""
    system = get_allowed_system(request.user, pk, CHANGE)
    waiting = open_alarms([system], kinds=("role",)).get(system.pk, [])
    if any(alarm.id == role_id for alarm in waiting):
        return redirect("value_chain:answer", system.pk, "role", role_id)
    return redirect("systems:overview", system.pk)


@require_http_methods(["GET", "POST"])
def roles(request: PersonRequest) -> HttpResponse:
    """Roles of all systems that wait for an answer, to be answered together."""
    organisation = request.organisation
    if organisation is None:
        raise PermissionDenied(_("You hold no role in an organisation."))
    demand(request.user, CHANGE, organisation)
    systems = visible_systems(request.user).filter(organisation=organisation)
    rows, more = roles_taken_up(systems)
    form = RolesForm(request.POST if request.method == "POST" else None, rows=rows)
    made = form.attempt(
        lambda: answer_as_delivered(
            roles=form.chosen(),
            reason=form.cleaned_data["reason"],
            author=request.user,
            by=acting(request.user, organisation),
            at=timezone.now(),
        )
    )
    if made:
        kept = ngettext(
            "Kept for %(n)s role: nobody became the provider by it.",
            "Kept for %(n)s roles: nobody became the provider by them.",
            len(made),
        )
        messages.info(request, kept % {"n": len(made)})
        return redirect("value_chain:roles")
    return render(
        request,
        "governance/value_chain/roles.html",
        {"form": form, "more": more},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def answer(
    request: HttpRequest, pk: UUID, kind: str, occasion_id: UUID
) -> HttpResponse:
    system = get_allowed_system(request.user, pk, CHANGE)
    author = request.user
    if not isinstance(author, User):
        raise TypeError("a change of role was answered by nobody")
    alarm = alarm_of(system, kind, occasion_id)
    form = AlarmForm(
        request.POST if request.method == "POST" else None,
        alarm=alarm,
        organisation=system.organisation,
    )
    made = form.attempt(
        lambda: answer_alarm(
            system=system,
            kind=kind,
            occasion_id=occasion_id,
            said=form.said(),
            seen=form.cleaned_data["seen"],
            author=author,
            by=acting(author, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _kept(made))
        return redirect("value_chain:of_system", system.pk)
    return in_system(
        request,
        "governance/value_chain/answer.html",
        system,
        TAB,
        alarm=alarm,
        form=form,
    )


def _kept(made: ChainAnswer) -> str:
    if made.outcome == ChainAnswer.Outcome.YES:
        said = _("Kept. %(who)s is the provider from that day on, with all its duties.")
        return said % {"who": made.operator}
    if made.outcome == ChainAnswer.Outcome.OPEN:
        said = _("Kept. It stays open, and %(who)s is asked to find out.")
        return said % {"who": made.task_for}
    return _("Kept, with its reason: nobody became the provider by it.")

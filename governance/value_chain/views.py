"""Changes of role: what may have made somebody the provider, and what was answered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.value_chain.access import CHANGE, VIEW
from governance.value_chain.contents import answers, cooperation, turned
from governance.value_chain.forms import AlarmForm
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import alarm_of, open_alarms
from governance.value_chain.services import answer_alarm
from registry.people.access import acting
from registry.people.models import User
from registry.systems.access import get_allowed_system, may_on
from registry.systems.views import in_system

TAB = "duties"


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system, today = (
        get_allowed_system(request.user, pk, VIEW),
        timezone.localdate(),
    )
    return in_system(
        request,
        "governance/value_chain/of_system.html",
        system,
        TAB,
        alarms=open_alarms([system]).get(system.pk, []),
        turned=turned(system, today),
        answers=answers(system),
        cooperation=cooperation(today),
        may={"change": may_on(request.user, CHANGE, system)},
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

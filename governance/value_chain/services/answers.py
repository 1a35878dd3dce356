"""Answering whether a change made somebody else the provider (Art. 25(1) to (3))."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.circumstances.models import Circumstance
from governance.value_chain.access import can_answer
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import (
    Alarm,
    alarm_of,
    new_providers,
    open_alarms,
    providers_on,
)
from governance.value_chain.services.statements import (
    NO,
    UNKNOWN,
    YES,
    Act,
    flags_with,
    state,
)
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.models import User
from registry.systems.models import AISystem, OperatorRole
from registry.systems.services import add_role, end_role

ANOTHER = "another_became_provider"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person answered: each letter, and what a yes or a doubt asks besides."""

    letters: Mapping[str, str]
    reason: str
    operator: Operator | None = None
    became_on: date | None = None
    task_for: User | None = None

    @property
    def became(self) -> bool:
        """Whether somebody became the provider: one yes is enough."""
        return YES in self.letters.values()

    @property
    def outcome(self) -> ChainAnswer.Outcome:
        """Without a yes, a letter that is not settled keeps the alarm open."""
        if self.became:
            return ChainAnswer.Outcome.YES
        doubt = UNKNOWN in self.letters.values()
        return ChainAnswer.Outcome.OPEN if doubt else ChainAnswer.Outcome.NO


@transaction.atomic
def answer_alarm(
    *,
    system: AISystem,
    kind: str,
    occasion_id: UUID,
    said: Said,
    author: User,
    by: Actor,
    at: datetime,
    seen: str | None = None,
) -> ChainAnswer:
    """Answer an occasion, or answer it anew; an answer is never changed.

    A yes makes the operator the provider from its day on, and the duty of the first
    provider to cooperate appears (Art. 25(2)). What an earlier yes brought about is
    taken back by another answer. Raises Http404 for no occasion, FactsWrong, and
    EditedMeanwhile when the answer that stands is not the one that was `seen`.
    """
    # ORDER: two who answer for the same system wait for each other here.
    AISystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    alarm, act = alarm_of(system, kind, occasion_id), Act(system, author, by, at)
    before = alarm.answer
    if seen is not None and before is not None and str(before.pk) != seen:
        raise EditedMeanwhile(before)
    _check(alarm, said, system, timezone.localdate(at))
    if before is not None and before.outcome == ChainAnswer.Outcome.YES:
        _take_back(before, said, act)
    role = _make_provider(said, act)
    made = ChainAnswer.objects.create(
        system=system,
        **{f"{kind}_id": occasion_id},
        letters=dict(said.letters),
        outcome=said.outcome,
        operator=said.operator if said.became else None,
        became_on=said.became_on if said.became else None,
        given_role=role,
        reason=said.reason.strip(),
        task_for=said.task_for if said.outcome == ChainAnswer.Outcome.OPEN else None,
        answered_by=author,
        answered_at=at,
    )
    _state_flags(alarm, made, act)
    record(
        log=system.log,
        verb="change_of_role.answered",
        subject=made,
        by=by,
        at=at,
        details={
            "occasion": f"{kind}:{occasion_id}",
            "title": alarm.title,
            "letters": made.letters,
            "outcome": made.outcome,
            "operator": str(made.operator) if made.operator else "",
            "became_on": made.became_on.isoformat() if made.became_on else None,
            "reason": made.reason,
            "task_for": str(made.task_for) if made.task_for else "",
        },
    )
    return made


@transaction.atomic
def answer_as_delivered(
    *,
    roles: Iterable[tuple[AISystem, Alarm]],
    reason: str,
    author: User,
    by: Actor,
    at: datetime,
) -> list[ChainAnswer]:
    """Answer of each role that it is held with the system as its maker delivers it.

    That is a no to every letter, with one reason: all of them are kept, or none.
    Raises what `answer_alarm` raises.
    """
    # ORDER: by system, so that two who answer together never wait for one another.
    return [
        answer_alarm(
            system=system,
            kind=alarm.kind,
            occasion_id=alarm.id,
            said=Said({letter.id: NO for letter in alarm.letters}, reason),
            author=author,
            by=by,
            at=at,
            seen="",
        )
        for system, alarm in sorted(roles, key=lambda each: each[0].pk)
    ]


def _check(alarm: Alarm, said: Said, system: AISystem, today: date) -> None:
    answers = Circumstance.Answer.values
    errors = {
        letter.id: _("Answer yes, no, or that you cannot tell.")
        for letter in alarm.letters
        if said.letters.get(letter.id) not in answers
    }
    if not errors and set(said.letters) - {each.id for each in alarm.letters}:
        errors[""] = _("The Act does not ask this of the roles that are held.")
    if not said.reason.strip():
        errors["reason"] = _("Say what the answer rests on, or what is missing.")
    if not errors and said.became:
        errors |= _wrong_provider(alarm, said, today)
    if not errors and said.outcome == ChainAnswer.Outcome.OPEN:
        able = can_answer(system.organisation)
        if said.task_for is None or not able.filter(pk=said.task_for.pk).exists():
            errors["task_for"] = _("Name somebody here who finds out and answers.")
    if errors:
        raise FactsWrong(errors)


def _wrong_provider(alarm: Alarm, said: Said, today: date) -> dict[str, str]:
    roles = {each.operator: set(each.roles) for each in alarm.candidates}
    if said.operator not in roles:
        return {"operator": _("Say who became the provider by it.")}
    asked = [each for each in alarm.letters if said.letters[each.id] == YES]
    for letter in asked:
        if not roles[said.operator] & set(letter.asks):
            reason = _("%(who)s holds no role that this letter speaks of.")
            return {letter.id: reason % {"who": said.operator}}
    if said.became_on is None:
        return {"became_on": _("Say from which day on.")}
    if said.became_on > today:
        return {"became_on": _("This day has not come.")}
    return {}


def _make_provider(said: Said, act: Act) -> OperatorRole | None:
    """The role row of the new provider; None when it holds one from that day on."""
    operator, since = said.operator, said.became_on
    if not said.became or operator is None or since is None:
        return None
    held = act.system.operator_roles.filter(
        Q(held_until__isnull=True) | Q(held_until__gte=since),
        operator=operator,
        role=OperatorRoleName.PROVIDER,
        held_from__lte=since,
    )
    if held.filter(held_until__isnull=True).exists():
        return None
    # After a revised answer a row of one day stands there, and stays.
    ended = held.order_by("-held_until").first()
    begins = since
    if ended is not None and ended.held_until is not None:
        begins = ended.held_until + timedelta(days=1)
    later = act.system.operator_roles.filter(
        operator=operator, role=OperatorRoleName.PROVIDER, held_from__gt=begins
    ).order_by("held_from")
    until = next((row.held_from - timedelta(days=1) for row in later), None)
    facts = {
        "operator": operator,
        "role": OperatorRoleName.PROVIDER,
        "held_from": begins,
        "held_until": until,
        "reason": said.reason.strip(),
    }
    return add_role(system=act.system, facts=facts, by=act.by, at=act.at)


def _take_back(before: ChainAnswer, said: Said, act: Act) -> None:
    """End the role that an earlier yes gave, on its first day, and what followed."""
    role, operator, since = before.given_role, before.operator, before.became_on
    if role is not None and role.held_until is None:
        end_role(
            role=role,
            held_until=role.held_from,
            reason=said.reason.strip(),
            by=act.by,
            at=act.at,
        )
    others = [row for row in new_providers(act.system) if row.pk != before.pk]
    if operator is None or since is None:
        return
    if all(row.operator_id != operator.pk for row in others):
        for flag in flags_with(before.letters, YES):
            state(operator, flag, NO, since, act, reason=said.reason, over_yes=True)
    if not others:
        for first in providers_on(act.system, since, operator):
            state(first, ANOTHER, NO, since, act, reason=said.reason, over_yes=True)


def _state_flags(alarm: Alarm, made: ChainAnswer, act: Act) -> None:
    """State what the answer says about the operators, for duties to be derived."""
    operator, since, reason = made.operator, made.became_on, made.reason
    if operator is not None and since is not None:
        for flag in flags_with(made.letters, YES):
            state(operator, flag, YES, since, act, reason=reason)
        for first in providers_on(act.system, since, operator):
            state(first, ANOTHER, YES, since, act, reason=reason)
        return
    waiting = {
        each.operator
        for other in open_alarms([act.system]).get(act.system.pk, [])
        if (other.kind, other.id) != (alarm.kind, alarm.id)
        for each in other.candidates
    }
    for each in alarm.candidates:
        asked = {x.flag: x.id for x in alarm.letters if set(x.asks) & set(each.roles)}
        doubtful = flags_with(made.letters, UNKNOWN)
        for flag in asked:
            if flag in doubtful:
                state(each.operator, flag, UNKNOWN, alarm.on, act, reason=reason)
            elif each.operator not in waiting:
                state(each.operator, flag, NO, alarm.on, act, reason=reason)

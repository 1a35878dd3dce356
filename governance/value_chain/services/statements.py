"""Stating, for an answer, the facts about operators that duties hang on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audits.trail.services import Actor
from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import statements_of
from governance.circumstances.services import state_circumstance
from governance.law.value_chain import letters
from governance.value_chain.models import ChainAnswer
from registry.operators.models import Operator
from registry.people.models import User
from registry.systems.models import AISystem

YES, NO, UNKNOWN = "yes", "no", "not_established"
# Which answers give way to one: a "no" never to a "yes", a doubt never to a "no".
YIELDING = {YES: {NO, UNKNOWN}, UNKNOWN: {NO}, NO: {UNKNOWN}}


@dataclass(frozen=True, slots=True)
class Act:
    """For which system it is answered, by whom and when."""

    system: AISystem
    author: User
    by: Actor
    at: datetime


def flags_with(told: Mapping[str, str], answer: str) -> set[str]:
    """The facts of the letters that were answered so."""
    return {each.flag for each in letters() if told.get(each.id) == answer}


def state(
    operator: Operator,
    flag: str,
    answer: str,
    since: date,
    act: Act,
    *,
    reason: str,
    over_yes: bool = False,
) -> None:
    """State a fact from a day on, and again where a later day says otherwise.

    A "no" takes the place of a doubt that an answer here had left, never of one that
    somebody stated otherwise.
    """
    told = [row for row in statements_of(operator, act.system) if row.flag == flag]
    yielding = YIELDING[answer] | ({YES} if over_yes else set())
    ours = set(
        ChainAnswer.objects.filter(system=act.system).values_list(
            "answered_at", flat=True
        )
    )
    days = {r.held_from for r in told if r.held_from > since or answer == NO}
    for day in sorted({since, *days}):
        row = _standing(told, day)
        if row is None:
            needed = day == since
        else:
            mine = answer != NO or over_yes or row.stated_at in ours
            needed = row.answer in yielding and mine
        if needed:
            state_circumstance(
                operator=operator,
                system=act.system,
                flag=flag,
                answer=answer,
                held_from=day,
                reason=reason,
                author=act.author,
                by=act.by,
                at=act.at,
            )


def _standing(told: Sequence[Circumstance], day: date) -> Circumstance | None:
    rows = [row for row in told if row.held_from <= day]
    rows.sort(key=lambda r: (r.system_id is not None, r.held_from, r.stated_at))
    return rows[-1] if rows else None

"""Stating, for an answer, the facts about operators that duties hang on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audits.trail.services import Actor
from governance.circumstances.selectors import counting, statements_of
from governance.circumstances.services import state_circumstance
from governance.law.value_chain import letters
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
    somebody stated otherwise. What was told of a letter before it was answered here
    alone gives way to a yes and to a no.
    """
    told = [row for row in statements_of(operator, act.system) if row.flag == flag]
    yielding = YIELDING[answer] | ({YES} if over_yes else set())
    days = {r.held_from for r in told if r.held_from > since or answer == NO}
    for day in sorted({since, *days}):
        row = counting(told, day).get(flag)
        if row is None:
            needed = day == since
        elif row.unconfirmed:
            needed = answer != UNKNOWN or row.answer == NO
        else:
            mine = answer != NO or over_yes or row.from_answer
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

"""What pages show of changes of role: what waits for whom, who became the provider."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.circumstances.contents import Fact, facts_of
from governance.circumstances.selectors import flags_of, statements_of
from governance.law.classify import choose_edition
from governance.law.duties_data import Element
from governance.law.duties_load import catalogue
from governance.law.value_chain import letters
from governance.value_chain.access import CHANGE, can_answer
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import (
    MOST,
    Alarm,
    Candidate,
    history,
    new_providers,
    open_alarms,
    providers_on,
    words_of,
)
from registry.operators.models import Operator
from registry.people.access import may
from registry.people.models import Organisation, User
from registry.systems.models import AISystem

COOPERATION = "art-25-2"
SHOWN = 50  # LIMIT: roles that are answered together on one page


@dataclass(frozen=True, slots=True)
class First:
    """A first provider, and whether it had ruled the change out (Art. 25(2))."""

    operator: Operator
    excluded: Fact


@dataclass(frozen=True, slots=True)
class NewProvider:
    """Who became the provider, and whose help that one may ask for."""

    answer: ChainAnswer
    firsts: Sequence[First]


@dataclass(frozen=True, slots=True)
class Past:
    """One answer in words; `stands` when no later one took its place."""

    row: ChainAnswer
    title: str
    letters: Sequence[tuple[str, str]]
    stands: bool


@dataclass(frozen=True, slots=True)
class Cooperation:
    """What a first provider owes the new one, in the words of the law room."""

    citation: str
    says: str
    elements: Sequence[Element]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one system waits for a person, and where to answer it."""

    text: str
    why: str
    system: AISystem | None
    url: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A role of which nobody said whether it made its operator the provider."""

    system: AISystem
    alarm: Alarm

    @property
    def candidate(self) -> Candidate:
        """The one operator that holds it."""
        return self.alarm.candidates[0]


def waiting_for(
    user: User, organisation: Organisation, systems: Iterable[AISystem]
) -> Iterator[Waiting]:
    """The open alarms that this person is asked about, a line for each system.

    What somebody else finds out stands with that one, and with all when they left.
    Systems of which only roles are asked about share a line: who uses thousands of
    other makers' systems has one piece of work, not thousands.
    """
    if not may(user, CHANGE, organisation):
        return
    by_id = {system.pk: system for system in systems}
    found = open_alarms(by_id.values(), most=MOST)
    able: set[Any] = set()
    if any(alarm.answer for alarms in found.values() for alarm in alarms):
        able = set(can_answer(organisation).values_list("pk", flat=True))
    others, taken_up = able - {user.pk}, []
    for pk, alarms in found.items():
        mine = [a for a in alarms if not a.answer or a.answer.task_for_id not in others]
        if mine and all(alarm.plain for alarm in mine):
            taken_up.append((by_id[pk], mine))
        elif mine:
            yield _waiting(by_id[pk], mine)
    if len(taken_up) > 1:
        yield _together(taken_up)
    else:
        yield from (_waiting(system, mine) for system, mine in taken_up)


def _together(taken_up: Sequence[tuple[AISystem, Sequence[Alarm]]]) -> Waiting:
    text = _("Say of %(n)s systems whether a role made somebody their provider")
    if sum(len(alarms) for _system, alarms in taken_up) >= MOST:
        text = _("Say of %(n)s systems or more whether a role made somebody their "
                 "provider")  # fmt: skip
    return Waiting(
        text % {"n": len(taken_up)},
        _("Who offers or uses a system as its own may be its provider (Art. 25). Those "
          "that are used as they came are answered together."),
        None,
        reverse("value_chain:roles"),
    )  # fmt: skip


def _waiting(system: AISystem, alarms: Sequence[Alarm]) -> Waiting:
    first, more = alarms[0], len(alarms) - 1
    text = _("Say whether this made somebody the provider of %(system)s: %(what)s")
    if more:
        text = ngettext(
            "Say whether these made somebody the provider of %(system)s: %(what)s "
            "and %(more)s more",
            "Say whether these made somebody the provider of %(system)s: %(what)s "
            "and %(more)s more",
            more,
        )
    return Waiting(
        text % {"system": system, "what": first.title, "more": more},
        _why(first),
        system,
        reverse("value_chain:of_system", args=[system.pk])
        if more
        else reverse("value_chain:answer", args=[system.pk, first.kind, first.id]),
    )


def _why(alarm: Alarm) -> str:
    if alarm.answer:
        return alarm.answer.reason
    if alarm.stated:
        return _("It was answered with yes under “Who we are”. Confirm it here, where "
                 "it counts.")  # fmt: skip
    return _("Whoever becomes the provider has all its duties (Art. 25).")


def roles_taken_up(systems: Iterable[AISystem]) -> tuple[list[TakenUp], bool]:
    """Roles of which nobody said anything, oldest first, and whether more follow."""
    by_id = {system.pk: system for system in systems}
    found = open_alarms(by_id.values(), kinds=("role",), most=MOST)
    rows = [
        TakenUp(by_id[pk], alarm)
        for pk, alarms in found.items()
        for alarm in alarms
        if alarm.plain
    ]
    rows.sort(key=lambda row: (row.alarm.on, row.system.name))
    return rows[:SHOWN], len(rows) > SHOWN


def turned(system: AISystem, on: date) -> list[NewProvider]:
    """The operators that became provider, with the first providers of that day."""
    return [
        NewProvider(
            row,
            [
                First(first, _excluded(first, system, on))
                for first in providers_on(system, row.became_on, row.operator)
            ],
        )
        for row in new_providers(system)
        if row.operator and row.became_on
    ]


def _excluded(first: Operator, system: AISystem, on: date) -> Fact:
    told = statements_of(first, system)
    own = {
        row.flag: row.answer for row in told if row.system_id and row.held_from <= on
    }
    flags = {**flags_of(first, on), **own}
    return facts_of(told, flags, on)["conversion_excluded"]


def answers(system: AISystem) -> list[Past]:
    """Every answer about the system, newest first."""
    words = {"yes": _("yes"), "no": _("no"), "not_established": _("open")}
    seen = set()
    found = []
    for row in history(system):
        kind = row.occasion_kind
        title, _about = words_of(kind, getattr(row, kind))
        told = [
            (each.citation, words[row.letters[each.id]])
            for each in letters()
            if each.id in row.letters
        ]
        occasion = kind, row.occasion_id
        found.append(Past(row, title, told, occasion not in seen))
        seen.add(occasion)
    return found


def cooperation(on: date) -> Cooperation:
    """Art. 25(2), as it reads on a day."""
    edition, _hypothetical = choose_edition(on, None)
    row = next(each for each in catalogue().rows if each.id == COOPERATION)
    return Cooperation(row.citation, row.says[edition], row.elements[edition])

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
    system: AISystem
    url: str


def waiting_for(
    user: User, organisation: Organisation, systems: Iterable[AISystem]
) -> Iterator[Waiting]:
    """The open alarms that this person is asked about, a line for each system.

    What somebody else finds out stands with that one, and with all when they left.
    """
    if not may(user, CHANGE, organisation):
        return
    by_id = {system.pk: system for system in systems}
    found = open_alarms(by_id.values(), most=MOST)
    able: set[Any] = set()
    if any(alarm.answer for alarms in found.values() for alarm in alarms):
        able = set(can_answer(organisation).values_list("pk", flat=True))
    for pk, alarms in found.items():
        others = able - {user.pk}
        mine = [a for a in alarms if not a.answer or a.answer.task_for_id not in others]
        if mine:
            yield _waiting(by_id[pk], mine)


def _waiting(system: AISystem, alarms: Sequence[Alarm]) -> Waiting:
    first, more = alarms[0], len(alarms) - 1
    text = _("Say whether this made somebody the provider of %(system)s: %(what)s")
    if more:
        text = ngettext(
            "Say whether these made somebody the provider of %(system)s: %(what)s "
            "and %(more)s other change",
            "Say whether these made somebody the provider of %(system)s: %(what)s "
            "and %(more)s other changes",
            more,
        )
    return Waiting(
        text % {"system": system, "what": first.title, "more": more},
        first.answer.reason
        if first.answer
        else _("Whoever becomes the provider has all its duties (Art. 25)."),
        system,
        reverse("value_chain:of_system", args=[system.pk])
        if more
        else reverse("value_chain:answer", args=[system.pk, first.kind, first.id]),
    )


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

"""What may have made somebody else the provider, and was not answered.

Alarms are no rows: every role that can turn into a provider's, and every version,
model version and change while somebody holds one, is an alarm as long as no settled
answer stands. So none is missed, whoever recorded it and however late.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import counting, unconfirmed
from governance.law.value_chain import PROVIDERS, Letter, askable, letters_for
from governance.value_chain.models import KINDS, ChainAnswer
from governance.value_chain.selectors.answers import history, standing_answer
from governance.value_chain.selectors.occasions import (
    TAKEN_BACK,
    day_of,
    in_turn,
    unanswered,
    words_of,
)
from registry.operators.models import Operator
from registry.systems.models import AISystem, OperatorRole

# A role as a list of thousands needs it: its id, system, operator and name.
Held = tuple[UUID, UUID, UUID, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operator that may have become the provider, and the roles it holds."""

    operator: Operator
    roles: tuple[str, ...]
    role_names: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """One occasion, whom it asks about, and the answer that stands, if any.

    `stated`: a yes of before, told under "Who we are", that nobody confirmed here.
    """

    kind: str
    id: UUID
    system_id: UUID
    on: date
    title: str
    text: str
    candidates: tuple[Candidate, ...]
    answer: ChainAnswer | None
    stated: Circumstance | None = None

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letters of Art. 25 that have to be answered."""
        return letters_for({role for each in self.candidates for role in each.roles})

    @property
    def plain(self) -> bool:
        """Whether it is a role of which nobody has told anything yet."""
        return self.kind == "role" and self.answer is None and self.stated is None


def open_alarms(
    systems: Iterable[AISystem],
    *,
    kinds: Collection[str] = KINDS,
    most: int | None = None,
) -> dict[UUID, list[Alarm]]:
    """The alarms that wait for a person, oldest first, by system.

    One query when nobody holds such a role for any of them, eight otherwise, and one
    more where something of before is still to be confirmed.
    """
    held = _askable(system.pk for system in systems)
    found: dict[UUID, list[Alarm]] = defaultdict(list)
    if not held:
        return found
    stated, asked = _stated(held), {system for _pk, system, _operator, _role in held}
    rows = [
        (kind, row)
        for kind in KINDS
        if kind in kinds
        for row in unanswered(kind, asked, stated)[:most]
    ]
    # Of thousands of systems few have an alarm: only their roles are read whole.
    roles = _roles({row.of for _kind, row in rows}) if rows else {}
    answers = ChainAnswer.objects.select_related("task_for", "answered_by").in_bulk(
        [row.answer for _kind, row in rows if row.answer]
    )
    for kind, row in rows:
        alarm = _alarm(
            kind, row, roles[row.of], answers.get(row.answer), stated.get(row.pk)
        )
        if alarm.candidates:
            found[row.of].append(alarm)
    for alarms in found.values():
        alarms.sort(key=lambda alarm: alarm.on)
    return found


def unasked(system: AISystem, alarms: Iterable[Alarm]) -> list[Alarm]:
    """Roles that are no alarm, as the system is not high-risk, and can be answered."""
    asked, roles = {alarm.id for alarm in alarms}, _roles([system.pk])
    found = [
        _alarm("role", row, roles[system.pk], None)
        for row in in_turn("role", roles).filter(answer=None).exclude(pk__in=asked)
    ]
    return [alarm for alarm in found if alarm.candidates]


def alarm_of(system: AISystem, kind: str, occasion_id: UUID) -> Alarm:
    """One occasion of the system, answered or not; 404 when nobody is to be asked.

    Roles that answers gave do not count here, so that each can be revised.
    """
    roles = _roles([system.pk])
    row = None
    if kind in KINDS and roles:
        row = in_turn(kind, roles).filter(pk=occasion_id).first()
    if row is None:
        raise Http404(_("There is no such change of the system."))
    answer = standing_answer(system, kind, occasion_id)
    given = set(history(system).values_list("given_role", flat=True))
    held = [role for role in roles[system.pk] if role.pk not in given]
    asked = [(r.pk, r.system_id, r.operator_id, r.role) for r in held if r.pk == row.pk]
    stated = _stated(asked).get(row.pk)
    alarm = _alarm(kind, row, held, answer, stated)
    if not alarm.candidates:
        raise Http404(_("Nobody can have become the provider by this change."))
    return alarm


def _askable(systems: Iterable[UUID]) -> list[Held]:
    """The roles that can turn into a provider's."""
    rows = OperatorRole.objects.filter(system__in=list(systems), role__in=askable())
    return list(rows.values_list("pk", "system", "operator", "role"))


def _roles(systems: Iterable[UUID]) -> dict[UUID, list[OperatorRole]]:
    """The roles by which somebody is asked, or is the provider already."""
    rows = OperatorRole.objects.filter(
        ~TAKEN_BACK, system__in=list(systems), role__in=askable() | PROVIDERS
    ).select_related("operator")
    found: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for row in rows.order_by("operator__name", "held_from"):
        found[row.system_id].append(row)
    return found


def _stated(held: Iterable[Held]) -> dict[UUID, Circumstance]:
    """The roles whose operator stated a yes that nobody confirmed since, by their id.

    Only "Who we are" of earlier releases took such an answer.
    """
    today, rows = timezone.localdate(), list(held)
    told = unconfirmed({operator for _pk, _system, operator, _role in rows}, today)
    found: dict[UUID, Circumstance] = {}
    for pk, system, operator, role in rows if told else ():
        mine = (told.get((operator, of), ()) for of in (None, system))
        counts = counting(chain.from_iterable(mine), today)
        for flag in {letter.flag for letter in letters_for([role])} & counts.keys():
            if counts[flag].unconfirmed and counts[flag].answer == "yes":
                found[pk] = counts[flag]
    return found


def _alarm(
    kind: str,
    row: Any,
    roles: Sequence[OperatorRole],
    answer: ChainAnswer | None,
    stated: Circumstance | None = None,
) -> Alarm:
    on = day_of(kind, row)
    title, text = words_of(kind, row)
    held = [r for r in roles if r.held_until is None or r.held_until >= on]
    begun = [r for r in held if r.held_from <= on]
    providers = {r.operator_id for r in begun if r.role in PROVIDERS}
    # A model may be older than its use in the system: nobody stated since when.
    asked = held if kind == "model_version" else begun
    if kind == "role":
        asked = [r for r in begun if r.pk == row.pk]
    by_operator: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for each in asked:
        if each.role in askable() and each.operator_id not in providers:
            by_operator[each.operator_id].append(each)
    candidates = tuple(
        Candidate(
            mine[0].operator,
            tuple(r.role for r in mine),
            ", ".join(r.get_role_display() for r in mine),
        )
        for mine in by_operator.values()
    )
    return Alarm(kind, row.pk, row.of, on, title, text, candidates, answer, stated)

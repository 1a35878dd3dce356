"""Duties of many systems side by side: where each stands, in a word and a mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from governance.obligations.contents.lines import ORDER, ROWS, is_late
from governance.obligations.contents.words import day_words, waits
from governance.obligations.models import Period
from registry.systems.models import AISystem

State = Period.State
MARKS = {
    State.SUBMITTED: ("info", "stamp"),
    State.SAID_NOT_APPLICABLE: ("info", "circle-question-mark"),
    State.ACCEPTED: ("ok", "circle-check"),
    State.NOT_APPLICABLE: ("neutral", "circle-minus"),
    State.IN_PROGRESS: ("attention", "pencil"),
    State.OPEN: ("neutral", "circle-dashed"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one duty of one operator stands for one system."""

    period: Period
    tone: str
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One duty, with a list of cells for each system: one for each operator."""

    duty: str
    title: str
    citation: str
    cells: list[list[Cell]]


def cell(period: Period, today: date) -> Cell:
    """The standing of a period in a word, the most pressing thing first."""
    row = period.obligation
    tone, mark = MARKS[State(period.state)]
    word = str(period.get_state_display())
    working = period.state in (State.OPEN, State.IN_PROGRESS)
    if working and not row.established:
        return Cell(period, tone, "circle-question-mark", _("not established"))
    if is_late(period, today):
        return Cell(period, "danger", "clock", _late(period, today))
    if period.state == State.OPEN and (
        row.applies_from is None or row.applies_from > today
    ):
        when = row.applies_from
        later = _("from %(day)s") % {"day": day_words(when)} if when else _("later")
        return Cell(period, tone, "calendar", later)
    return Cell(period, tone, mark, word)


def _late(period: Period, today: date) -> str:
    """Neither of two days is settled: the earlier alone makes nothing late."""
    later = period.due_later_on
    if later is not None and later < today:
        return _("overdue")
    if period.due_basis == Period.Basis.LAW and waits(period.obligation):
        return _("overdue, unless Art. 111 puts it off")
    return _("overdue by one reading") if later else _("overdue")


def matrix(
    systems: Sequence[AISystem], periods: Iterable[Period], today: date
) -> list[MatrixRow]:
    """The duties that any of the systems has, in the order of the Act."""
    place = {system.pk: n for n, system in enumerate(systems)}
    found: dict[str, list[list[Cell]]] = {}
    for period in periods:
        row = period.obligation
        cells = found.setdefault(row.duty, [[] for _each in systems])
        cells[place[row.system_id]].append(cell(period, today))
    return [
        MatrixRow(duty, ROWS[duty].title, ROWS[duty].citation, found[duty])
        for duty in sorted(found, key=lambda duty: ORDER.get(duty, -1))
        if duty in ROWS
    ]

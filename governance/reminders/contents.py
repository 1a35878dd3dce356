"""What a person is to be reminded of on a day: marks reached, and not yet told of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from governance.obligations.contents.lines import ROWS
from governance.obligations.contents.words import countdown, day_words, other_day
from governance.obligations.models import Period
from governance.reminders.models import Reminder

Mark = Reminder.Mark
Told = set[tuple[UUID, int, date]]


@dataclass(frozen=True, slots=True)
class Due:
    """A period to be reminded of, and the marks that this settles."""

    period: Period
    due_on: date
    marks: tuple[int, ...]


def reached(due_on: date, today: date) -> tuple[int, ...]:
    """The marks that a due day has reached, the nearest last."""
    left = (due_on - today).days
    if left < 0:
        return (Mark.LATE,)
    return tuple(mark for mark in (Mark.MONTH, Mark.WEEK, Mark.DAY) if left <= mark)


def due_now(periods: Iterable[Period], told: Told, today: date) -> list[Due]:
    """What has reached a mark that the person was not told of; once for all marks."""
    found = []
    for period in periods:
        if period.due_on is None:
            continue
        marks = reached(period.due_on, today)
        if marks and (period.pk, marks[-1], period.due_on) not in told:
            fresh = tuple(m for m in marks if (period.pk, m, period.due_on) not in told)
            found.append(Due(period, period.due_on, fresh))
    return found


def lines(dues: Iterable[Due], today: date) -> list[dict[str, str]]:
    """The lines of a message, in the order of their days."""
    found = []
    for due in sorted(dues, key=lambda due: due.due_on):
        row, asks = due.period.obligation, ROWS.get(due.period.obligation.duty)
        found.append(
            {
                "title": asks.title if asks else row.duty,
                "citation": asks.citation if asks else "",
                "event": due.period.event,
                "first": str(due.period.counted.get("first", "")),
                "system": row.system.name,
                "operator": row.operator.name,
                "day": day_words(due.due_on),
                "left": countdown(due.due_on, today),
                "other": other_day(due.period),
                "open": "" if row.established else "open",
                "url": settings.BASE_URL
                + reverse("obligations:one", args=[row.system_id, row.pk]),
            }
        )
    return found

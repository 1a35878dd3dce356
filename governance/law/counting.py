"""How a period is counted: the plain way, and by Regulation (EEC, Euratom) 1182/71.

The plain count never moves an end: it is the safe date. The Regulation's own reading
stands beside it: an end on a day without work waits for the next working day
(Art. 3(4)), and two days or more hold at least two working days (Art. 3(5)). Both only
ever move an end to a later day, so the plain date is never the later of the two.
Every result tells in plain words how it came about.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from itertools import islice
from typing import Protocol

from governance.law.words import day as short

ONE_DAY = timedelta(days=1)
WORKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
WEEKDAYS = (*WORKDAYS, "Saturday", "Sunday")
IN_DAYS = {"days": 1, "weeks": 7}
IN_MONTHS = {"months": 1, "years": 12}
UNITS = frozenset({"hours", "working_days", *IN_DAYS, *IN_MONTHS})


class WorkingCalendar(Protocol):
    """What counting must know of a place: on which days no work is done there."""

    def closed(self, day: date) -> str:
        """Why a day is no working day ("is a public holiday"); empty when it is one."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """The day on which a period ends, and how it was found, step by step."""

    end: date
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HourCount:
    """The moment at which a period in hours ends, and how it was found."""

    end: datetime
    steps: tuple[str, ...]


def long(day: date) -> str:
    """A day as in "Friday 4 Dec 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {short(day)}"


def told(moment: date | datetime) -> str:
    """A day, or a moment as in "Friday 4 Dec 2026, 10:30+01:00"."""
    if isinstance(moment, datetime):
        return f"{long(moment.date())}, {moment.isoformat(timespec='minutes')[11:]}"
    return long(moment)


def plain(start: date, length: int, unit: str, calendar: WorkingCalendar) -> Count:
    """The plain count from the day of an event; a negative length counts backwards.

    Art. 3(1): the day of the event is not counted. Art. 3(2)(c): weeks, months and
    years end on the matching day, or on the last of the month if it has no such day.
    Raises OverflowError beyond the first and last year of the calendar.
    """
    first = (
        f"{long(start)} is the day of the event and is not counted "
        "(Regulation 1182/71, Art. 3(1))."
    )
    span = _span(abs(length), unit)
    if unit == "working_days":
        end, skipped = _working(start, length, calendar)
        return Count(end, (first, *skipped, f"{span}: {long(end)}."))
    if unit in IN_DAYS:
        end = start + timedelta(days=length * IN_DAYS[unit])
        rule = "every day counts, weekends and holidays too (Art. 3(3))"
        if unit == "weeks":
            rule = "they end on the same day of the week (Art. 3(2)(c))"
    else:
        end = _months(start, length * IN_MONTHS[unit])
        rule = "they end on the same date (Art. 3(2)(c))"
        if end.day != start.day:
            rule = (
                f"that month has no day {start.day}, so its last day counts "
                "(Art. 3(2)(c), second sentence)"
            )
    way = "counted back" if length < 0 else "counted"
    return Count(end, (first, f"{span} {way}; {rule}: {long(end)}."))


def by_1182(start: date, counted: Count, calendar: WorkingCalendar) -> Count:
    """Where the end lies when Art. 3(4) and (5) are applied to a plain count."""
    end, steps = counted.end, []
    reason = calendar.closed(end)
    if reason:
        moved = next(_open_days(end, calendar))
        steps = [
            f"{long(end)} {reason}; on this reading the period waits (Art. 3(4)).",
            *_holidays(end + ONE_DAY, moved, calendar),
            f"The next working day: {long(moved)}.",
        ]
        end = moved
    if counted.end - start >= 2 * ONE_DAY:
        second = second_working_day(start, calendar)
        if second > end:
            steps += [
                "Two days or more hold at least two working days (Art. 3(5)).",
                *_holidays(end + ONE_DAY, second, calendar),
                f"The second working day: {long(second)}.",
            ]
            end = second
    return Count(end, tuple(steps or ["Regulation 1182/71 leads to the same day."]))


def plain_hours(start: datetime, length: int) -> HourCount:
    """So many hours after a moment, to the minute; clock changes do not matter."""
    end = (start.astimezone(UTC) + timedelta(hours=length)).astimezone(start.tzinfo)
    step = f"{length} hours from {told(start)}, every hour counts: {told(end)}."
    return HourCount(end, (step,))


def hours_by_1182(start: datetime, length: int) -> HourCount:
    """Art. 3(1): the hour of the event is not counted; no weekend moves the end."""
    moment = start.astimezone(UTC)
    full = moment.replace(minute=0, second=0, microsecond=0)
    if full < moment:
        full += timedelta(hours=1)
    end = (full + timedelta(hours=length)).astimezone(start.tzinfo)
    step = (
        "By Regulation 1182/71 the hour of the event is not counted (Art. 3(1)) and "
        f"no weekend or holiday moves the end (Art. 3(4)): {told(end)}."
    )
    return HourCount(end, (step,))


def second_working_day(start: date, calendar: WorkingCalendar) -> date:
    """The second working day after a day."""
    days = _open_days(start + ONE_DAY, calendar)
    next(days)
    return next(days)


def by_1755(start: date, length: int, unit: str, calendar: WorkingCalendar) -> Count:
    """A period that begins with the first working day after the event.

    Regulation (EU) 2026/1755, Art. 12(2); its end is found as in `by_1182`.
    """
    first = next(_open_days(start + ONE_DAY, calendar))
    eve = first - ONE_DAY
    last = plain(eve, length, unit, calendar)
    moved = by_1182(eve, last, calendar)
    begin = (
        "By Regulation (EU) 2026/1755, Art. 12(2), the first working day after the "
        f"event is the first that counts, {long(first)}; {_span(length, unit)} end on "
        f"{long(last.end)}."
    )
    return Count(moved.end, (begin, *moved.steps))


def _span(length: int, unit: str) -> str:
    name = unit.replace("_", " ")
    return f"{length} {name if length != 1 else name.removesuffix('s')}"


def _open_days(day: date, calendar: WorkingCalendar) -> Iterator[date]:
    """The working days from a day on, that day included."""
    while True:
        if not calendar.closed(day):
            yield day
        day += ONE_DAY


def _working(
    start: date, length: int, calendar: WorkingCalendar
) -> tuple[date, list[str]]:
    """The last of so many working days, and the holidays passed over on the way."""
    days = _open_days(start + ONE_DAY, calendar)
    *_, end = islice(days, length)
    passed = _holidays(start + ONE_DAY, end, calendar)
    return end, ["Saturdays and Sundays are not counted.", *passed]


def _holidays(first: date, end: date, calendar: WorkingCalendar) -> list[str]:
    """Why the days without work between two days do not count, weekends left out."""
    days = (first + n * ONE_DAY for n in range((end - first).days))
    return [
        f"{long(day)} {reason} and is passed over."
        for day in days
        if day.weekday() < len(WORKDAYS) and (reason := calendar.closed(day))
    ]


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"the calendar has no year {year}")
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))

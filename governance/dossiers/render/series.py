"""Counts over time, as many points as a chart or a table can hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.dossiers.selectors.log import DayCount

# LIMIT: more days than this do not fit a line on paper.
CHART_DAYS = 400
# LIMIT: a table of one page.
TABLE_ROWS = 40


@dataclass(frozen=True, slots=True)
class Series:
    """Counts per day, month or year; `unit` says which."""

    unit: str
    points: tuple[DayCount, ...]

    def label(self, day: date) -> str:
        """The name of the day, month or year that begins on `day`."""
        formats = {"day": "j M Y", "month": "M Y", "year": "Y"}
        return date_format(day, formats[self.unit])

    @property
    def rows(self) -> list[tuple[str, int, int, int]]:
        """The points as a table prints them."""
        return [
            (self.label(p.day), p.predictions, p.reviews, p.changed)
            for p in self.points
        ]

    @property
    def per(self) -> str:
        """How the unit is said: "per day"."""
        words = {"day": _("per day"), "month": _("per month"), "year": _("per year")}
        return words[self.unit]


def for_chart(days: tuple[DayCount, ...]) -> Series:
    """Every day between the first and the last, else every month, else the years."""
    span = (days[-1].day - days[0].day).days
    if span <= CHART_DAYS:
        return Series("day", tuple(_filled(days)))
    if span <= CHART_DAYS * 30:
        return Series("month", tuple(_summed(days, _month)))
    return Series("year", tuple(_summed(days, _year)))


def for_table(days: tuple[DayCount, ...]) -> Series:
    """The days on which something happened, or the months or years they sum up to."""
    if len(days) <= TABLE_ROWS:
        return Series("day", days)
    months = tuple(_summed(days, _month))
    if len(months) <= TABLE_ROWS:
        return Series("month", months)
    return Series("year", tuple(_summed(days, _year)))


def _filled(days: tuple[DayCount, ...]) -> Iterator[DayCount]:
    known = {point.day: point for point in days}
    for number in range((days[-1].day - days[0].day).days + 1):
        day = days[0].day + timedelta(days=number)
        yield known.get(day) or DayCount(day, 0, 0, 0)


def _summed(
    days: Iterable[DayCount], begin: Callable[[date], date]
) -> Iterator[DayCount]:
    sums: dict[date, list[int]] = {}
    for point in days:
        total = sums.setdefault(begin(point.day), [0, 0, 0])
        for at, count in enumerate((point.predictions, point.reviews, point.changed)):
            total[at] += count
    return (DayCount(day, *total) for day, total in sorted(sums.items()))


def _month(day: date) -> date:
    return day.replace(day=1)


def _year(day: date) -> date:
    return day.replace(month=1, day=1)

"""Reading the figures of a log."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from audits.log.models import Log
from audits.metrics.models import DayFigure, Watermark


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: of how many entries, and the sum of what they say."""

    day: date
    model_version: str
    name: str
    count: int
    total: float

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0


def day_figures(
    log: Log, names: list[str], *, since: date | None = None
) -> list[Figure]:
    """The figures of those names by day, all model versions apart, oldest first."""
    rows = DayFigure.objects.filter(log=log, name__in=names)
    if since is not None:
        rows = rows.filter(day__gte=since)
    rows = rows.order_by("day", "model_version", "name")
    return [Figure(r.day, r.model_version, r.name, r.count, r.total) for r in rows]


def totals(log: Log) -> dict[str, tuple[int, float]]:
    """Name -> (count, sum) over the whole life of the log."""
    rows = (
        DayFigure.objects.filter(log=log)
        .values_list("name")
        .annotate(count=Sum("count"), total=Sum("total"))
    )
    return {name: (count, total) for name, count, total in rows}


def counted_to(log: Log) -> int:
    """The number of entries that the figures cover."""
    mark = Watermark.objects.filter(log=log).first()
    return mark.idx if mark else 0

"""Figures of human oversight, each rate with its denominator and its interval."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from django.db import connection

from audits.log.models import Log
from audits.metrics.models import DayFigure
from audits.metrics.selectors import counted_to
from audits.oversight.models import Act

# LIMIT: reviews over which the median time to decide is taken.
RECENT = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """A count of a whole, with the 95 % interval of Wilson (1927)."""

    count: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.count / self.whole if self.whole else None

    @property
    def low(self) -> float | None:
        return wilson(self.count, self.whole)[0] if self.whole else None

    @property
    def high(self) -> float | None:
        return wilson(self.count, self.whole)[1] if self.whole else None


def wilson(count: int, whole: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a share at 95 %, right also near 0 and 1 and for few cases."""
    share = count / whole
    spread = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    middle = share + z * z / (2 * whole)
    scale = 1 + z * z / whole
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return max(low, 0.0), min(high, 1.0)


@dataclass(frozen=True, slots=True)
class Group:
    """Oversight of one version, or of one day."""

    name: Any
    events: int
    reviews: int
    overridden: int
    departed: int

    @property
    def reviewed(self) -> Share:
        return Share(min(self.reviews, self.events), self.events)

    @property
    def override_rate(self) -> Share:
        return Share(self.overridden, self.reviews)


@dataclass(frozen=True, slots=True)
class Oversight:
    """What people made of a system's predictions since a day."""

    whole: Group
    acts: Sequence[tuple[Act, Share]]
    versions: Sequence[Group]
    days: Sequence[Group]
    by_humans: int
    second_person: int
    mean_seconds: float | None
    median_seconds: float | None
    counted_to: int


def oversight_figures(log: Log, since: date) -> Oversight:
    """The figures since that day, from the daily counts; one query and two more.

    A correction has taken the place of what it corrects; a second person's
    confirmation is no further review.
    """
    names = ["events", "reviews", "reviews_by_humans", "second_person"]
    names += ["decide_seconds", *(f"act:{act}" for act in Act)]
    rows = DayFigure.objects.filter(log=log, day__gte=since, name__in=names)
    whole: dict[str, int] = defaultdict(int)
    versions: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    seconds = 0.0
    for row in rows.order_by("day"):
        whole[row.name] += row.count
        versions[row.model_version][row.name] += row.count
        days[row.day][row.name] += row.count
        seconds += row.total if row.name == "decide_seconds" else 0.0
    timed = whole["decide_seconds"]
    return Oversight(
        whole=_group("", whole),
        acts=[(act, Share(whole[f"act:{act}"], whole["reviews"])) for act in Act],
        versions=[_group(name, versions[name]) for name in sorted(versions)],
        days=[_group(day, counts) for day, counts in days.items()],
        by_humans=whole["reviews_by_humans"],
        second_person=whole["second_person"],
        mean_seconds=seconds / timed if timed else None,
        median_seconds=_median_seconds(log),
        counted_to=counted_to(log),
    )


def _group(name: object, counts: dict[str, int]) -> Group:
    reviews, confirmed = counts["reviews"], counts[f"act:{Act.CONFIRMED}"]
    return Group(
        name,
        counts["events"],
        reviews,
        counts[f"act:{Act.OVERRIDDEN}"],
        reviews - confirmed,
    )


def _median_seconds(log: Log) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM ("
            " SELECT extract(epoch FROM decided_at - shown_at)::float8 AS seconds"
            " FROM audits_review WHERE log_id = %s AND log_class = %s"
            " AND shown_at IS NOT NULL ORDER BY idx DESC LIMIT %s) newest",
            [log.pk, log.log_class, RECENT],
        )
        median: float | None = cursor.fetchone()[0]
    return median

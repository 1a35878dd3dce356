"""Periods drawn as bars on one axis: percentages that a template writes into SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.deployments.models import LivePeriod

# A stage is told by how full its bar is, and by its word beside it.
OPACITY = {"full": "1", "gradual": "0.7", "canary": "0.45", "shadow": "0.25"}
MARGIN = 0.02
# A bar stays visible however short its time was; in percent of the axis.
THIN = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """One period on the axis; `x` and `width` are texts like "12.5%"."""

    period: LivePeriod
    x: str
    width: str
    opacity: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """All bars, the axis's two ends, and where the asked moment lies."""

    bars: Sequence[Bar]
    first: datetime
    last: datetime
    mark: str


def timeline(
    periods: Sequence[LivePeriod], *, at: datetime, now: datetime
) -> Timeline | None:
    """The periods on an axis that holds them all and the moment `at`; None of none.

    A period without an end reaches to the end of the axis.
    """
    if not periods:
        return None
    moments = [at, now, *(p.period.lower for p in periods)]
    moments += [p.period.upper for p in periods if p.period.upper]
    first, last = min(moments), max(moments)
    span = max(last - first, timedelta(minutes=1))
    first, last = first - span * MARGIN, last + span * MARGIN
    whole: float = (last - first).total_seconds()

    def place(moment: datetime) -> float:
        seconds: float = (moment - first).total_seconds()
        return 100 * seconds / whole

    bars = []
    for row in periods:
        left, right = place(row.period.lower), place(row.period.upper or last)
        bars.append(
            Bar(
                period=row,
                x=f"{left:.2f}%",
                width=f"{max(right - left, THIN):.2f}%",
                opacity=OPACITY[row.stage],
                holds=row.period.lower <= at
                and (row.period.upper is None or at < row.period.upper),
            )
        )
    return Timeline(bars, first, last, f"{place(at):.2f}%")

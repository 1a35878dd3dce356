"""The figures of a version, arranged: one metric by segment, and all in a grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from registry.aimodels.models import Metric, ModelVersion


@dataclass(frozen=True, slots=True)
class BySegment:
    """One metric measured on one data set, for all persons and by segment."""

    label: str
    name: str
    rows: Sequence[Metric]

    @property
    def sentence(self) -> str:
        """What a chart of the segments shows."""
        segments = [row for row in self.rows if row.segment]
        low = min(segments, key=lambda row: row.value)
        high = max(segments, key=lambda row: row.value)
        return _(
            "%(name)s lies between %(low).3f (%(low_segment)s) and %(high).3f "
            "(%(high_segment)s)."
        ) % {
            "name": self.name,
            "low": low.value,
            "low_segment": low.segment,
            "high": high.value,
            "high_segment": high.segment,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One segment of a grid; `cases` is None when the metrics count differently."""

    segment: str
    cases: int | None
    cells: Sequence[Metric | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """All metrics measured on one data set: segments down, metrics across."""

    dataset: str
    metrics: Sequence[str]
    lines: Sequence[Line]


def figures_of(version: ModelVersion) -> tuple[list[BySegment], list[Grid]]:
    """What can be compared between segments, and everything; one read."""
    rows = list(
        version.metrics.select_related("dataset__dataset").order_by(
            "dataset__dataset__name", "dataset__name", "dataset", "segment", "name"
        )
    )
    by_segment: list[BySegment] = []
    grids: list[Grid] = []
    several = len({row.dataset_id for row in rows}) > 1
    for dataset, group in groupby(rows, key=lambda row: row.dataset):
        metrics = list(group)
        words = str(dataset) if dataset else ""
        grids.append(_grid(words, metrics))
        for name in grids[-1].metrics:
            own = [row for row in metrics if row.name == name]
            if sum(1 for row in own if row.segment) > 1:
                label = f"{name} · {words}" if several and words else name
                by_segment.append(BySegment(label, name, own))
    return by_segment, grids


def _grid(dataset: str, rows: Sequence[Metric]) -> Grid:
    names = sorted({row.name for row in rows})
    lines = []
    for segment, group in groupby(rows, key=lambda row: row.segment):
        own = {row.name: row for row in group}
        counts = {row.count for row in own.values()}
        cases = counts.pop() if len(counts) == 1 else None
        lines.append(Line(segment, cases, [own.get(name) for name in names]))
    return Grid(dataset, names, lines)

"""What tables on paper show: figures of models by segment, and parameters."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from governance.dossiers.selectors.registry import MetricFacts

# LIMIT: columns that fit beside a segment's name; values that fit a cell.
COLUMNS = 6
LONGEST = 160


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """The figures of one segment; a metric that was not measured is None."""

    segment: str
    cases: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Metrics of one data set: a row per segment, a column per metric."""

    dataset: str
    names: tuple[str, ...]
    rows: tuple[SegmentRow, ...]


def matrices(metrics: Sequence[MetricFacts]) -> Iterator[Matrix]:
    """The metrics of a version as tables, one per data set and six columns."""
    for dataset in sorted({metric.dataset for metric in metrics}):
        of_it = [metric for metric in metrics if metric.dataset == dataset]
        names = sorted({metric.name for metric in of_it})
        for first in range(0, len(names), COLUMNS):
            yield _matrix(dataset, tuple(names[first : first + COLUMNS]), of_it)


def _matrix(
    dataset: str, names: tuple[str, ...], metrics: Sequence[MetricFacts]
) -> Matrix:
    segments = sorted({metric.segment for metric in metrics if metric.name in names})
    return Matrix(
        dataset,
        names,
        tuple(
            _row(segment, names, [m for m in metrics if m.segment == segment])
            for segment in segments
        ),
    )


def _row(
    segment: str, names: tuple[str, ...], metrics: Sequence[MetricFacts]
) -> SegmentRow:
    found = {metric.name: metric for metric in metrics}
    cases = sorted(
        {m.count for m in metrics if m.name in names and m.count is not None}
    )
    values = (found[name].value if name in found else None for name in names)
    return SegmentRow(
        segment or _("All persons"),
        "–".join(f"{n:,}" for n in dict.fromkeys([*cases[:1], *cases[-1:]])),
        tuple("" if value is None else f"{value:,.4f}" for value in values),
    )


def parameters(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Hyper-parameters by name; a long value is cut, the JSON has all of it."""
    for name in sorted(params):
        value = params[name]
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        cut = _("%(start)s… (whole in contents.json)") % {"start": text[:LONGEST]}
        yield name, text if len(text) <= LONGEST else cut

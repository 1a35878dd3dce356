"""Charts of a system's predictions: each is a table first, drawn from the table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.metrics.models import DayFigure
from audits.metrics.selectors import Figure, day_figures

# LIMIT: lines of one chart; the smallest are added up.
SERIES = 4
OUTPUT = "output:"


@dataclass(frozen=True, slots=True)
class Chart:
    """A table of days by series, and the sentence above it."""

    key: str
    title: str
    sentence: str
    kind: str
    unit: str
    names: Sequence[str]
    rows: Sequence[tuple[date, Sequence[float | int | None]]]


def charts(log: Log, since: date) -> list[Chart]:
    """The charts of a system since a day; without a figure there is no chart."""
    outputs = DayFigure.objects.filter(log=log, day__gte=since, name__startswith=OUTPUT)
    names = sorted(set(outputs.values_list("name", flat=True).distinct()[:200]))
    wanted = ["events", "latency_ms", "confidence", *names]
    figures = day_figures(log, wanted, since=since)
    made = [
        _events(_named(figures, "events")),
        _means(
            _named(figures, "latency_ms"), "latency", _("Mean latency per day"), "ms"
        ),
        _outputs([f for f in figures if f.name.startswith(OUTPUT)]),
        _means(
            _named(figures, "confidence"),
            "confidence",
            _("Mean confidence per day"),
            "",
        ),
    ]
    return [chart for chart in made if chart is not None]


def _named(figures: Sequence[Figure], name: str) -> list[Figure]:
    return [figure for figure in figures if figure.name == name]


def _events(figures: list[Figure]) -> Chart | None:
    if not figures:
        return None
    names, rows = _counts(figures, lambda f: f.model_version or _("no version"))
    total = sum(f.count for f in figures)
    sentence = _("%(count)s predictions on %(days)s days, by model version.")
    return Chart(
        "events",
        _("Predictions per day"),
        sentence % {"count": f"{total:,}", "days": len({f.day for f in figures})},
        "line",
        "",
        names,
        rows,
    )


def _outputs(figures: list[Figure]) -> Chart | None:
    if not figures:
        return None
    names, rows = _counts(figures, lambda f: f.name.removeprefix(OUTPUT))
    sums: dict[str, int] = defaultdict(int)
    for figure in figures:
        sums[figure.name.removeprefix(OUTPUT)] += figure.count
    most = max(sums, key=lambda name: sums[name])
    share = 100 * sums[most] / sum(sums.values())
    return Chart(
        "outputs",
        _("Outputs per day"),
        _("“%(name)s” is the most frequent output: %(share).1f %% of all.")
        % {"name": most, "share": share},
        "line",
        "",
        names,
        rows,
    )


def _means(figures: list[Figure], key: str, title: str, unit: str) -> Chart | None:
    if not figures:
        return None
    names = sorted({f.model_version or _("no version") for f in figures})[:SERIES]
    by_day: dict[date, dict[str, float]] = defaultdict(dict)
    for figure in figures:
        by_day[figure.day][figure.model_version or _("no version")] = figure.mean
    whole = sum(f.total for f in figures) / sum(f.count for f in figures)
    sentence = _("%(mean)s on the mean of the whole period, by model version.")
    return Chart(
        key,
        title,
        sentence % {"mean": f"{whole:.4g} {unit}".strip()},
        "line",
        unit,
        names,
        [
            (day, [_rounded(by_day[day].get(name)) for name in names])
            for day in _days(by_day)
        ],
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _counts(
    figures: Sequence[Figure], name_of: Callable[[Figure], str]
) -> tuple[list[str], list[tuple[date, list[int]]]]:
    sums: dict[str, int] = defaultdict(int)
    for figure in figures:
        sums[name_of(figure)] += figure.count
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    names = ranked if len(ranked) <= SERIES else [*ranked[: SERIES - 1], _("others")]
    kept = set(names)
    by_day: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for figure in figures:
        name = name_of(figure)
        by_day[figure.day][name if name in kept else _("others")] += figure.count
    return names, [
        (day, [by_day[day][name] for name in names]) for day in _days(by_day)
    ]


def _days(by_day: Iterable[date]) -> list[date]:
    """Every day from the first to the last, also those without a figure."""
    days = list(by_day)
    first, last = min(days), max(days)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]

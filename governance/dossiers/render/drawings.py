"""The figures of one dossier: each with its sentence, its picture and its alt text."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import segno
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.dossiers.contents.values import DossierContents
from governance.dossiers.render import figures
from governance.dossiers.render.series import Series, for_chart
from governance.dossiers.selectors.log import DayCount
from governance.dossiers.selectors.oversight import Oversight, Rate


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with the sentence above it, which also stands in its place."""

    name: str
    sentence: str
    svg: str


def drawings(contents: DossierContents) -> dict[str, Drawing]:
    """All charts that the contents have numbers for, by name."""
    return {drawing.name: drawing for drawing in _all(contents)}


def _all(contents: DossierContents) -> Iterator[Drawing]:
    log, oversight = contents.log, contents.oversight
    if log.per_day:
        series = for_chart(log.per_day)
        if log.predictions:
            yield _predictions(series)
        if oversight.reviews:
            yield _reviews(series)
    if log.by_version:
        yield _versions(log.by_version)
    if oversight.reviews:
        yield _rates(oversight)


def _predictions(series: Series) -> Drawing:
    points = [(point.day, point.predictions) for point in series.points]
    peak, count = max(points, key=lambda point: point[1])
    sentence = _("Predictions %(per)s: %(total)s in all, most on %(day)s (%(peak)s).")
    return Drawing(
        "predictions",
        sentence
        % {
            "per": series.per,
            "total": f"{sum(n for _day, n in points):,}",
            "day": series.label(peak),
            "peak": f"{count:,}",
        },
        figures.days_line(points),
    )


def _reviews(series: Series) -> Drawing:
    points = [(p.day, p.reviews, p.changed) for p in series.points]
    sentence = _(
        "Reviews %(per)s (whole bars) and those that changed the output (black): "
        "%(changed)s of %(total)s."
    )
    changed, total = _sum(series.points)
    return Drawing(
        "reviews",
        sentence % {"per": series.per, "changed": changed, "total": total},
        figures.days_bars(points),
    )


def _sum(points: tuple[DayCount, ...]) -> tuple[str, str]:
    changed, total = sum(p.changed for p in points), sum(p.reviews for p in points)
    return f"{changed:,}", f"{total:,}"


def _versions(counted: tuple[tuple[str, int], ...]) -> Drawing:
    most = max(counted, key=lambda pair: pair[1])
    sentence = ngettext(
        "Predictions by model version: all of %(name)s.",
        "Predictions by model version: %(n)s versions, most of %(name)s.",
        len(counted),
    )
    return Drawing(
        "versions",
        sentence % {"n": len(counted), "name": most[0]},
        figures.bars([figures.Bar(name, count) for name, count in counted[:30]]),
    )


def _rates(oversight: Oversight) -> Drawing:
    rows = [row for row in map(_span, oversight.rates[:24]) if row is not None]
    overall = oversight.rates[0]
    sentence = _(
        "Share of reviews that changed the output, with 95 %% intervals: %(rate)s "
        "(%(changed)s of %(total)s)."
    )
    said = {
        "rate": f"{(overall.rate or 0) * 100:.1f} %",
        "changed": f"{overall.changed:,}",
        "total": f"{overall.reviews:,}",
    }
    return Drawing("rates", sentence % said, figures.spans(rows))


def _span(rate: Rate) -> figures.Span | None:
    if rate.rate is None or rate.low is None or rate.high is None:
        return None
    counts = f"{rate.rate * 100:.1f} %  ({rate.changed:,} / {rate.reviews:,})"
    return figures.Span(rate.label, rate.rate, rate.low, rate.high, counts)


def qr(text: str) -> str:
    """The text as a QR code, in SVG."""
    made = BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None
    )
    return made.getvalue().decode()

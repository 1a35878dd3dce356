"""Charts as small SVG files: thin lines, direct labels, black on white.

Nothing in them depends on colour, so that a photocopy says the same. Each has a
sentence for those who do not see it, and the page prints its numbers as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.formats import date_format

WIDTH = 480.0
FONT = "Inter PDF, Inter PDF Latin Ext, Inter PDF Greek, Inter PDF Cyrillic"
INK, QUIET, FAINT = "#1a1c20", "#5a6068", "#c9ced5"
LABEL = 150.0
ROW = 17.0
DAY = "j M Y"


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its label, its length, and what stands behind it."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Span:
    """A share with its interval, and the counts that it comes from."""

    label: str
    share: float
    low: float
    high: float
    counts: str


def days_line(points: Sequence[tuple[date, int]]) -> str:
    """Counts per day as a line; the highest and the last day are labelled."""
    top = max(count for _day, count in points)
    plot = _Plot(points[0][0], points[-1][0], top, height=120.0)
    path = " ".join(
        f"{'L' if at else 'M'}{plot.x(day):.2f} {plot.y(count):.2f}"
        for at, (day, count) in enumerate(points)
    )
    body = [
        plot.frame(),
        f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="0.9"/>',
    ]
    peak = max(points, key=lambda point: point[1])
    for day, count in {peak, points[-1]}:
        body.append(_dot(plot.x(day), plot.y(count)))
    body += [plot.label(day, count) for day, count in sorted({peak, points[-1]})]
    return _svg(body, plot.height)


def days_bars(points: Sequence[tuple[date, int, int]]) -> str:
    """Counts per day as bars; the filled part is the second count."""
    top = max(count for _day, count, _part in points)
    plot = _Plot(points[0][0], points[-1][0], top, height=96.0)
    wide = max(0.8, min(9.0, plot.step * 0.7))
    body = [plot.frame()]
    for day, count, part in points:
        left, foot = plot.x(day) - wide / 2, plot.y(0)
        for value, fill in ((count, "#ffffff"), (part, INK)):
            if value:
                high = foot - plot.y(value)
                body.append(_box(left, foot - high, wide, high, fill))
    return _svg(body, plot.height)


def bars(rows: Sequence[Bar]) -> str:
    """Horizontal bars with their numbers at the end."""
    top = max((row.value for row in rows), default=0) or 1
    body = []
    for at, row in enumerate(rows):
        y = 4 + at * ROW
        length = row.value / top * (WIDTH - LABEL - 70)
        body += [
            _text(LABEL - 8, y + 10, _short(row.label), anchor="end"),
            _box(LABEL, y + 2, max(length, 0.4), 9, INK),
            _text(LABEL + length + 5, y + 10, f"{row.value:,}"),
        ]
    return _svg(body, 8 + ROW * len(rows))


def spans(rows: Sequence[Span]) -> str:
    """Shares as dots on their 95 % intervals, on one axis from zero."""
    top = _ceiling(max((row.high for row in rows), default=0.0))
    wide = WIDTH - LABEL - 120
    foot = 6 + ROW * len(rows)
    body = []
    for at in range(5):
        x = LABEL + wide * at / 4
        body += [
            _line(x, 2, x, foot, FAINT, 0.4),
            _text(
                x, foot + 11, f"{top * at / 4 * 100:g} %", anchor="middle", quiet=True
            ),
        ]
    for at, row in enumerate(rows):
        y = 6 + at * ROW + 6
        low, high, mid = (
            LABEL + wide * value / top for value in (row.low, row.high, row.share)
        )
        body += [
            _text(LABEL - 8, y + 3.5, _short(row.label), anchor="end"),
            _line(low, y, high, y, INK, 0.9),
            _line(low, y - 3, low, y + 3, INK, 0.9),
            _line(high, y - 3, high, y + 3, INK, 0.9),
            _dot(mid, y, 2.4),
            _text(LABEL + wide + 12, y + 3.5, row.counts),
        ]
    return _svg(body, foot + 16)


class _Plot:
    """The frame of a chart over days: where a day and a count lie."""

    LEFT, RIGHT, ABOVE, BELOW = 38.0, 58.0, 14.0, 18.0

    def __init__(self, first: date, last: date, top: int, height: float) -> None:
        self.first, self.last, self.height = first, last, height
        self.top = _round_up(top)
        self.days = max((last - first).days, 1)
        self.step = (WIDTH - self.LEFT - self.RIGHT) / self.days

    def x(self, day: date) -> float:
        return self.LEFT + (day - self.first).days * self.step

    def y(self, count: float) -> float:
        high = self.height - self.ABOVE - self.BELOW
        return self.height - self.BELOW - count / self.top * high

    def frame(self) -> str:
        parts = []
        for count in sorted({0, self.top // 2, self.top}):
            y = self.y(count)
            parts.append(_line(self.LEFT - 4, y, WIDTH - self.RIGHT + 6, y, FAINT, 0.4))
            parts.append(_text(self.LEFT - 8, y + 3, f"{count:,}", "end", quiet=True))
        below = self.height - 4
        parts.append(_text(self.x(self.first), below, _day(self.first), quiet=True))
        if self.last != self.first:
            parts.append(
                _text(self.x(self.last), below, _day(self.last), "end", quiet=True)
            )
        return "".join(parts)

    def label(self, day: date, count: int) -> str:
        near_end = self.x(day) > WIDTH - self.RIGHT - 2
        x = self.x(day) + 6 if near_end else self.x(day)
        y = self.y(count) + 3 if near_end else self.y(count) - 5
        return _text(x, y, f"{count:,}", "start" if near_end else "middle")


def _svg(body: Sequence[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}pt"'
        f' height="{height:g}pt" viewBox="0 0 {WIDTH:g} {height:g}">'
        f"{''.join(body)}</svg>"
    )


def _text(
    x: float, y: float, text: str, anchor: str = "start", *, quiet: bool = False
) -> str:
    ink = QUIET if quiet else INK
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-family="{FONT}" font-size="8"'
        f' fill="{ink}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _box(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}"'
        f' fill="{fill}" stroke="{INK}" stroke-width="0.5"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, wide: float) -> str:
    return (
        f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
        f' stroke="{ink}" stroke-width="{wide}"/>'
    )


def _dot(x: float, y: float, radius: float = 1.8) -> str:
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{INK}"/>'


def _day(value: date) -> str:
    return date_format(value, DAY)


def _short(label: str, length: int = 30) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def _round_up(value: int) -> int:
    """The next of 1, 2, 4, 5, 8 times a power of ten: an axis that reads well."""
    power = int(10 ** (len(str(max(value, 1))) - 1))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value)


def _ceiling(share: float) -> float:
    return next(top for top in (0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if top >= share)

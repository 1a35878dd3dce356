"""Lines of lists with what their payloads and reviews say, two queries a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.events.models import Flag
from audits.log.models import Log
from audits.metrics.build import output_label
from audits.oversight.models import Act, Review
from audits.payloads.selectors import read_values
from registry.predictions.selectors.entries import Line
from registry.predictions.selectors.queue import QueueLine

SHORT = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    line: Line
    log_id: int
    output: str
    confidence: float | None
    reviews: Sequence[Review]

    @property
    def flags(self) -> str:
        """What intake noticed, in few words: "unknown version, deployment; late"."""
        flags = self.line.flags
        unknown = [words for bit, words in UNKNOWN.items() if flags & bit]
        found = (
            [_("unknown %(what)s") % {"what": ", ".join(map(str, unknown))}]
            if unknown
            else []
        )
        return "; ".join([*found, _("late")] if flags & Flag.LATE else found)

    @property
    def last_review(self) -> Review | None:
        return effective(self.reviews)


UNKNOWN = {
    Flag.UNKNOWN_MODEL_VERSION: gettext_lazy("version"),
    Flag.UNKNOWN_DEPLOYMENT: gettext_lazy("deployment"),
}


def effective(reviews: Sequence[Review]) -> Review | None:
    """The newest review that was not corrected and is no second confirmation."""
    corrected = {review.corrects for review in reviews if review.corrects}
    for review in reversed(reviews):
        if review.confirms is None and review.review_id not in corrected:
            return review
    return None


def short(output: object) -> str:
    """An output in a few words: its decision or label, else its parts, cut."""
    if output is None:
        return ""
    label = output_label(output)
    text = label if label is not None else in_words(output)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def in_words(value: object) -> str:
    """A JSON value as people write it: "score: 0.63, rank: 9"."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {in_words(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return orjson.dumps(value).decode()


def rows_of(log: Log, lines: Sequence[Line]) -> list[Row]:
    """The lines of one log, with output, confidence and reviews."""
    return [row for _line, row in _rows([(log.pk, line) for line in lines])]


def queue_rows(lines: Sequence[QueueLine]) -> list[tuple[QueueLine, Row]]:
    """The lines of several logs, with output and confidence."""
    rows = _rows([(each.log_id, each.line) for each in lines])
    return [(line, row) for line, (_line, row) in zip(lines, rows, strict=True)]


def _rows(lines: Iterable[tuple[int, Line]]) -> list[tuple[Line, Row]]:
    wanted = list(lines)
    outputs = _outputs(wanted)
    reviews = _reviews(wanted)
    return [
        (
            line,
            Row(
                line,
                log_id,
                short(outputs.get((log_id, line.idx), {}).get("output")),
                _number(outputs.get((log_id, line.idx), {}).get("confidence")),
                reviews.get((log_id, line.idx), []),
            ),
        )
        for log_id, line in wanted
    ]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _predictions(lines: list[tuple[int, Line]], index: str = "idx") -> Q | None:
    """The predictions among the lines, in one condition; None when there are none."""
    by_log: dict[int, list[int]] = {}
    for log_id, line in lines:
        if line.type == "prediction":
            by_log.setdefault(log_id, []).append(line.idx)
    found: Q | None = None
    for log_id, indexes in by_log.items():
        these = Q(log=log_id, **{f"{index}__in": indexes})
        found = these if found is None else found | these
    return found


def _outputs(lines: list[tuple[int, Line]]) -> dict[tuple[int, int], dict[str, Any]]:
    wanted = _predictions(lines)
    if wanted is None:
        return {}
    return {key: roles.get("output", {}) for key, roles in read_values(wanted).items()}


def _reviews(lines: list[tuple[int, Line]]) -> dict[tuple[int, int], list[Review]]:
    found: dict[tuple[int, int], list[Review]] = {}
    wanted = _predictions(lines, "prediction_idx")
    if wanted is None:
        return found
    for review in Review.objects.filter(wanted).order_by("log", "idx"):
        key = (review.log_id, review.prediction_idx)
        found.setdefault(key, []).append(review)
    return found


ACT_TONES = {
    Act.CONFIRMED: "ok",
    Act.NOT_USED: "attention",
    Act.DISREGARDED: "attention",
    Act.OVERRIDDEN: "attention",
    Act.REVERSED: "attention",
    Act.STOPPED: "danger",
}

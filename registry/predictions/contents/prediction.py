"""One prediction in plain words: what was decided, on what, and what people did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from audits.log.models import Log
from audits.oversight.models import Act, Review
from audits.payloads.selectors import read_values
from registry.predictions.contents.event import Contents
from registry.predictions.contents.lists import ACT_TONES, effective, in_words, short
from registry.predictions.selectors.reviews import reviews_of

# What each part of the payload holds, in the order in which a page shows it.
PARTS = {
    "input": ("input", "features", "input_ref"),
    "output": ("output", "confidence"),
    "person": ("subject", "segment"),
    "operation": ("endpoint", "latency_ms", "cost", "reference_database", "matched"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A named value of the payload; `block` is JSON that needs room of its own."""

    name: str
    text: str
    block: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review as the timeline shows it."""

    review: Review
    output: str
    reason: str
    reason_code: str
    tone: str
    confirmed_by: Review | None
    corrected_by: Review | None

    @property
    def by_session(self) -> bool:
        return self.review.authenticated_by == "session"


@dataclass(frozen=True, slots=True)
class Prediction:
    """Everything that the page of one prediction shows, but its proof."""

    contents: Contents
    decided: str
    confidence: float | None
    input: Sequence[Field]
    features: Sequence[Field]
    output: Sequence[Field]
    others: Sequence[Field]
    reviews: Sequence[ReviewLine]
    standing: ReviewLine | None

    @property
    def entry_json(self) -> str:
        return orjson.dumps(self.contents.fields, option=orjson.OPT_INDENT_2).decode()


def prediction_of(contents: Contents) -> Prediction:
    """Gather one prediction: one query for its reviews and one for their payloads."""
    log, value = contents.log, contents.value
    reviews = review_lines(log, reviews_of(log, contents.entry.idx))
    standing = effective([line.review for line in reviews])
    confidence = value("output", "confidence")
    others = [
        Field(name, in_words(found))
        for role in ("person", "operation")
        for name in PARTS[role]
        if (found := value(role, name)) is not None
    ]
    reference = value("input", "input_ref")
    given = fields_of(value("input", "input"))
    if reference is not None:
        given = [*given, Field("input_ref", str(reference))]
    return Prediction(
        contents=contents,
        decided=short(value("output", "output")),
        confidence=confidence if isinstance(confidence, int | float) else None,
        input=given,
        features=fields_of(value("input", "features")),
        output=fields_of(value("output", "output")),
        others=others,
        reviews=reviews,
        standing=next((line for line in reviews if line.review is standing), None),
    )


def fields_of(value: Any) -> list[Field]:
    """A JSON value as lines of a table: one per member, one for anything else."""
    if value is None:
        return []
    if not isinstance(value, dict):
        return [_field("", value)]
    return [_field(name, member) for name, member in value.items()]


def _field(name: str, value: Any) -> Field:
    if isinstance(value, dict) or (isinstance(value, list) and not _flat(value)):
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        return Field(name, text, block=True)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = _text(value)
    return Field(name, text, block="\n" in text, number=number)


def _flat(values: list[Any]) -> bool:
    return len(values) <= 20 and not any(isinstance(v, list | dict) for v in values)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and _flat(value):
        return ", ".join(_text(each) for each in value)
    return orjson.dumps(value).decode()


def review_lines(log: Log, reviews: Sequence[Review]) -> list[ReviewLine]:
    """The reviews with what their payloads say, in the order given."""
    said = read_values(Q(log=log, idx__in=[r.idx for r in reviews]))
    decisions: dict[int, dict[str, Any]] = {
        idx: roles.get("decision", {}) for (_log, idx), roles in said.items()
    }
    confirmed = {r.confirms: r for r in reviews if r.confirms}
    corrected = {r.corrects: r for r in reviews if r.corrects}
    return [
        ReviewLine(
            review=review,
            output=short(decisions.get(review.idx, {}).get("output")),
            reason=str(decisions.get(review.idx, {}).get("reason") or ""),
            reason_code=review.reason_code,
            tone=ACT_TONES[Act(review.act)],
            confirmed_by=confirmed.get(review.review_id),
            corrected_by=corrected.get(review.review_id),
        )
        for review in reviews
    ]

"""What is sent: one prediction, or one review of a prediction by a person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from probatum_client.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One output of an AI system, as it was given (Art. 12 of the AI Act).

    `id` makes sending safe to repeat: the same id with the same content is stored
    once. `confidence` lies between 0 and 1, `latency_ms` is in milliseconds. `epoch`
    and `seq` number the events of one producer, so that a gap shows, and `prev` names
    the event before; a recorder fills them itself. The last four
    fields are those of Art. 12(3), for remote biometric identification.
    """

    model_version: str
    output: Any
    id: UUID = field(default_factory=new_id)
    occurred_at: datetime = field(default_factory=_now)
    deployment: str | None = None
    feature_set_version: str | None = None
    input: Any = None
    input_ref: str | None = None
    features: Mapping[str, Any] | None = None
    confidence: float | None = None
    subject: str | None = None
    segment: str | Mapping[str, Any] | None = None
    endpoint: str | None = None
    latency_ms: float | None = None
    cost: float | None = None
    epoch: str | None = None
    seq: int | None = None
    prev: str | None = None
    use_start: datetime | None = None
    use_end: datetime | None = None
    reference_database: str | None = None
    matched: Any = None

    def as_dict(self) -> dict[str, Any]:
        """Return the event as the API takes it; fields without a value are left out,
        but `output` is always there, since "nothing" can be an output."""
        return {"type": "prediction", "output": self.output} | _filled(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person did with one prediction (Art. 14(4)).

    `act` is confirmed, not_used, disregarded, overridden, reversed or stopped. `output`
    is the decision that replaces the prediction's. `person` holds id, name and role as
    they are now. `human` is False for a review made by a rule. `corrects` names an
    earlier review that this one puts right, `confirms` one that a second person
    confirms (Art. 14(5)).
    """

    prediction: UUID | str
    act: str
    shown_at: datetime
    decided_at: datetime
    person: Mapping[str, str]
    human: bool
    id: UUID = field(default_factory=new_id)
    output: Any = None
    reason_code: str | None = None
    reason: str | None = None
    corrects: UUID | str | None = None
    confirms: UUID | str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the review as the API takes it, without fields that have no value."""
        return _filled(self)


def _filled(record: Prediction | Review) -> dict[str, Any]:
    kind: type = type(record)
    names, values_of = _fields_of(kind)
    return {
        name: _plain(value) if type(value) in _WRITTEN_AS_TEXT else value
        for name, value in zip(names, values_of(record), strict=True)
        if value is not None
    }


@cache  # since a service that predicts waits for this
def _fields_of(kind: type) -> tuple[tuple[str, ...], attrgetter[tuple[Any, ...]]]:
    names = tuple(f.name for f in fields(kind))
    return names, attrgetter(*names)


_WRITTEN_AS_TEXT = frozenset({UUID, datetime})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    return value


def instant(moment: datetime) -> str:
    """Write an instant as RFC 3339 in UTC; one without a time zone is refused, because
    guessing the zone would put a wrong time into the record."""
    if moment.tzinfo is None:
        raise ValueError(
            f"The instant {moment.isoformat()} has no time zone. "
            "Use datetime.now(timezone.utc)."
        )
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def prepared(record: Prediction | Review | Mapping[str, Any]) -> dict[str, Any]:
    """Return the record as a dict of its own, with an id."""
    if isinstance(record, Prediction | Review):
        return record.as_dict()
    body = {name: _plain(value) for name, value in record.items()}
    body["id"] = _normal(body.get("id") or str(new_id()))
    return body


def _normal(event_id: object) -> str:
    try:
        return str(UUID(str(event_id)))
    except ValueError:
        return str(event_id)  # the server says best what is wrong with it


def encode(body: Mapping[str, Any]) -> bytes:
    """Write a record as JSON; NaN and infinity are refused, since JSON has neither and
    writing null instead would change what is on record."""
    return _encode(body).encode()


def _or_refuse(value: Any) -> Any:
    plain = _plain(value)
    if plain is value:
        raise TypeError(
            f"A value of type {type(value).__name__} cannot be written as JSON. "
            "Turn it into text or numbers before logging it."
        )
    return plain


# Made once: json.dumps would make one for each event.
_encode = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
    default=_or_refuse,
).encode

"""What a service posts, what is refused of it, and canonical JSON.

Payload bytes are committed to as they came: `input`, `features` and `output` are never
decoded here.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import orjson

# LIMIT: names are short and printable, so that an entry stays far below 60,000 bytes.
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+\Z")
]
Text = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^[^\x00]*$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Number = Annotated[float, msgspec.Meta(ge=0)]
AHEAD = timedelta(minutes=5)
LATE = timedelta(minutes=5)
# LIMIT: an instant keeps its calendar in every time zone and has four digits a year.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
# LIMIT: an entry stays for ever, so every page must be able to write it down again;
# the encoders that do it stop at about 250 levels.
DEEPEST = 100


class Event(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prediction as its service tells it (Art. 12(1) to (3))."""

    id: UUID
    type: Literal["prediction"]
    occurred_at: Instant
    model_version: Name
    output: msgspec.Raw
    deployment: Name | None = None
    feature_set_version: Name | None = None
    input: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    input_ref: Text | None = None
    features: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    confidence: float | None = None
    subject: Text | None = None
    segment: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    endpoint: Text | None = None
    latency_ms: Number | None = None
    cost: Number | None = None
    epoch: Name | None = None
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] | None = None
    prev: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None
    use_start: Instant | None = None
    use_end: Instant | None = None
    reference_database: Text | None = None
    matched: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


decode_event = msgspec.json.Decoder(Event).decode
decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
AS_THEY_CAME = "input", "output", "features", "segment", "matched"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SPLIT = b'"rx":""'
_FIELD = re.compile(r"`\$(?:\.?(?P<field>[^`]*))`$")
_HINTS = {
    "id": "Send a UUID such as 018f6b3a-5c7e-7d10-9b1e-2f4a6c8e0d12; UUIDv7 is best.",
    "type": 'Send "prediction"; human reviews go to POST /api/v1/oversight.',
    "occurred_at": "Send RFC 3339 with an offset, such as 2026-11-23T08:00:00.000Z.",
    "model_version": "Send the name of the version as it stands in the registry.",
    "output": "Send the output of the model, as any JSON value.",
}


class FieldError(Exception):
    """One field of one event is wrong: which, why, and how to mend it."""

    def __init__(self, field: str, reason: str, fix: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.fix = fix


def field_error(error: msgspec.MsgspecError) -> FieldError:
    """msgspec's complaint as a field, a reason and a way to mend it."""
    text = str(error)
    reason, _, place = text.partition(" - at ")
    match = _FIELD.search(place)
    field = match["field"] if match else ""
    named = re.search(r"field `([^`]+)`", reason)
    if named:
        field = f"{field}.{named[1]}".strip(".")
    hint = _HINTS.get(field.split(".")[0].split("[")[0])
    unknown = "unknown field" in reason
    return FieldError(
        field or "body",
        reason,
        "Leave the field out, or put it into `features` or `input`."
        if unknown
        else hint or "See the description of the event in /api/.",
    )


def check_body(body: bytes) -> None:
    """Raise FieldError for what could be stored and committed to, but never read.

    Parts are kept as they came and not decoded on the way in, so that bytes that
    are not UTF-8, a number beyond a double, a nesting that no encoder follows, or a
    key with two values would be found by a reader only, on every page that lists
    the entry.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FieldError(
            "body",
            str(error),
            f"Send UTF-8, whole pairs of surrogates, at most {DEEPEST} levels, and "
            "numbers that a double holds (or as texts): NaN and Infinity are none.",
        ) from error
    # Counting brackets is quick, and few bodies have more of them than levels.
    if body.count(b"[") + body.count(b"{") > DEEPEST and too_deep(value):
        raise FieldError(
            "body",
            f"Values are nested more than {DEEPEST} levels deep.",
            "Send them flatter, or as a text.",
        )
    # A key that came twice was dropped once, with its quotes: counting them is quick.
    # Only a quote that came as \u0022 comes back as another one.
    may_be_escaped = b"\\" in body and b"\\u0022" in body
    if may_be_escaped or body.count(b'"') != orjson.dumps(value).count(b'"'):
        json.loads(body, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Raise FieldError when a key of one object has two values."""
    seen: set[str] = set()
    for name, _value in pairs:
        if name in seen:
            raise FieldError(
                name,
                "It stands twice in one object: readers differ in which they take.",
                "Send each key once.",
            )
        seen.add(name)


def too_deep(value: Any) -> bool:
    """Whether a decoded JSON value has more than DEEPEST levels of nesting."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def check_moment(field: str, at: datetime | None) -> None:
    """Raise FieldError for an instant that some time zone could not write."""
    if at is not None and not EARLIEST <= at <= LATEST:
        raise FieldError(
            field,
            f"It lies outside the years {EARLIEST.year} to {LATEST.year}.",
            "Send the time as it was, in RFC 3339.",
        )


def check(event: Event, now: datetime, body: bytes) -> None:
    """Raise FieldError for what a schema cannot say; `body` is what told the event."""
    # No page or table can show a NUL: what is read would not be what is proven.
    for field in AS_THEY_CAME if b"\\u0000" in body else ():
        if _NUL.search(bytes(getattr(event, field) or b"")):
            raise FieldError(
                field, "A text in it holds the character NUL.", "Leave \\u0000 out."
            )
    for field in ("occurred_at", "use_start", "use_end"):
        check_moment(field, getattr(event, field))
    if event.occurred_at > now + AHEAD:
        raise FieldError(
            "occurred_at",
            f"{event.occurred_at.isoformat()} lies more than 5 minutes ahead of this "
            f"server's clock ({now.isoformat()}).",
            "Set the clock of the posting service; nothing was stored.",
        )
    if event.input is not msgspec.UNSET and event.input_ref is not None:
        raise FieldError(
            "input_ref", "Both input and input_ref are given.", "Send one of the two."
        )
    if event.use_start and event.use_end and event.use_end < event.use_start:
        raise FieldError(
            "use_end", "It lies before use_start.", "Send the end of the use."
        )


def canonical(core: dict[str, object]) -> tuple[bytes, bytes]:
    """Canonical JSON (RFC 8785, restricted profile), split around the empty "rx"."""
    return around_rx(orjson.dumps(core, option=orjson.OPT_SORT_KEYS))


def around_rx(data: bytes) -> tuple[bytes, bytes]:
    """An entry as what stands before and after its receipt time, here empty."""
    # Quotes inside strings are escaped, so the marker can only be the member itself.
    before, _, after = data.partition(_SPLIT)
    return before + b'"rx":"', b'"' + after

"""A heartbeat as its source posts it, and the leaves that tell of streams."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from audits.events.encoding import FieldError, Instant, Name, canonical, check_moment
from audits.log.services import Leaf, stamp
from audits.payloads.services import NOTHING
from audits.tlog import heartbeat
from audits.tlog.stream import Stream
from audits.tlog.streams import DECLARED, FILLED, HEARTBEAT

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex64 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]
# LIMIT: a source that is heard less often than once a day is not watched.
Period = Annotated[int, msgspec.Meta(ge=5, le=86_400)]
# Counters stand in the clear for ever: their names are words, not texts.
Counter = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,32}\Z")]
Counters = Annotated[dict[Counter, Number], msgspec.Meta(max_length=8)]
AHEAD = timedelta(minutes=5)
# LIMIT: one entry names at most so many ranges of numbers.
MOST_RANGES = 500


class Former(msgspec.Struct, forbid_unknown_fields=True):
    """The epoch before, and the last number that its source remembers of it."""

    epoch: Name
    last: Number


class Heartbeat(msgspec.Struct, forbid_unknown_fields=True):
    """How far a source has come in its epoch, as it says itself."""

    epoch: Name
    last: Number
    sent_at: Instant
    head: Hex32 | None = None
    state: Literal["open", "closed"] = "open"
    every: Period = 60
    former: Former | None = None
    counters: Counters = {}
    key: Hex32 | None = None
    signature: Hex64 | None = None


decode_heartbeat = msgspec.json.Decoder(Heartbeat).decode


def check(beat: Heartbeat, core: dict[str, Any], now: datetime) -> None:
    """Raise FieldError for what a schema cannot say; `core` is its leaf's."""
    check_moment("sent_at", beat.sent_at)
    if beat.sent_at > now + AHEAD:
        raise FieldError(
            "sent_at", "It lies in the future.", "Set the clock of the source."
        )
    if (beat.key is None) != (beat.signature is None):
        raise FieldError(
            "signature", "Key and signature come together.", "Send both, or neither."
        )
    if beat.key is not None and not heartbeat.signature_holds(core):
        raise FieldError(
            "signature",
            "It is not that of this key over this heartbeat.",
            "Sign the lines that docs/intake.md states, instants with six digits.",
        )


def core_of(beat: Heartbeat, *, source: str, auth: str) -> dict[str, Any]:
    """What the leaf of a heartbeat says, but for the receipt time."""
    core: dict[str, Any] = {
        "auth": auth,
        "cnt": beat.counters,
        "ep": beat.epoch,
        "every": beat.every,
        "kind": "stream",
        "last": beat.last,
        "sent": stamp(beat.sent_at).decode(),
        "src": source,
        "state": beat.state,
        "type": HEARTBEAT,
        "v": 1,
    }
    if beat.head is not None:
        core["head"] = beat.head
    if beat.former is not None:
        core.update(fep=beat.former.epoch, flast=beat.former.last)
    if beat.key is not None:
        core.update(key=beat.key, sig=beat.signature)
    return core


def heartbeat_leaf(core: dict[str, Any]) -> Leaf:
    """The leaf of a heartbeat."""
    return _leaf(core)


def filled_leaf(stream: Stream) -> Leaf:
    """The leaf that says that declared numbers came late."""
    return _told(FILLED, stream, stream.late[:MOST_RANGES])


def declared_leaf(stream: Stream, before: str) -> Leaf | None:
    """The leaf that owns up to what is missing since before that instant, if any."""
    old = [
        (first, last)
        for first, last, noticed in stream.undeclared()
        if noticed <= before
    ]
    return _told(DECLARED, stream, old[:MOST_RANGES]) if old else None


def silent_leaf(stream: Stream) -> Leaf:
    """The leaf that says that a source is not heard any more: nobody knows its end."""
    return _told(DECLARED, stream, [(max(stream.top, stream.claimed) + 1, None)])


def _told(kind: str, stream: Stream, ranges: list[Any]) -> Leaf:
    return _leaf(
        {
            "ep": stream.epoch,
            "kind": "stream",
            "ranges": ranges,
            "src": stream.source,
            "type": kind,
            "v": 1,
        }
    )


def _leaf(core: dict[str, Any]) -> Leaf:
    before, after = canonical({**core, "pay": NOTHING.pay, "rx": ""})
    return Leaf(before, after, core["type"], NOTHING.key, NOTHING.sealed)

"""The leaves of the meta-log: a log was opened; a log stated a checkpoint; keys.

A key's rotation is an entry of its own log too.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from audits.events.encoding import canonical
from audits.log.models import Log
from audits.log.services import Leaf, stamp
from audits.payloads.selectors import keys_of
from audits.payloads.services import NOTHING, Sealed, seal_parts
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.rotation import TYPE as KEY_ROTATED

OPENED, CHECKPOINT = "opened", "checkpoint"
KEY_ADDED, STATE_ACCEPTED = "key_added", "signer_state_accepted"


def opening(log: Log) -> Leaf:
    """That this log exists, and under which key: no log can be hidden afterwards."""
    return _leaf(
        OPENED,
        {
            "class": log.log_class,
            "log": log.origin,
            "opened": stamped(log.opened_at),
            "vkey": log.vkey,
        },
    )


def checkpoint(stated: Checkpoint, note: str) -> Leaf:
    """That a log stated this checkpoint; the hash covers the note with signatures."""
    return _leaf(
        CHECKPOINT,
        {
            "log": stated.origin,
            "note": sha256(note.encode()).hexdigest(),
            "root": stated.root.hex(),
            "size": stated.size,
        },
    )


def key_added(origin: str, vkey: str) -> Leaf:
    """That a log signs with one more key, of another kind."""
    return _leaf(KEY_ADDED, {"log": origin, "vkey": vkey})


def key_rotated(
    into: Log, asked: Mapping[str, str], note: str, size: int, ends: datetime
) -> Leaf:
    """That a log's key changed, as both keys say in the note: an entry of `into`.

    Who did it and why is payload, as in every act: a name can be erased later.
    """
    parts = {
        "act": orjson.dumps({"reason": asked["reason"]}),
        "person": orjson.dumps({"name": asked["person"]}),
    }
    fields = {
        "log": asked["origin"],
        "new": asked["new"],
        "note": note,
        "old": asked["old"],
        "size": size,
        "until": stamped(ends),
    }
    return _leaf(KEY_ROTATED, fields, seal_parts(keys_of(into), parts))


def state_accepted(at: datetime, trees: Sequence[tuple[str, int]]) -> Leaf:
    """That the signer lost its state, and began anew at these sizes of these logs."""
    listed = [{"log": origin, "size": size} for origin, size in trees]
    return _leaf(STATE_ACCEPTED, {"accepted": stamped(at), "logs": listed})


def stamped(at: datetime) -> str:
    """An instant as these entries write it."""
    return stamp(at.astimezone(UTC)).decode()


def _leaf(kind: str, fields: dict[str, object], sealed: Sealed = NOTHING) -> Leaf:
    own = {"kind": "anchor", "pay": sealed.pay, "rx": "", "type": kind, "v": 1}
    before, after = canonical({**fields, **own})
    return Leaf(before, after, kind, sealed.key, sealed.sealed)

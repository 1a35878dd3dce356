"""The leaves of the meta-log: a log was opened; a log stated a checkpoint."""

from datetime import UTC
from hashlib import sha256

from audits.events.encoding import canonical
from audits.log.models import Log
from audits.log.services import Leaf, stamp
from audits.payloads.services import NOTHING
from audits.tlog.checkpoint import Checkpoint

OPENED, CHECKPOINT = "opened", "checkpoint"


def opening(log: Log) -> Leaf:
    """That this log exists, and under which key: no log can be hidden afterwards."""
    return _leaf(
        OPENED,
        {
            "class": log.log_class,
            "log": log.origin,
            "opened": stamp(log.opened_at.astimezone(UTC)).decode(),
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


def _leaf(kind: str, fields: dict[str, object]) -> Leaf:
    core = {**fields, "kind": "anchor", "pay": [], "rx": "", "type": kind, "v": 1}
    before, after = canonical(core)
    return Leaf(before, after, kind, NOTHING.key, NOTHING.sealed)

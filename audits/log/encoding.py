"""How leaves and heads travel to the database: as COPY's bytes, as JSON for a call."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any
from uuid import UUID

import msgspec
import orjson

from audits.log.models import Log
from audits.tlog.compact import BatchProofs, Compact

# The columns of each table, in the order in which COPY gets them.
TABLES = {
    "audits_entry": (
        "log_class,log_id,idx,received_at,type,event_id,occurred_at,"
        "model_version,deployment,flags,leaf_hash,entry"
    ),
    "audits_payload": "log_class,log_id,idx,received_at,key,sealed",
    "audits_event_id": "log_class,log_id,event_id,idx,body_mac",
}
# PostgreSQL's binary COPY format: a head, rows of fields with their lengths, an end.
COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
# A field is its size and its value; those of numbers are written in one go.
_size, _int2, _int4, _int8 = (Struct(f).pack for f in (">i", ">ih", ">ii", ">iq"))
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Leaf(msgspec.Struct, gc=False):
    """One entry to append: its bytes around the receipt time, and its columns."""

    before_rx: bytes
    after_rx: bytes
    type: str
    key: bytes
    sealed: bytes
    """The payload under that key; empty when there is none."""
    event_id: UUID | None = None
    body_mac: bytes = b""
    occurred_at: datetime | None = None
    model_version: str = ""
    deployment: str = ""
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Tail:
    """The locked end of a log, and which of the asked ids it has already."""

    log: Log
    compact: Compact
    received_at: datetime
    seen: dict[UUID, tuple[int, bytes]]
    keys: int
    """The version of the keys under which its payloads are sealed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written behind one log's tail."""

    tail: Tail
    leaves: Sequence[Leaf]
    entries: Sequence[bytes]
    hashes: Sequence[bytes]
    proofs: BatchProofs
    received_at: datetime


def as_copy(batches: Sequence[Batch]) -> dict[str, bytes]:
    """Each table's rows as its COPY takes them; a table without rows is left out."""
    entries, payloads, ids = [COPY_HEAD], [COPY_HEAD], [COPY_HEAD]
    texts = _Texts()
    for batch in batches:
        log = _field(batch.tail.log.log_class.encode()) + _int4(4, batch.tail.log.pk)
        received_at = _instant(batch.received_at)
        for at, (leaf, leaf_hash, entry) in _numbered(batch):
            idx = _int8(8, at)
            event_id = _field(leaf.event_id.bytes) if leaf.event_id else NULL
            entries += (
                b"\x00\x0c", log, idx, received_at, texts[leaf.type],
                event_id, _instant(leaf.occurred_at) if leaf.occurred_at else NULL,
                texts[leaf.model_version], texts[leaf.deployment],
                _int2(2, leaf.flags), _size(len(leaf_hash)), leaf_hash,
                _size(len(entry)), entry,
            )  # fmt: skip
            if leaf.sealed:
                payloads += (
                    b"\x00\x06", log, idx, received_at,
                    _field(leaf.key), _size(len(leaf.sealed)), leaf.sealed,
                )  # fmt: skip
            if leaf.event_id:
                ids += (b"\x00\x05", log, event_id, idx, _field(leaf.body_mac))
    rows = zip(TABLES, (entries, payloads, ids), strict=True)
    return {
        table: b"".join((*found, COPY_END)) for table, found in rows if len(found) > 1
    }


class _Texts(dict[str, bytes]):
    """Texts as fields: there are few, and each stands in many rows."""

    def __missing__(self, text: str) -> bytes:
        self[text] = found = _field(text.encode())
        return found


def _field(value: bytes) -> bytes:
    return _size(len(value)) + value


def _instant(at: datetime) -> bytes:
    return _int8(8, (at - EPOCH) // MICROSECOND)


def as_heads(batches: Sequence[Batch]) -> list[list[Any]]:
    """The columns of the moved heads, for one UPDATE."""
    return [
        [batch.tail.log.pk for batch in batches],
        [batch.proofs.after.size for batch in batches],
        [batch.proofs.root for batch in batches],
        [batch.proofs.after.to_bytes() for batch in batches],
        [batch.received_at for batch in batches],
    ]


def as_json(grown: Sequence[tuple[Log, int, Sequence[Leaf]]], now: datetime) -> str:
    """Leaves as `audits_append` takes them, per log with its keys' version."""
    batches = [
        {
            "log_id": log.pk,
            "at": now,
            "keys": keys,
            "leaves": [
                {
                    "type": leaf.type,
                    "event_id": leaf.event_id,
                    "occurred_at": leaf.occurred_at,
                    "model_version": leaf.model_version,
                    "deployment": leaf.deployment,
                    "flags": leaf.flags,
                    "before": leaf.before_rx,
                    "after": leaf.after_rx,
                    "key": int.from_bytes(leaf.key, "big", signed=True),
                    "sealed": leaf.sealed,
                    "body_mac": leaf.body_mac,
                }
                for leaf in leaves
            ],
        }
        for log, keys, leaves in grown
    ]
    return orjson.dumps(batches, default=_base64).decode()


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _numbered(batch: Batch) -> Iterator[tuple[int, tuple[Leaf, bytes, bytes]]]:
    rows = zip(batch.leaves, batch.hashes, batch.entries, strict=True)
    return enumerate(rows, batch.tail.compact.size)

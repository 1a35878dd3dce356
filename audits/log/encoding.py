"""How leaves and heads travel to the database: as rows for COPY, as JSON for a call."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from audits.log.models import Log
from audits.tlog.compact import BatchProofs, Compact

TABLES = {
    "audits_entry": (
        ("log_class,log_id,idx,received_at,type,event_id,occurred_at,"
        "model_version,deployment,flags,leaf_hash,entry"),
        ("text", "int4", "int8", "timestamptz", "text", "uuid", "timestamptz",
         "text", "text", "int2", "bytea", "bytea"),
    ),
    "audits_payload": (
        "log_class,log_id,idx,received_at,seed,parts",
        ("text", "int4", "int8", "timestamptz", "bytea", "bytea"),
    ),
    "audits_event_id": (
        "log_class,log_id,event_id,idx,body_mac",
        ("text", "int4", "uuid", "int8", "bytea"),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Leaf:
    """One entry to append: its bytes around the receipt time, and its columns."""

    before_rx: bytes
    after_rx: bytes
    type: str
    seed: bytes
    parts: bytes
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


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written behind one log's tail."""

    tail: Tail
    leaves: Sequence[Leaf]
    entries: Sequence[bytes]
    hashes: Sequence[bytes]
    proofs: BatchProofs
    received_at: datetime


def as_rows(batches: Sequence[Batch]) -> dict[str, list[tuple[Any, ...]]]:
    """Each table's rows, in the order of its columns in `TABLES`."""
    entries, payloads, ids = [], [], []
    for batch in batches:
        log_class, log_id = batch.tail.log.log_class, batch.tail.log.pk
        at = batch.received_at
        for idx, (x, leaf_hash, entry) in _numbered(batch):
            entries.append(
                (log_class, log_id, idx, at, x.type, x.event_id, x.occurred_at,
                 x.model_version, x.deployment, x.flags, leaf_hash, entry)
            )  # fmt: skip
            payloads.append((log_class, log_id, idx, at, x.seed, x.parts))
            if x.event_id is not None:
                ids.append((log_class, log_id, x.event_id, idx, x.body_mac))
    return dict(zip(TABLES, (entries, payloads, ids), strict=True))


def as_heads(batches: Sequence[Batch]) -> list[list[Any]]:
    """The columns of the moved heads, for one UPDATE."""
    return [
        [batch.tail.log.pk for batch in batches],
        [batch.proofs.after.size for batch in batches],
        [batch.proofs.root for batch in batches],
        [batch.proofs.after.to_bytes() for batch in batches],
        [batch.received_at for batch in batches],
    ]


def as_json(batches: Sequence[Batch]) -> list[str]:
    """The heads and the leaves as `audits_append` takes them, few as they are."""
    heads = [
        {
            "log_id": batch.tail.log.pk,
            "size": batch.tail.compact.size,
            "root": batch.tail.compact.root(),
            "new_size": batch.proofs.after.size,
            "new_root": batch.proofs.root,
            "new_peaks": batch.proofs.after.to_bytes(),
            "received_at": batch.received_at,
        }
        for batch in batches
    ]
    leaves = [
        {
            "log_class": batch.tail.log.log_class,
            "log_id": batch.tail.log.pk,
            "idx": idx,
            "received_at": batch.received_at,
            "type": leaf.type,
            "event_id": leaf.event_id,
            "occurred_at": leaf.occurred_at,
            "model_version": leaf.model_version,
            "deployment": leaf.deployment,
            "flags": leaf.flags,
            "leaf_hash": leaf_hash,
            "entry": entry,
            "seed": leaf.seed,
            "parts": leaf.parts,
            "body_mac": leaf.body_mac,
        }
        for batch in batches
        for idx, (leaf, leaf_hash, entry) in _numbered(batch)
    ]
    return [orjson.dumps(each, default=_base64).decode() for each in (heads, leaves)]


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _numbered(batch: Batch) -> Iterator[tuple[int, tuple[Leaf, bytes, bytes]]]:
    rows = zip(batch.leaves, batch.hashes, batch.entries, strict=True)
    return enumerate(rows, batch.tail.compact.size)

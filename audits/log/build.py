"""Writing a batch's rows: COPY for many, pipelined INSERTs for a few.

Django's ORM stays out of this path. A single event costs three round trips: lock
and look up, write, commit. The statements of one round trip run in order, each with
a fresh snapshot, so what is looked up behind the lock is what the lock guards.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from audits.log.models import Log
from audits.tlog.compact import BatchProofs, Compact
from audits.tlog.hashing import fold

TILE = 256
# LIMIT: up to this many rows an INSERT is quicker than three COPYs.
FEW = 12
OPEN = {TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE}
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
LOCK = (
    "SELECT size, peaks, received_at FROM audits_head WHERE log_id = %s::int FOR UPDATE"
)
SEEN = (
    "SELECT event_id, idx, body_mac FROM audits_event_id"
    " WHERE log_id = %s::int AND event_id = ANY(%s::uuid[])"
)
FORWARD = (
    "UPDATE audits_head SET size = %s::int8, root = %s::bytea, peaks = %s::bytea,"
    " received_at = %s::timestamptz WHERE log_id = %s::int"
)


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


@contextmanager
def own_transaction() -> Iterator[bool]:
    """A transaction whose BEGIN and COMMIT travel with its first and last statement.

    Yields whether it is one of its own: within a caller's transaction it is not, and
    the caller's begin and end hold. What is not committed when the block ends is
    rolled back. Errors come as Django's, as everywhere else.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield False
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        try:
            yield True
        finally:
            raw = connection.connection
            if raw is not None and raw.info.transaction_status in OPEN:
                raw.execute("ROLLBACK")


def read_tail(log: Log, event_ids: Sequence[UUID], *, begin: bool = False) -> Tail:
    """Lock the head row until the transaction ends; look up the ids behind it."""
    raw = _raw()
    with raw.pipeline(), psycopg.Cursor(raw) as head, psycopg.Cursor(raw) as ids:
        if begin:
            ids.execute("BEGIN")
        head.execute(LOCK, [log.pk])
        if event_ids:
            ids.execute(SEEN, [log.pk, list(event_ids)])
        size, peaks, received_at = head.fetchone() or _no_head(log)
        seen = {row[0]: (row[1], bytes(row[2])) for row in ids} if event_ids else {}
    return Tail(log, Compact.from_bytes(size, bytes(peaks)), received_at, seen)


def write_batch(
    tail: Tail,
    leaves: Sequence[Leaf],
    entries: Sequence[bytes],
    hashes: Sequence[bytes],
    proofs: BatchProofs,
    received_at: datetime,
    *,
    commit: bool = False,
) -> None:
    """Write entries, payloads, ids, completed tiles and the head, in that order.

    If we stop anywhere here, the transaction is gone and nothing was written.
    """
    rows = _rows(tail, leaves, entries, hashes, received_at)
    _write_tiles(tail, proofs)
    after = proofs.after
    head = [after.size, proofs.root, after.to_bytes(), received_at, tail.log.pk]
    raw = _raw()
    with psycopg.Cursor(raw) as cursor:
        if len(leaves) > FEW:
            _copy_all(cursor, rows)
        with raw.pipeline():
            if len(leaves) <= FEW:
                counts = tuple(len(found) for found in rows.values())
                values = chain.from_iterable(chain.from_iterable(rows.values()))
                cursor.execute(_insert(counts), list(values))
            # ORDER: after the entries, whose trigger compares them with the old head.
            cursor.execute(FORWARD, head)
            if commit:
                cursor.execute("COMMIT")


@lru_cache(maxsize=FEW * 4)
def _insert(counts: tuple[int, ...]) -> str:
    """One statement for all rows: the trigger compares it with the head as a whole."""
    parts = []
    for (table, (columns, kinds)), count in zip(TABLES.items(), counts, strict=True):
        row = f"({','.join(f'%s::{kind}' for kind in kinds)})"
        rows = ",".join([row] * count)
        if count:
            parts.append(f"INSERT INTO {table} ({columns}) VALUES {rows}")  # noqa: S608 - our own names
    *first, last = parts
    if not first:
        return last
    return "WITH " + ",".join(f"w{n} AS ({p})" for n, p in enumerate(first)) + last


def _raw() -> "psycopg.Connection[Any]":
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    # Our statements are few and always the same: the server plans them once. Django's
    # own cursors bind on the client and are never prepared.
    raw.prepare_threshold = 1
    return raw


def _no_head(log: Log) -> tuple[Any, ...]:
    raise LookupError(f"the log {log.origin} has no head: it was never opened")


def _rows(
    tail: Tail,
    leaves: Sequence[Leaf],
    entries: Sequence[bytes],
    hashes: Sequence[bytes],
    received_at: datetime,
) -> dict[str, list[tuple[Any, ...]]]:
    log_class, log_id, first = tail.log.log_class, tail.log.pk, tail.compact.size
    numbered = list(enumerate(leaves, first))
    return {
        "audits_entry": [
            (log_class, log_id, idx, received_at, x.type, x.event_id, x.occurred_at,
             x.model_version, x.deployment, x.flags, hashes[idx - first],
             entries[idx - first])
            for idx, x in numbered
        ],
        "audits_payload": [
            (log_class, log_id, idx, received_at, x.seed, x.parts)
            for idx, x in numbered
        ],
        "audits_event_id": [
            (log_class, log_id, x.event_id, idx, x.body_mac)
            for idx, x in numbered
            if x.event_id is not None
        ],
    }  # fmt: skip


def _copy_all(
    cursor: "psycopg.Cursor[Any]", rows: dict[str, list[tuple[Any, ...]]]
) -> None:
    for table, found in rows.items():
        columns, kinds = TABLES[table]
        if not found:
            continue
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN BINARY") as copy:
            copy.set_types(kinds)
            for row in found:
                copy.write_row(row)


def _write_tiles(tail: Tail, proofs: BatchProofs) -> None:
    """Write the tiles that this batch completed, lowest level first."""
    for level, row in enumerate(proofs.tile_rows):
        first = tail.compact.size >> (8 * level)
        begun = first % TILE
        if begun + len(row) < TILE:
            return
        full = _begun_hashes(tail, level, first - begun, first) + row
        tiles = [
            (tail.log.log_class, tail.log.pk, level, (first - begun + at) // TILE,
             fold(full[at : at + TILE]), b"".join(full[at : at + TILE]))
            for at in range(0, len(full) - TILE + 1, TILE)
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO audits_tile (log_class, log_id, level, n, root, data)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                tiles,
            )


def _begun_hashes(tail: Tail, level: int, start: int, end: int) -> list[bytes]:
    """The hashes of the tile that earlier batches began at this level."""
    if start == end:
        return []
    if level == 0:
        query = (
            "SELECT leaf_hash FROM audits_entry"
            " WHERE log_id = %s AND idx >= %s AND idx < %s ORDER BY idx"
        )
        values = [tail.log.pk, start, end]
    else:
        query = (
            "SELECT root FROM audits_tile"
            " WHERE log_id = %s AND level = %s AND n >= %s AND n < %s ORDER BY n"
        )
        values = [tail.log.pk, level - 1, start, end]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [bytes(row[0]) for row in cursor.fetchall()]

"""Writing batches' rows: COPY for many, one call for a few.

Django's ORM stays out of this path. However many logs a transaction writes to, many
leaves cost two round trips: begin, lock and look up; write and commit. The statements
of one round trip run in order, each with a fresh snapshot, so what is looked up behind
the locks is what the locks guard. A few leaves cost one round trip, and hold the locks
for none: the database counts the tree on by itself, and we compare.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from audits.log.encoding import (
    TABLES,
    Batch,
    Leaf,
    Tail,
    as_copy,
    as_heads,
    as_json,
)
from audits.log.models import Log
from audits.tlog.compact import BatchProofs, Compact
from audits.tlog.hashing import fold

TILE = 256
# LIMIT: up to about this many leaves one INSERT is quicker than three COPYs.
FEW = 64
OPEN = {TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE}
# ORDER: rising, so that two writers of several logs never wait for each other.
LOCK = (
    "SELECT log_id, size, peaks, received_at, keys FROM audits_head"
    " WHERE log_id = ANY(%s::int[]) ORDER BY log_id FOR UPDATE"
)
SEEN = (
    "SELECT log_id, event_id, idx, body_mac FROM audits_event_id"
    " WHERE log_id = ANY(%s::int[]) AND event_id = ANY(%s::uuid[])"
)
FORWARD = (
    "UPDATE audits_head h SET size = n.size, root = n.root, peaks = n.peaks,"
    " received_at = n.received_at FROM unnest(%s::int[], %s::int8[], %s::bytea[],"
    " %s::bytea[], %s::timestamptz[]) AS n (log_id, size, root, peaks, received_at)"
    " WHERE h.log_id = n.log_id"
)
TILES = (
    "INSERT INTO audits_tile (log_class, log_id, level, n, root, data)"
    " VALUES (%s, %s, %s, %s, %b, %b)"
)
APPEND = "SELECT * FROM audits_append(%s::json, %s)"


class TreesDiffer(Exception):
    """The database's tree of a log is not ours: nothing of it is to be believed."""


@contextmanager
def own_transaction() -> Iterator[bool]:
    """A transaction whose BEGIN and COMMIT travel with its first and last statement.

    Yields whether it is one of its own: within a caller's transaction it is not, and
    the caller's begin and end hold. A block that wrote nothing and so sent no COMMIT
    is committed here; one that failed is rolled back. Errors come as Django's.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield False
        return
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors:
        try:
            yield True
            if raw.info.transaction_status in OPEN:
                raw.commit()
        finally:
            if raw.info.transaction_status in OPEN:
                # Not execute("ROLLBACK"), after which psycopg forgets its prepared
                # statements in the midst of the next pipeline, which then fails.
                raw.rollback()


def read_tails(
    wanted: Mapping[Log, Sequence[UUID]],
    *,
    begin: bool = False,
    skip_locked: bool = False,
) -> list[Tail]:
    """Lock the heads until the transaction ends; look up the ids behind them.

    With `skip_locked`, logs that somebody else has locked are left out. Raises
    LookupError, without it, for a log that was never opened.
    """
    raw = _raw()
    pks = [log.pk for log in wanted]
    ids = [each for found in wanted.values() for each in found]
    with raw.pipeline(), psycopg.Cursor(raw) as heads, psycopg.Cursor(raw) as known:
        if begin:
            known.execute("BEGIN")
        heads.execute(LOCK + " SKIP LOCKED" if skip_locked else LOCK, [pks])
        if ids:
            # As one text: psycopg takes twice as long over a list of UUIDs.
            known.execute(SEEN, [pks, f"{{{','.join([each.hex for each in ids])}}}"])
        locked = {row[0]: row[1:] for row in heads}
        seen: dict[int, dict[UUID, tuple[int, bytes]]] = {pk: {} for pk in pks}
        for log_id, event_id, idx, mac in known if ids else ():
            seen[log_id][event_id] = (idx, bytes(mac))
    tails = []
    for log, own in wanted.items():
        if log.pk in locked:
            size, peaks, received_at, keys = locked[log.pk]
            # Another log's event may have the same id: only the asked ones count.
            found = seen[log.pk]
            mine = {each: found[each] for each in own if each in found} if found else {}
            compact = Compact.from_bytes(size, bytes(peaks))
            tails.append(Tail(log, compact, received_at, mine, keys))
        elif not skip_locked:
            raise LookupError(f"the log {log.origin} has no head: it was never opened")
    return tails


def append_few(
    grown: Sequence[tuple[Log, int, Sequence[Leaf]]],
    now: datetime,
    *,
    patient: bool,
) -> list[tuple[Tail, bytes] | None]:
    """Append a few leaves in one call, and commit unless the caller is to.

    Each log comes with the version of its keys. Returns, in the order of `grown`,
    where each log ended before, with the receipt time of the new leaves, and the root
    that it has now. None for a log of which nothing was written: somebody holds its
    lock (unless `patient`), its keys have moved, or the clock is wrong.
    """
    with connection.wrap_database_errors, psycopg.Cursor(_raw()) as cursor:
        cursor.execute(APPEND, [as_json(grown, now), patient])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    found: list[tuple[Tail, bytes] | None] = []
    for log, keys, _leaves in grown:
        if log.pk not in rows:
            found.append(None)
            continue
        size, peaks, received_at, root = rows[log.pk]
        compact = Compact.from_bytes(size, bytes(peaks))
        found.append((Tail(log, compact, received_at, {}, keys), bytes(root)))
    return found


def write_batches(batches: Sequence[Batch], *, commit: bool = False) -> None:
    """Write entries, payloads, ids, completed tiles and the heads, all locked.

    If we stop anywhere here, the transaction is gone and nothing was written.
    """
    tiles = [each for batch in batches for each in _tiles(batch.tail, batch.proofs)]
    raw = _raw()
    with psycopg.Cursor(raw) as cursor:
        _copy_all(cursor, batches)
        with raw.pipeline():
            if tiles:
                cursor.executemany(TILES, tiles)
            # ORDER: after the entries, whose trigger compares them with the heads.
            cursor.execute(FORWARD, as_heads(batches))
            if commit:
                cursor.execute("COMMIT")


def commit_own() -> None:
    """Commit what `own_transaction` began."""
    _raw().execute("COMMIT")


def refuse_difference(batch: Batch, tail: Tail, root: bytes) -> None:
    """Raise TreesDiffer unless the database counted as we do."""
    if batch.tail.compact != tail.compact or batch.proofs.root != root:
        raise TreesDiffer(
            f"log {tail.log.origin}: from size {tail.compact.size} the database came "
            f"to root {root.hex()}, and its entries give {batch.proofs.root.hex()}"
        )


def is_few(counts: Iterable[int]) -> bool:
    """Whether so many leaves go to the database as one value, not by COPY."""
    return sum(counts) <= FEW


def _raw() -> "psycopg.Connection[Any]":
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    # Our statements are few and always the same: the server plans them once. Django's
    # own cursors bind on the client and are never prepared.
    raw.prepare_threshold = 1
    return raw


def _copy_all(cursor: "psycopg.Cursor[Any]", batches: Sequence[Batch]) -> None:
    for table, data in as_copy(batches).items():
        with cursor.copy(f"COPY {table} ({TABLES[table]}) FROM STDIN BINARY") as copy:
            copy.write(data)


def _tiles(tail: Tail, proofs: BatchProofs) -> Iterator[tuple[object, ...]]:
    """The tiles that this batch completes, lowest level first."""
    for level, row in enumerate(proofs.tile_rows):
        first = tail.compact.size >> (8 * level)
        begun = first % TILE
        if begun + len(row) < TILE:
            return
        full = _begun_hashes(tail, level, first - begun, first) + row
        for at in range(0, len(full) - TILE + 1, TILE):
            tile = full[at : at + TILE]
            yield (
                tail.log.log_class, tail.log.pk, level, (first - begun + at) // TILE,
                fold(tile), b"".join(tile),
            )  # fmt: skip


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
    with psycopg.Cursor(_raw()) as cursor:
        return [found for (found,) in cursor.execute(query, values, binary=True)]

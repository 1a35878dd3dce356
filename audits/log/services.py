"""Opening a log and appending to it. Invariants:

1. The lock on the head row is the sequencer: whoever holds it writes next. It is
   taken last, on the caller's open connection, and held until the commit.
2. An index is the head's size, never a sequence; receipt times never decrease.
3. Entries, payloads, ids, tiles and head are written in one transaction.
4. Nothing is signed before the commit: `seal.signed_checkpoint` comes after it.

Django's ORM stays out of this path: rows go by binary COPY.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audits.log import keys
from audits.log.models import Head, Log, LogClass
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import BatchProofs, Compact, batch_proofs
from audits.tlog.hashing import EMPTY_ROOT, fold, leaf_hash

# LIMIT: C2SP tiles store an entry's length in two bytes; we stay well below.
MAX_ENTRY_BYTES = 60_000
CLOCK_TOLERANCE = timedelta(minutes=5)
TILE = 256
ENTRY_COLUMNS = (
    "log_class,log_id,idx,received_at,type,event_id,occurred_at,"
    "model_version,deployment,flags,leaf_hash,entry"
)
ENTRY_TYPES = [
    "text", "int4", "int8", "timestamptz", "text", "uuid", "timestamptz",
    "text", "text", "int2", "bytea", "bytea",
]  # fmt: skip


class ClockWentBack(Exception):
    """The clock is behind the newest entry: a wrong order would be recorded."""


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
    """The locked end of a log."""

    log: Log
    compact: Compact
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append made: the first new index and the tree it led to."""

    first: int
    received_at: datetime
    leaf_hashes: list[bytes]
    proofs: BatchProofs
    checkpoint: Checkpoint


def open_log(*, path: str, title: str, log_class: LogClass, at: datetime) -> Log:
    """Open an empty log under `<LOG_HOST>/<path>-<six random characters>`.

    The random end keeps an origin from ever naming two different trees, even
    when a system is deleted and registered again under the same name.
    """
    clean = re.sub(r"[^a-z0-9/-]+", "-", path.lower()).strip("-/")
    origin = f"{settings.LOG_HOST}/{clean}-{secrets.token_hex(3)}"
    with transaction.atomic():
        log = Log.objects.create(
            origin=origin,
            title=title,
            log_class=log_class,
            vkey=keys.vkey(origin),
            opened_at=at,
        )
        Head.objects.create(log=log, size=0, root=EMPTY_ROOT, peaks=b"", received_at=at)
    return log


def lock_tail(log: Log) -> Tail:
    """Lock the end of the log until the transaction ends, and return it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, peaks, received_at FROM audits_head"
            " WHERE log_id = %s FOR UPDATE",
            [log.pk],
        )
        size, peaks, received_at = cursor.fetchone()
    return Tail(log, Compact.from_bytes(size, bytes(peaks)), received_at)


def append(*, log: Log, leaves: Sequence[Leaf], now: datetime) -> Appended:
    """Append the leaves as the last statement of the caller's transaction."""
    with transaction.atomic():
        return extend(lock_tail(log), leaves, now)


def extend(tail: Tail, leaves: Sequence[Leaf], now: datetime) -> Appended:
    """Append to a log whose end the caller has locked in this transaction.

    Raises ClockWentBack when `now` lies minutes before the newest entry.
    """
    if now < tail.received_at - CLOCK_TOLERANCE:
        raise ClockWentBack(
            _("The clock says %(now)s, but the log's newest entry is of %(last)s. "
              "Nothing was stored. Set the clock, then post again.")
            % {"now": now.isoformat(), "last": tail.received_at.isoformat()}
        )  # fmt: skip
    received_at = max(now, tail.received_at)
    rx = stamp(received_at)
    entries = [leaf.before_rx + rx + leaf.after_rx for leaf in leaves]
    hashes = [leaf_hash(entry) for entry in entries]
    proofs = batch_proofs(tail.compact, hashes)
    _write_rows(tail, leaves, entries, hashes, received_at)
    _write_tiles(tail, proofs)
    after = proofs.after
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audits_head SET size = %s, root = %s, peaks = %s, received_at = %s"
            " WHERE log_id = %s",
            [after.size, proofs.root, after.to_bytes(), received_at, tail.log.pk],
        )
    return Appended(
        first=tail.compact.size,
        received_at=received_at,
        leaf_hashes=hashes,
        proofs=proofs,
        checkpoint=Checkpoint(tail.log.origin, after.size, proofs.root),
    )


def stamp(at: datetime) -> bytes:
    """An instant as entries write it: UTC, six fraction digits, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()


def _write_rows(
    tail: Tail,
    leaves: Sequence[Leaf],
    entries: list[bytes],
    hashes: list[bytes],
    received_at: datetime,
) -> None:
    log_class, log_id, first = tail.log.log_class, tail.log.pk, tail.compact.size
    rows = list(enumerate(leaves, first))
    _copy(
        f"COPY audits_entry ({ENTRY_COLUMNS}) FROM STDIN BINARY",
        ENTRY_TYPES,
        [
            (log_class, log_id, idx, received_at, x.type, x.event_id, x.occurred_at,
             x.model_version, x.deployment, x.flags, hashes[idx - first],
             entries[idx - first])
            for idx, x in rows
        ],
    )  # fmt: skip
    _copy(
        "COPY audits_payload (log_class,log_id,idx,received_at,seed,parts)"
        " FROM STDIN BINARY",
        ["text", "int4", "int8", "timestamptz", "bytea", "bytea"],
        [(log_class, log_id, idx, received_at, x.seed, x.parts) for idx, x in rows],
    )
    ids = [
        (log_class, log_id, x.event_id, idx, x.body_mac)
        for idx, x in rows
        if x.event_id is not None
    ]
    if ids:
        _copy(
            "COPY audits_event_id (log_class,log_id,event_id,idx,body_mac)"
            " FROM STDIN BINARY",
            ["text", "int4", "uuid", "int8", "bytea"],
            ids,
        )


def _copy(statement: str, types: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
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

"""Opening a log and appending to it. Invariants:

1. The lock on the head row is the sequencer: whoever holds it writes next. It is
   taken last, on the caller's open connection, and held until the commit.
2. An index is the head's size, never a sequence; receipt times never decrease.
3. Entries, payloads, ids, tiles and head are written in one transaction.
4. Nothing is signed before the commit: `seal.signed_checkpoint` comes after it.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audits.log import keys
from audits.log.build import Leaf, Tail, read_tail, write_batch
from audits.log.models import Head, Log, LogClass
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import BatchProofs, batch_proofs
from audits.tlog.hashing import EMPTY_ROOT, leaf_hash

CLOCK_TOLERANCE = timedelta(minutes=5)


__all__ = ["Appended", "ClockWentBack", "Leaf", "Tail", "append", "extend", "lock_tail"]


class ClockWentBack(Exception):
    """The clock is behind the newest entry: a wrong order would be recorded."""


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


def lock_tail(log: Log, event_ids: Sequence[UUID] = (), *, begin: bool = False) -> Tail:
    """Lock the end of the log until the transaction ends, and return it.

    It says which of the ids the log has seen, with their index and body's MAC.
    """
    return read_tail(log, event_ids, begin=begin)


def append(*, log: Log, leaves: Sequence[Leaf], now: datetime) -> Appended:
    """Append the leaves as the last statement of the caller's transaction."""
    with transaction.atomic():
        return extend(lock_tail(log), leaves, now)


def extend(
    tail: Tail, leaves: Sequence[Leaf], now: datetime, *, commit: bool = False
) -> Appended:
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
    write_batch(tail, leaves, entries, hashes, proofs, received_at, commit=commit)
    return Appended(
        first=tail.compact.size,
        received_at=received_at,
        leaf_hashes=hashes,
        proofs=proofs,
        checkpoint=Checkpoint(tail.log.origin, proofs.after.size, proofs.root),
    )


def stamp(at: datetime) -> bytes:
    """An instant as entries write it: UTC, six fraction digits, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()

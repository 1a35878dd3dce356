"""Opening a log and appending to it. Invariants:

1. The lock on the head row is the sequencer: whoever holds it writes next. It is
   taken last, on the caller's open connection, and held until the commit.
2. An index is the head's size, never a sequence; receipt times never decrease.
3. Entries, payloads, ids, tiles and head are written in one transaction.
4. Nothing is signed before the commit: `seal.signed_checkpoint` comes after it.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audits.log import keys
from audits.log.build import (
    TreesDiffer,
    append_few,
    commit_own,
    is_few,
    read_tails,
    refuse_difference,
    write_batches,
)
from audits.log.encoding import Batch, Leaf, Tail
from audits.log.models import Head, Log, LogClass
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import batch_proofs
from audits.tlog.hashing import EMPTY_ROOT, leaf_hash

CLOCK_TOLERANCE = timedelta(minutes=5)


__all__ = [
    "Appended", "ClockWentBack", "Leaf", "Tail", "check_clock", "extend", "extend_all",
    "extend_next", "is_few", "lock_tail", "lock_tails",
]  # fmt: skip


class ClockWentBack(Exception):
    """The clock is behind the newest entry: a wrong order would be recorded."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append made: the first new index and the tree it led to."""

    first: int
    received_at: datetime
    leaf_hashes: list[bytes]
    hashes: list[bytes]
    """Every hash that a path refers to, each once."""
    paths: list[list[int]]
    """Per leaf, from its sibling upwards, positions in `hashes`."""
    checkpoint: Checkpoint

    def part(self, start: int, count: int) -> "Appended":
        """The same append as told to the writer of only some of its leaves."""
        if count == len(self.paths):
            return self
        paths = self.paths[start : start + count]
        at: dict[int, int] = {}
        for path in paths:
            for position in path:
                at.setdefault(position, len(at))
        return Appended(
            first=self.first + start,
            received_at=self.received_at,
            leaf_hashes=self.leaf_hashes[start : start + count],
            hashes=[self.hashes[position] for position in at],
            paths=[[at[position] for position in path] for path in paths],
            checkpoint=self.checkpoint,
        )


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
            vkey=keys.open_key(origin),
            opened_at=at,
        )
        Head.objects.create(log=log, size=0, root=EMPTY_ROOT, peaks=b"", received_at=at)
    return log


def lock_tails(
    wanted: Mapping[Log, Sequence[UUID]],
    *,
    begin: bool = False,
    skip_locked: bool = False,
) -> list[Tail]:
    """Lock the ends of the logs until the transaction ends, and return them.

    Each says which of the ids its log has seen, with their index and body's MAC.
    With `skip_locked`, a log that somebody else is writing to is left out.
    """
    return read_tails(wanted, begin=begin, skip_locked=skip_locked)


def lock_tail(log: Log, event_ids: Sequence[UUID] = ()) -> Tail:
    """Lock the end of one log until the transaction ends, and return it."""
    [tail] = lock_tails({log: event_ids})
    return tail


def extend(tail: Tail, leaves: Sequence[Leaf], now: datetime) -> Appended:
    """Append to a log whose end the caller has locked in this transaction.

    Raises ClockWentBack when `now` lies minutes before the newest entry.
    """
    check_clock(tail, now)
    [appended] = extend_all([(tail, leaves)], now)
    return appended


def check_clock(tail: Tail, now: datetime) -> None:
    """Raise ClockWentBack when `now` lies minutes before the log's newest entry."""
    if now < tail.received_at - CLOCK_TOLERANCE:
        raise ClockWentBack(
            _("The clock says %(now)s, but the log's newest entry is of %(last)s. "
              "Nothing was stored. Set the clock, then post again.")
            % {"now": now.isoformat(), "last": tail.received_at.isoformat()}
        )  # fmt: skip


def extend_all(
    grown: Sequence[tuple[Tail, Sequence[Leaf]]],
    now: datetime,
    *,
    commit: bool = False,
) -> list[Appended]:
    """Append to several locked logs at once; their clocks were checked."""
    if is_few(len(leaves) for _tail, leaves in grown):
        at_ends = [(tail.log, tail.keys, leaves) for tail, leaves in grown]
        made = extend_next(at_ends, now, patient=True)
        found = [each for each in made if each is not None]
        if len(found) < len(grown):
            raise TreesDiffer("a log that was locked was changed by somebody else")
        if commit:
            commit_own()
        return found
    batches = [_batch(tail, leaves, now) for tail, leaves in grown]
    write_batches(batches, commit=commit)
    return [_appended(batch) for batch in batches]


def extend_next(
    grown: Sequence[tuple[Log, int, Sequence[Leaf]]],
    now: datetime,
    *,
    patient: bool,
) -> list[Appended | None]:
    """Append a few leaves wherever these logs end, in one call.

    Each log comes with the version of its keys. None for a log of which nothing was
    written: somebody holds it (unless `patient`), its keys have moved, or the clock is
    wrong. Raises IntegrityError, and nothing is written, for an id that is known.
    """
    found = append_few(grown, now, patient=patient)
    made: list[Appended | None] = []
    for end, (_log, _keys, leaves) in zip(found, grown, strict=True):
        if end is None:
            made.append(None)
            continue
        tail, root = end
        batch = _batch(tail, leaves, tail.received_at)
        refuse_difference(batch, tail, root)
        made.append(_appended(batch))
    return made


def _appended(batch: Batch) -> Appended:
    log, after = batch.tail.log, batch.proofs.after
    return Appended(
        first=batch.tail.compact.size,
        received_at=batch.received_at,
        leaf_hashes=list(batch.hashes),
        hashes=batch.proofs.hashes,
        paths=batch.proofs.paths,
        checkpoint=Checkpoint(log.origin, after.size, batch.proofs.root),
    )


def _batch(tail: Tail, leaves: Sequence[Leaf], now: datetime) -> Batch:
    received_at = max(now, tail.received_at)
    rx = stamp(received_at)
    entries = [leaf.before_rx + rx + leaf.after_rx for leaf in leaves]
    hashes = [leaf_hash(entry) for entry in entries]
    proofs = batch_proofs(tail.compact, hashes)
    return Batch(tail, leaves, entries, hashes, proofs, received_at)


def stamp(at: datetime) -> bytes:
    """An instant as entries write it: UTC, six fraction digits, Z."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:26].encode() + b"Z"

"""Adding events to a lane of a spool.

1. An event is on record when `append` returns: its line was handed to the kernel, so a
   process that is killed loses nothing. A power cut can take what was not yet synced,
   about a second's worth; `sync_each` closes that window at the cost of a sync.
2. No event is sent before it is synced. So what the server has, the spool had: a
   number is never given twice to two events that both arrived.
3. An event has an epoch and a number, one more than the last. Both outlive the process.
   A number whose event was lost is spent: the gap stays visible. After a restart of the
   machine nobody knows how many were lost, so a new epoch begins.
4. An event names the one before it in its epoch. An epoch that was closed is over: the
   next event begins another, which names it. One whose process was killed goes on.
5. Nothing that waits is ever dropped to make room. A full spool refuses the new event.
"""

from __future__ import annotations

import json
import logging
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from probatum_client.errors import SpoolFull
from probatum_client.ids import new_id
from probatum_client.spool.files import (
    BEAT,
    HEAD,
    boot_id,
    claim_lane,
    fresh_segment,
    open_private,
    pack,
    segment_path,
    segments,
    write_all,
)
from probatum_client.spool.found import Found, look
from probatum_client.streams import Former, Pulse, link

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)
LARGEST_SEGMENT = 16 * 1024 * 1024
OLD = 60.0  # seconds after which what was sent is to leave the disk
COUNT_EVERY = 0.1  # seconds between two counts of what a full spool holds
FEWEST_SEGMENTS = 8  # of a full spool, so that space comes free in small parts


class Writer:
    """The one writer of a lane. Its callers take turns: it has no lock for threads."""

    def __init__(
        self,
        spool: Path,
        *,
        max_bytes: int,
        sync_each: bool = False,
        heartbeat: float | None = None,
    ) -> None:
        self.lane, self._lock = claim_lane(spool)
        self._max_bytes = max_bytes
        self._segment_bytes = min(LARGEST_SEGMENT, max_bytes // FEWEST_SEGMENTS)
        self._sync_each = sync_each
        self._handle = self._spent = -1
        self._count_at = 0.0
        self.epoch, self.last = "", 0
        self.head, self.closed = "", False
        self.former: Former | None = None
        self._pulse: Pulse | None = None
        try:
            if heartbeat is not None:
                self._pulse = Pulse(self.lane, heartbeat)
            # Written once now: on a full disk it can be written over, but not begun.
            self._spent = open_private(self.lane / "spent", os.O_RDWR)
            self._open()
            self._note_spent()
        except OSError:
            self.abandon()  # or each attempt would claim one more lane
            raise
        self._used = self._count_used()

    def append(self, event_id: str, at: str, body: bytes) -> int:
        """Put an event on record and return its number; SpoolFull if it cannot be.

        `at` is its instant as the log's entry writes it."""
        if self.closed:
            self._follow()
        number = self.last + 1
        chained = f',"epoch":"{self.epoch}","seq":{number}'
        if self.head:
            chained += f',"prev":"{self.head}"'
        self._write(event_id.encode(), b"%b%b}" % (body[:-1], chained.encode()))
        self.head = link(self.epoch, number, event_id, at, self.head)
        self.last = number
        return number

    def beat(self, lost: int, *, closed: bool = False) -> None:
        """Put on record how far the epoch has come; it is sent after its events."""
        if self._pulse is not None and not self.closed:
            told = self._pulse.beat(
                self.epoch, self.last, self.head, self.former, lost, closed=closed
            )
            self._write(BEAT, told)
            self.closed = closed

    def _write(self, name: bytes, body: bytes) -> None:
        line = pack(name, body)
        if self._used + len(line) > self._max_bytes:
            self._make_sure_of_room(len(line))
        try:
            if self._offset >= self._segment_bytes:
                self.rotate()
            write_all(self._handle, line, self._offset)
            if self._sync_each:
                os.fdatasync(self._handle)
        except OSError as reason:
            raise SpoolFull(
                f"The spool {self.lane} cannot be written: {reason}"
            ) from reason
        self._offset += len(line)
        self._used += len(line)

    def _follow(self) -> None:
        """Begin an epoch that names the one before."""
        former = Former(self.epoch, self.last) if self.epoch else None
        self._start_epoch(former)
        try:
            self._begin()
        except OSError as reason:
            self.closed = True
            raise SpoolFull(f"{self.lane} cannot be written: {reason}") from reason
        with suppress(OSError):
            self._note_spent()

    def _start_epoch(self, former: Former | None) -> None:
        self.epoch, self.last = str(new_id()), 0
        self.head, self.former, self.closed = "", former, False

    def spend(self) -> None:
        """Give the next number to an event that is lost, so that the gap shows."""
        self.last += 1
        with suppress(OSError):  # then the number is spent while this process lives
            self._note_spent()

    def is_worth_rotating(self, *, now: bool) -> bool:
        """Whether the segment holds events and is a minute old (or `now`), so that
        they do not stay on disk for longer than they have to."""
        return self._offset > self._empty and (
            now or time.monotonic() > self._rotate_after
        )

    def rotate(self) -> None:
        """Begin a new segment; the reader removes the old one once it is sent."""
        self._begin()

    def close(self) -> None:
        """Let go of the lane."""
        os.fsync(self._handle)
        self.abandon()

    def abandon(self) -> None:
        """Let go of handles that a forked process inherited, and touch nothing."""
        for handle in (self._handle, self._spent, self._lock):
            with suppress(OSError):
                os.close(handle)

    def _open(self) -> None:
        found = self._newest()
        if found is None:
            self._start_epoch(None)
            self._begin()
            return
        self.epoch = found.epoch
        self.last = max(found.last, self._last_spent())
        if found.closed or found.boot != boot_id():
            self._start_epoch(Former(self.epoch, self.last))
            self._begin()
            return
        self.head, self.former = found.head, found.former
        number = segments(self.lane)[-1]
        path = segment_path(self.lane, number)
        self._take(open_private(path, os.O_RDWR), found.end)
        if found.torn:
            os.ftruncate(self._handle, found.end)
            self.spend()

    def _newest(self) -> Found | None:
        for number in reversed(segments(self.lane)):
            path = segment_path(self.lane, number)
            found = look(path.read_bytes())
            if found is None:
                kept = path.with_suffix(".damaged")
                path.rename(kept)
                logger.error(
                    "The head of %s cannot be read: it is kept as %s, and a new epoch "
                    "begins so that what is missing shows.", path, kept,
                )  # fmt: skip
                return None
            if found.torn:
                logger.error(
                    "The last event of %s was cut short by a crash and is dropped "
                    "(%s bytes). Its number stays empty, so that the gap shows.",
                    path, found.torn,
                )  # fmt: skip
            return found
        return None

    def _begin(self) -> None:
        head = {
            "epoch": self.epoch, "boot": boot_id(), "first": self.last + 1,
            "head": self.head, "former": self.former, "closed": self.closed,
        }  # fmt: skip
        line = pack(HEAD, json.dumps(head).encode())
        path = segment_path(self.lane, fresh_segment(self.lane))
        handle = open_private(path, os.O_RDWR | os.O_EXCL)
        try:
            write_all(handle, line, 0)
        except OSError:
            os.close(handle)
            path.unlink()
            raise
        if self._handle >= 0:
            os.close(self._handle)
        self._take(handle, len(line))
        self._empty = len(line)
        self._used = self._count_used()

    def _take(self, handle: int, offset: int) -> None:
        self._handle, self._offset, self._empty = handle, offset, 0
        self._rotate_after = time.monotonic() + OLD

    def _note_spent(self) -> None:
        os.pwrite(self._spent, f"{self.epoch} {self.last:020d}\n".encode(), 0)

    def _make_sure_of_room(self, size: int) -> None:
        if time.monotonic() >= self._count_at:
            self._count_at = time.monotonic() + COUNT_EVERY
            self._used = self._count_used()
        if self._used + size > self._max_bytes:
            raise SpoolFull(
                f"The spool {self.lane} holds {self._used:,} of at most "
                f"{self._max_bytes:,} bytes: the server has not taken events for too "
                "long. Nothing that waits was dropped."
            )

    def _last_spent(self) -> int:
        try:
            epoch, number = (self.lane / "spent").read_text().split()
        except (FileNotFoundError, ValueError):
            return 0
        return int(number) if epoch == self.epoch else 0

    def _count_used(self) -> int:
        used = 0
        for number in segments(self.lane):
            with suppress(FileNotFoundError):  # the reader has just removed it
                used += segment_path(self.lane, number).stat().st_size
        return used

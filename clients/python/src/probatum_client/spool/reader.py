"""Taking events out of a lane, in the order in which they happened.

The reader removes a segment when all its events are answered for and a newer one has
begun. How far it came stands in the file `sent`. That file is a hint: without it the
events are sent again, and the server answers with their first receipts.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probatum_client.batches import MOST_BYTES, MOST_EVENTS
from probatum_client.spool.files import (
    BEAT,
    HEAD,
    Place,
    Record,
    open_private,
    remembered,
    segment_path,
    segments,
    sync_folder,
    unpack,
    whole_lines,
)

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = MOST_BYTES + 1024  # bytes: at least one line of any length


@dataclass(frozen=True, slots=True)
class Taken:
    """Events for one request, and where the next one begins."""

    records: list[Record]
    end: Place


class Reader:
    """The one reader of a lane; its caller holds the lane's sender lock."""

    def __init__(self, lane: Path) -> None:
        self._lane = lane
        self._sent = open_private(lane / "sent", os.O_RDWR)
        self._place = remembered(lane)
        self._synced = (0, 0)
        self._handle, self._open = -1, -1

    def take(self) -> Taken | None:
        """Return the next events, synced to disk, or None when there is none."""
        while True:
            # Listed before reading: a segment that was followed by a newer one then
            # gets no more events, so reading it to its end reads all of it.
            numbers = segments(self._lane)
            if not numbers:
                return None
            self._skip_to(numbers)
            taken = self._read()
            if taken.records:
                os.fsync(self._handle)
                return taken
            self._place = taken.end
            later = [number for number in numbers if number > self._place.segment]
            if not later:
                return None
            self.done(Place(later[0], 0))

    def done(self, end: Place) -> None:
        """Note that everything before `end` is answered for."""
        self._place = end
        text = f"{end.segment:08d} {end.offset:020d}"
        line = f"{text} {zlib.crc32(text.encode()):08x}\n"
        os.pwrite(self._sent, line.encode(), 0)
        for number in segments(self._lane):
            if number < end.segment:
                segment_path(self._lane, number).unlink()

    def sync(self) -> None:
        """Make sure that what waits outlives a power cut, whoever wrote it."""
        numbers = [n for n in segments(self._lane) if n >= self._synced[0]]
        if not numbers:
            return
        newest = segment_path(self._lane, numbers[-1])
        state = (numbers[-1], newest.stat().st_size)
        if state == self._synced:
            return
        for number in numbers:
            handle = os.open(segment_path(self._lane, number), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(self._lane)
        self._synced = state

    def close(self) -> None:
        """Close its files."""
        for handle in (self._handle, self._sent):
            with suppress(OSError):
                os.close(handle)

    def _skip_to(self, numbers: list[int]) -> None:
        """Stand on a segment that exists: an old note may name one that is gone."""
        if self._place.segment not in numbers:
            later = [number for number in numbers if number > self._place.segment]
            self._place = Place(later[0] if later else numbers[0], 0)
        if self._open != self._place.segment:
            if self._handle >= 0:
                os.close(self._handle)
            path = segment_path(self._lane, self._place.segment)
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self._open = self._place.segment
            sync_folder(self._lane)

    def _read(self) -> Taken:
        start = self._place.offset
        data = os.pread(self._handle, CHUNK, start)
        records: list[Record] = []
        size, end = 2, 0
        for behind, line in whole_lines(data):
            record = unpack(line)
            if record.id == BEAT.decode():  # goes alone, after what it speaks of
                if not records:
                    return Taken([record], Place(self._place.segment, start + behind))
                break
            if record.id != HEAD.decode():
                size += len(line)
                if (records and size > MOST_BYTES) or len(records) == MOST_EVENTS:
                    break
                records.append(record)
            end = behind
        return Taken(records, Place(self._place.segment, start + end))

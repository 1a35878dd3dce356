"""What a spool holds, as anybody who may read its folder sees it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probatum_client.spool.files import (
    BEAT,
    CHECKSUM,
    lanes,
    lock,
    remembered,
    segment_path,
    segments,
)
from probatum_client.spool.kept import set_aside

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """One lane: how many bytes and events wait, how many were set aside, and whether a
    process writes to it and one sends from it just now."""

    name: str
    waiting_bytes: int
    waiting: int
    set_aside: int
    is_written: bool
    is_sent: bool


def lane_statuses(spool: Path) -> list[LaneStatus]:
    """Return the state of each lane; reads all that waits, to count it."""
    return [
        LaneStatus(
            name=lane.name,
            waiting_bytes=waiting_bytes(lane),
            waiting=_waiting(lane),
            set_aside=len(set_aside(lane)),
            is_written=_is_held(lane / "writer.lock"),
            is_sent=_is_held(lane / "sender.lock"),
        )
        for lane in lanes(spool)
    ]


def waiting_bytes(lane: Path) -> int:
    """Return how much of a lane the server has not answered for."""
    place, total = remembered(lane), 0
    for number in segments(lane):
        size = segment_path(lane, number).stat().st_size
        if number == place.segment:
            total += max(0, size - place.offset)
        elif number > place.segment:
            total += size
    return total


def _waiting(lane: Path) -> int:
    place, count = remembered(lane), 0
    for number in segments(lane):
        if number < place.segment:
            continue
        with segment_path(lane, number).open("rb") as file:
            if number == place.segment and place.offset:
                file.seek(place.offset)
            else:
                file.readline()  # the segment's head
            count += sum(line[CHECKSUM:].split(b" ", 2)[1] != BEAT for line in file)
    return count


def _is_held(path: Path) -> bool:
    handle = lock(path)
    if handle is None:
        return True
    os.close(handle)
    return False

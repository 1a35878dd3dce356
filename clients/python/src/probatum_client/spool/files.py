"""Folders, locks and lines of a spool."""

from __future__ import annotations

import os
import sys
import zlib
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform != "win32":
    import fcntl

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
SEGMENT = ".events"
HEAD = b"-"
BEAT = b"~"
CHECKSUM = 8  # hexadecimal digits
BOOT = "/proc/sys/kernel/random/boot_id"


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a spool. `body` is None if the disk did not keep it whole; `line`
    is then what was found in its place."""

    id: str
    body: bytes | None
    line: bytes = b""


class Place(NamedTuple):
    """Where in a lane something begins."""

    segment: int
    offset: int


def pack(event_id: bytes, body: bytes) -> bytes:
    """Return the line of an event: checksum, id, body. A body holds no line feed, so
    a line that was cut short cannot pass for a whole one."""
    rest = b"%b %b" % (event_id, body)
    return b"%08x %b\n" % (zlib.crc32(rest), rest)


def unpack(line: bytes) -> Record:
    """Return the event of a line without its line feed."""
    checksum, rest = line[:CHECKSUM], line[CHECKSUM + 1 :]
    if line[CHECKSUM : CHECKSUM + 1] != b" " or b"%08x" % zlib.crc32(rest) != checksum:
        return Record("", None, line)
    event_id, _, body = rest.partition(b" ")
    return Record(event_id.decode(), body)


def segment_path(lane: Path, number: int) -> Path:
    """Return where a segment lies."""
    return lane / f"{number:08d}{SEGMENT}"


def segments(lane: Path) -> list[int]:
    """Return the numbers of a lane's segments, oldest first."""
    return sorted(
        int(path.stem) for path in lane.glob(f"*{SEGMENT}") if path.stem.isdigit()
    )


def fresh_segment(lane: Path) -> int:
    """Return a number that no segment has, had when it was damaged, or was last sent.

    The note of what was sent names a place in a segment: no other segment may have
    that name later.
    """
    known = [int(path.stem) for path in lane.iterdir() if path.stem.isdigit()]
    return max([remembered(lane).segment, *known]) + 1


def remembered(lane: Path) -> Place:
    """Return up to where a lane is sent; the very beginning if that cannot be read."""
    try:
        text = (lane / "sent").read_text(errors="replace").strip()
    except FileNotFoundError:
        return Place(0, 0)
    place, _, checksum = text.rpartition(" ")
    if not place or f"{zlib.crc32(place.encode()):08x}" != checksum:
        return Place(0, 0)
    segment, offset = place.split()
    return Place(int(segment), int(offset))


def lanes(spool: Path) -> list[Path]:
    """Return the lanes of a spool."""
    return sorted(path for path in spool.glob("lane-*") if path.is_dir())


def private_folder(path: Path) -> Path:
    """Return the folder, made for this user alone if it was not there: events hold
    personal data."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return path


def open_private(path: Path, flags: int) -> int:
    """Open a file that only this user may read."""
    return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def lock(path: Path) -> int | None:
    """Return a handle that holds the lock, or None if another process has it.

    The kernel lets go of it when the process ends, however it ends.
    """
    if sys.platform == "win32":
        raise OSError("A spool needs POSIX file locks, which Windows lacks.")
    handle = open_private(path, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def claim_lane(spool: Path) -> tuple[Path, int]:
    """Return the first lane that no living process writes to, and its lock."""
    for number in count():
        lane = private_folder(spool / f"lane-{number}")
        handle = lock(lane / "writer.lock")
        if handle is not None:
            return lane, handle
    raise AssertionError("count() has no end")


def sync_folder(path: Path) -> None:
    """Make sure that the names of new files in a folder outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes, offset: int) -> None:
    """Write at an offset; a write that stops early leaves the file as it was."""
    view = memoryview(data)
    try:
        at = 0
        while at < len(data):
            at += os.pwrite(handle, view[at:], offset + at)
    except OSError:
        os.ftruncate(handle, offset)
        raise


def whole_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each line that has its line feed, with the offset at which it ends."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield end + 1, data[start:end]
        start = end + 1


def boot_id() -> str:
    """Return what tells one start of this machine from the next; empty if unknown."""
    try:
        with open(BOOT) as file:  # noqa: PTH123 - no Path at run time, as above
            return file.read().strip()
    except OSError:
        return ""

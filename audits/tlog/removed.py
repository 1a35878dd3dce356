"""What a log says that it removed under a retention duty: its signed tombstones.

An operator may drop old entries when no law asks to keep them any longer. It must say
so in the log itself, and keep the hash tiles: then every proof made before still
holds, and what is missing can be told from what was made away with.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from audits.tlog.documents import load_json
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid, fold
from audits.tlog.report import Report
from audits.tlog.tile import WIDTH

REMOVED = "retention_pruned"
_MARK = b'"type":"%s"' % REMOVED.encode()
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


class Tombstone(NamedTuple):
    """One entry that says what was removed."""

    entry: int
    month: str
    """The newest month whose entries went."""
    first: int
    end: int
    """Entries from `first` on, up to `end`, not included, went or lost payloads."""
    minimum: int
    """Where entries begin; a multiple of 256."""
    root: str
    """Of the tree below the minimum, in hexadecimal."""


class EntryRemoved(ProofInvalid):
    """The log removed this entry, and said so."""


def tombstones(entries: Iterable[tuple[int, bytes]]) -> list[Tombstone]:
    """Return the tombstones among entries with their indexes.

    An entry that only looks like one declares nothing.
    """
    found = (_read(index, data) for index, data in entries if _MARK in data)
    return [each for each in found if each is not None]


def _read(index: int, data: bytes) -> Tombstone | None:
    try:
        said = load_json(data, "the entry")
    except ProofInvalid:
        return None
    if not isinstance(said, dict) or said.get("type") != REMOVED:
        return None
    numbers = [said.get(name) for name in ("first", "end", "min")]
    texts = [said.get(name) for name in ("month", "root")]
    if not all(type(n) is int and n >= 0 for n in numbers):
        return None
    if not all(isinstance(text, str) for text in texts):
        return None
    return _sound(index, said)


def _sound(index: int, said: dict[str, Any]) -> Tombstone | None:
    """Return it when it can be true: a log cannot remove what comes after it."""
    first, end, minimum = said["first"], said["end"], said["min"]
    holds = (
        first < end <= index
        and minimum == end // WIDTH * WIDTH
        and _MONTH.fullmatch(said["month"]) is not None
    )
    if not holds:
        return None
    return Tombstone(index, said["month"], first, end, minimum, said["root"])


def declared_minimum(stones: Iterable[Tombstone]) -> int:
    """Return where the log says that its entries begin; 0 when it removed none."""
    return max((each.minimum for each in stones), default=0)


def check_tombstones(
    stones: Sequence[Tombstone], tile_roots: Sequence[bytes], report: Report
) -> None:
    """Hold what tombstones state to the hash tiles, and to each other.

    `tile_roots` are those of the lowest tiles; one that is not known is empty.
    """
    for one, other in pairwise(stones):
        if other.first != one.end:
            what = f"it goes on at {other.first}, the one before ended at {one.end}"
            report.fault(f"tombstone in entry {other.entry}", what, entry=other.entry)
    for each in stones:
        where = f"tombstone in entry {each.entry}"
        below = list(tile_roots[: each.minimum // WIDTH])
        if b"" in below:
            report.unchecked.append(f"{where}: hash tiles below it are missing")
            continue
        root = fold(below) if below else EMPTY_ROOT
        if root.hex() != each.root:
            what = f"it states another root of the first {each.minimum} entries"
            report.fault(where, what, root.hex(), each.root, entry=each.entry)
            continue
        report.held.append(
            f"{where}: says that what came before {each.end} was removed, up to the "
            f"month {each.month}; the tiles give the root that it states"
        )


def what_gives_the_root(minimum: int, size: int) -> str:
    """Return in words what of a log leads to its signed root."""
    if not minimum:
        return f"all {size} entries give the checkpoint's root"
    return (
        f"entries {minimum} to {size - 1}, and the hash tiles of those that were "
        "removed before them, give the checkpoint's root"
    )

"""Read the entries of a log and the hashes of its lowest tiles, tile by tile.

The tiles do not depend on each other, so several processes share them. They are
started fresh ("spawn"), because a copy of a process that has threads may hang.
"""

import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

from audits.tlog.hashing import ProofInvalid, fold
from audits.tlog.removed import Tombstone, tombstones
from audits.tlog.report import Fault
from audits.tlog.source import FileMissing, Source, read_entries, read_hashes
from audits.tlog.streams import Extract, extract
from audits.tlog.tile import ENTRIES, WIDTH, TileRef, bundle_leaves, level_tiles

RUN = 64
"""Tiles that one process takes at a time: 16,384 entries."""

AHEAD = 2
"""Runs per process that wait or are worked on: what bounds the memory."""


class Difference(NamedTuple):
    """An entry whose leaf hash is not the one in its tile."""

    ref: TileRef
    at: int
    ours: bytes
    theirs: bytes
    moved: int | None
    """Position in the same tile that has this entry's hash, if any."""
    byte: int
    """Where the entry begins in its bundle."""


@dataclass(slots=True)
class Scanned:
    """What one tile and its bundle say; a root is empty when it is not known."""

    ref: TileRef
    from_entries: bytes = b""
    from_tiles: bytes = b""
    entries_whole: bool = True
    differences: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cuts: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    """For sizes that end inside this tile: the root of what comes before, by its
    entries and by its hashes."""
    streams: Extract = field(default_factory=Extract)
    """What its entries say of streams of numbered events."""
    is_absent: bool = False
    """There is no bundle: the log may have removed it, and say so."""
    tombstones: list[Tombstone] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does next."""

    source: Source
    refs: tuple[TileRef, ...]
    cuts: frozenset[int]
    limit: int


def root_of(row: list[bytes]) -> bytes:
    """Return the root over `row`; empty when some of it is unknown."""
    return fold(row) if row and b"" not in row else b""


def bundle_path(ref: TileRef) -> str:
    """Return the path of the bundle whose leaf hashes this tile holds."""
    return TileRef(ENTRIES, ref.n, ref.width).path


def scan(
    source: Source, size: int, cuts: frozenset[int], limit: int, jobs: int
) -> Iterator[Scanned]:
    """Yield what each tile of a log of `size` entries says, in order.

    `cuts` are sizes at which the root is wanted too.
    """
    tasks = _tasks(source, size, cuts, limit)
    if jobs <= 1 or size <= RUN * WIDTH:
        for task in tasks:
            yield from work(task)
        return
    # A fresh process reads our modules again, and they hold no state.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_quiet)
    try:
        yield from _in_order(pool, tasks, jobs * AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def _quiet() -> None:
    """Leave Ctrl-C to the process that the reader started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _tasks(
    source: Source, size: int, cuts: frozenset[int], limit: int
) -> Iterator[Task]:
    refs = level_tiles(0, size)
    while run := tuple(islice(refs, RUN)):
        first, end = run[0].n * WIDTH, (run[-1].n + 1) * WIDTH
        inside = frozenset(cut for cut in cuts if first < cut < end)
        yield Task(source, run, inside, limit)


def _in_order(
    pool: ProcessPoolExecutor, tasks: Iterator[Task], ahead: int
) -> Iterator[Scanned]:
    waiting: deque[Future[list[Scanned]]] = deque(
        pool.submit(work, task) for task in islice(tasks, ahead)
    )
    while waiting:
        yield from waiting.popleft().result()
        for task in islice(tasks, 1):
            waiting.append(pool.submit(work, task))


def work(task: Task) -> list[Scanned]:
    """Read and hash a run of tiles."""
    return [_tile(task, ref) for ref in task.refs]


def _tile(task: Task, ref: TileRef) -> Scanned:
    """Compare a bundle's entries with the tile of their leaf hashes."""
    found = Scanned(ref)
    stored: list[bytes] = []
    entries: list[bytes] = []
    try:
        stored = read_hashes(task.source, ref)
    except ProofInvalid as error:
        found.faults.append(Fault(ref.path, str(error), place={"file": ref.path}))
    try:
        entries = read_entries(task.source, ref.n, ref.width)
    except FileMissing:
        found.is_absent = True
    except ProofInvalid as error:
        found.entries_whole = False
        found.faults.append(no_bundle(ref, error))
    computed = bundle_leaves(entries)
    _read_what_entries_say(found, entries)
    found.from_tiles = found.from_entries = root_of(stored or computed)
    if computed and stored and computed != stored:
        found.from_entries = root_of(computed)
        found.differences = _differences(ref, entries, computed, stored, task.limit)
    for cut in task.cuts:
        if cut // WIDTH == ref.n and (inside := cut % WIDTH):
            ours, theirs = (computed or stored)[:inside], (stored or computed)[:inside]
            found.cuts[cut] = (root_of(ours), root_of(theirs))
    return found


def _read_what_entries_say(found: Scanned, entries: Sequence[bytes]) -> None:
    numbered = list(enumerate(entries, found.ref.first_entry))
    found.streams = extract(numbered)
    found.tombstones = tombstones(numbered)


def no_bundle(ref: TileRef, error: object) -> Fault:
    """Return the fault that a bundle cannot be read."""
    file, last = bundle_path(ref), ref.first_entry + ref.width - 1
    return Fault(
        f"{file} (entries {ref.first_entry} to {last})",
        str(error),
        place={"file": file, "first_entry": ref.first_entry, "last_entry": last},
    )


def _differences(
    ref: TileRef,
    entries: Sequence[bytes],
    computed: Sequence[bytes],
    stored: Sequence[bytes],
    limit: int,
) -> list[Difference]:
    found: list[Difference] = []
    byte = 0
    for at, (ours, theirs) in enumerate(zip(computed, stored, strict=True)):
        if ours != theirs and len(found) < limit:
            moved = stored.index(ours) if ours in stored else None
            found.append(Difference(ref, at, ours, theirs, moved, byte + 2))
        byte += 2 + len(entries[at])
    return found

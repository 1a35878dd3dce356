"""The right edge of a growing tree: enough to append to it and prove what is new.

A tree's peaks are the roots of its complete subtrees, largest first. They are all
that an append needs: every left sibling of a new leaf that lies wholly before the
batch is a peak of the tree before it, so nothing is read from storage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from audits.tlog.hashing import EMPTY_ROOT, HASH_SIZE, node_hash, rows_up

TILE_LEVELS = 8
"""Levels of the tree that one C2SP tile spans."""


@dataclass(frozen=True, slots=True)
class Compact:
    """A tree reduced to its size (leaves) and its peaks, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse peaks that cannot belong to a tree of this size (ValueError)."""
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(
                f"a tree of size {self.size} has {self.size.bit_count()} peaks, "
                f"found {len(self.peaks)}"
            )
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise ValueError(f"every peak has {HASH_SIZE} bytes")

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        *left, total = self.peaks
        for peak in reversed(left):
            total = node_hash(peak, total)
        return total

    def append(self, leaves: Sequence[bytes]) -> "Compact":
        """Return the tree with these leaf hashes appended."""
        return _grown(self, _rows(self, leaves), len(leaves))

    def to_bytes(self) -> bytes:
        """Return the peaks one after another; the size is kept beside them."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Compact":
        """Return the tree of `size` from `to_bytes`; ValueError when they disagree."""
        peaks = [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]
        return cls(size, tuple(peaks))


@dataclass(frozen=True, slots=True)
class BatchProofs:
    """The tree after a batch, with the inclusion path of each new leaf in it."""

    after: Compact
    root: bytes
    hashes: list[bytes]
    """Every hash that a path refers to, each once."""
    paths: list[list[int]]
    """Per leaf, from its sibling upwards, positions in `hashes`."""
    tile_rows: list[list[bytes]] = field(default_factory=list)
    """Per tile level L, the hashes that the batch adds to the tiles of that level,
    in order, the first at index `before.size >> 8 * L`."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The nodes of one level that hold new leaves; the first may have a peak left."""

    first: int
    nodes: list[bytes]
    peak: bytes | None


def _rows(before: Compact, leaves: Sequence[bytes]) -> list[_Row]:
    """Return the changed nodes, level by level, up to and including the root."""
    peaks = list(before.peaks)
    first, nodes, rows = before.size, list(leaves), []
    while nodes:
        # An odd first node's left sibling ends where the batch begins: a peak.
        peak = peaks.pop() if first & 1 else None
        rows.append(_Row(first, nodes, peak))
        if first == 0 and len(nodes) == 1:
            break
        nodes = rows_up(nodes if peak is None else [peak, *nodes])
        first >>= 1
    return rows


def _grown(before: Compact, rows: list[_Row], added: int) -> Compact:
    if not added:
        return before
    size = before.size + added
    peaks = []
    for level, row in enumerate(rows):
        if size >> level & 1:
            last = (size >> level) - 1 - row.first
            # A last complete node left of the batch is a peak that stays.
            kept = row.peak if last < 0 else row.nodes[last]
            peaks.append(kept or b"")
    return Compact(size, tuple(reversed(peaks)))


def _tile_rows(size: int, rows: list[_Row]) -> list[list[bytes]]:
    found = []
    for level in range(0, len(rows), TILE_LEVELS):
        row = rows[level]
        found.append(row.nodes[: (size >> level) - row.first])
    return [row for row in found if row]


def batch_proofs(before: Compact, leaves: Sequence[bytes]) -> BatchProofs:
    """Append leaf hashes and return what each of them needs to prove itself."""
    rows = _rows(before, leaves)
    after = _grown(before, rows, len(leaves))
    hashes: list[bytes] = []
    paths: list[list[int]] = [[]]
    # From the root down: a node's path is its sibling followed by its parent's path,
    # so leaves under one node share the work above it.
    for row in reversed(rows[:-1]):
        paths = _paths_below(row, paths, hashes)
    return BatchProofs(
        after=after,
        root=after.root(),
        hashes=hashes,
        paths=paths if leaves else [],
        tile_rows=_tile_rows(after.size, rows),
    )


def _paths_below(
    row: _Row, above: list[list[int]], hashes: list[bytes]
) -> list[list[int]]:
    """Return the paths of this row's nodes and add the hashes they use."""
    nodes, paths = row.nodes, []
    start, parent, end = 0, 0, len(nodes)
    if row.peak is not None:
        paths.append([len(hashes), *above[0]])
        hashes.append(row.peak)
        start = parent = 1
    paired = end - ((end - start) & 1)
    at = len(hashes)
    hashes += nodes[start:paired]
    for path in above[parent : parent + (paired - start) // 2]:
        paths.append([at + 1, *path])
        paths.append([at, *path])
        at += 2
    if paired < end:
        # The right edge: a last node without sibling is its own parent.
        paths.append(above[-1])
    return paths

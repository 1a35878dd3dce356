"""Tiles (c2sp.org/tlog-tiles): how a log's hashes and entries lie in files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from audits.tlog.hashing import HASH_SIZE, ProofInvalid, fold, leaf_hash
from audits.tlog.tree import Node, Reader

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

TILE_LEVELS = 8
MAX_LEVEL = 63
MAX_ENTRY = 65_535
"""Bytes in an entry, at most: its length is stored in two bytes."""

ENTRIES = -1
"""The level that stands for entry bundles."""


class TileRef(NamedTuple):
    """A tile or bundle: its level (ENTRIES for bundles), number and width."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where it lies under the log's folder or address."""
        return tile_path(self.level, self.n, self.width)

    @property
    def is_full(self) -> bool:
        """Tell whether it can never change any more."""
        return self.width == WIDTH

    @property
    def first_entry(self) -> int:
        """Return the index of the first entry that it covers."""
        return self.n << TILE_LEVELS * (max(self.level, 0) + 1)


ReadTiles = Callable[[Sequence[TileRef]], Mapping[TileRef, bytes]]
"""Returns the bytes of every tile it is asked for."""


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """Return the path of a hash tile, or of a bundle when `level` is ENTRIES."""
    if not (ENTRIES <= level <= MAX_LEVEL and n >= 0 and 1 <= width <= WIDTH):
        raise ValueError(f"no such tile: level {level}, number {n}, width {width}")
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    folder = "entries" if level == ENTRIES else str(level)
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{folder}/{number}{partial}"


def entries_path(n: int, width: int = WIDTH) -> str:
    """Return the path of an entry bundle."""
    return tile_path(ENTRIES, n, width)


_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?"
)


def parse_path(path: str) -> TileRef:
    """Return what lies at `path`; ValueError unless it is the one spelling of it."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise ValueError(f"not the path of a tile: {path[:120]!r}")
    folder, number, width = found.groups()
    ref = TileRef(
        ENTRIES if folder == "entries" else int(folder),
        int(number.replace("x", "").replace("/", "")),
        int(width or WIDTH),
    )
    exists = ref.level <= MAX_LEVEL and 1 <= ref.width <= WIDTH
    if not exists or ref.path != path:
        raise ValueError(f"not the path of a tile: {path[:120]!r}")
    return ref


def level_tiles(level: int, size: int) -> Iterator[TileRef]:
    """Yield the tiles of one level (or the bundles) of a log of `size` entries."""
    full, rest = divmod(size >> TILE_LEVELS * max(level, 0), WIDTH)
    for n in range(full):
        yield TileRef(level, n)
    if rest:
        yield TileRef(level, full, rest)


def tiles_for(size: int) -> Iterator[TileRef]:
    """Yield all bundles, then all hash tiles, of a log of `size` entries."""
    yield from level_tiles(ENTRIES, size)
    level = 0
    while size >> TILE_LEVELS * level:
        yield from level_tiles(level, size)
        level += 1


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return up to 256 entries as one bundle; ValueError for an entry too long."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError(f"an entry has at most {MAX_ENTRY} bytes: {len(entry)}")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a bundle; ProofInvalid unless it has just those."""
    entries, at = [], 0
    for position in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise ProofInvalid(
                f"the bundle ends within entry {position} of {width} "
                f"(byte {len(data)}, the entry needs {max(start, at)})"
            )
        entries.append(data[start:at])
    if at != len(data):
        raise ProofInvalid(f"{len(data) - at} bytes follow the bundle's last entry")
    return entries


def split_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile's bytes."""
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def hash_tiles(leaf_hashes: Iterable[bytes]) -> Iterator[tuple[TileRef, bytes]]:
    """Yield every tile over these leaf hashes: full ones early, partial ones last.

    Holds at most 256 hashes per level, so a log of any size can stream through.
    """
    rows: list[list[bytes]] = [[]]
    counts = [0]
    for leaf in leaf_hashes:
        rows[0].append(leaf)
        level = 0
        while len(rows[level]) == WIDTH:
            yield TileRef(level, counts[level]), b"".join(rows[level])
            if level + 1 == len(rows):
                rows.append([])
                counts.append(0)
            rows[level + 1].append(fold(rows[level]))
            rows[level] = []
            counts[level] += 1
            level += 1
    for level, row in enumerate(rows):
        if row:
            yield TileRef(level, counts[level], len(row)), b"".join(row)


def node_reader(size: int, read_tiles: ReadTiles) -> Reader:
    """Return a reader of tree nodes that finds them in the tiles of a log of `size`."""

    def place(node: Node) -> tuple[TileRef, int]:
        level, height = divmod(node.level, TILE_LEVELS)
        n, at = divmod(node.n << height, WIDTH)
        return TileRef(
            level, n, min(WIDTH, (size >> TILE_LEVELS * level) - n * WIDTH)
        ), at

    def read(nodes: Sequence[Node]) -> dict[Node, bytes]:
        places = {node: place(node) for node in nodes}
        wanted = sorted({ref for ref, _ in places.values()})
        rows = {ref: split_hashes(data) for ref, data in read_tiles(wanted).items()}
        return {
            node: fold(rows[ref][at : at + (1 << node.level % TILE_LEVELS)])
            for node, (ref, at) in places.items()
        }

    return read


def bundle_leaves(entries: Iterable[bytes]) -> list[bytes]:
    """Return the leaf hashes of a bundle's entries."""
    return [leaf_hash(entry) for entry in entries]

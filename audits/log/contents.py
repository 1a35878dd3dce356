"""Proofs for many who ask: what they are put together from is kept for a while.

A full tile never changes, and a partial one only grows, so what was read once need not
be read again. SECURITY: it is no evidence either: each path is followed to the root of
the head before it is given out, and what does not lead there is read anew.
"""

from collections.abc import Iterator, Sequence
from threading import Lock

from audits.log.models import Log
from audits.log.selectors import inclusion_path, read_tiles
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.hashing import ProofInvalid, node_hash
from audits.tlog.tile import TILE_LEVELS, WIDTH, TileRef, split_hashes
from audits.tlog.tree import Node, check_inclusion, prove_inclusion

Rows = list[list[bytes]]
"""The hashes of a tile, and above them the nodes that are complete."""
# LIMIT: about 40 kB each, so some 40 MB of tiles.
MOST_TILES = 1000

_tiles: dict[tuple[str, int, int], Rows] = {}
_lock = Lock()


def proven_path(log: Log, index: int, checkpoint: Checkpoint) -> list[bytes]:
    """The sibling hashes of one entry up to the root of that state of the log."""
    size = checkpoint.size
    try:
        path = prove_inclusion(index, size, lambda nodes: _read(log, size, nodes))
        [leaf] = _read(log, size, [Node(0, index)]).values()
        check_inclusion(index, size, leaf, checkpoint.root, path)
    except (ProofInvalid, LookupError):
        _forget(log)
        return inclusion_path(log, index, size)
    return path


def _read(log: Log, size: int, nodes: Sequence[Node]) -> dict[Node, bytes]:
    places = {node: _place(size, node) for node in nodes}
    rows = {ref: _kept(log, ref) for ref, _at in places.values()}
    missing = sorted(ref for ref, found in rows.items() if found is None)
    if missing:
        for ref, data in read_tiles(log, missing).items():
            rows[ref] = _keep(log, ref, list(_rows(split_hashes(data))))
    return {
        node: (rows[ref] or [])[node.level % TILE_LEVELS][at]
        for node, (ref, at) in places.items()
    }


def _place(size: int, node: Node) -> tuple[TileRef, int]:
    """The tile that the node lies in or just above, and its place in its row."""
    level, height = divmod(node.level, TILE_LEVELS)
    n, at = divmod(node.n << height, WIDTH)
    width = min(WIDTH, (size >> TILE_LEVELS * level) - n * WIDTH)
    return TileRef(level, n, width), at >> height


def _rows(row: list[bytes]) -> Iterator[list[bytes]]:
    for _level in range(TILE_LEVELS):
        yield row
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)]


def _kept(log: Log, ref: TileRef) -> Rows | None:
    found = _tiles.get((log.origin, ref.level, ref.n))
    return found if found is not None and len(found[0]) >= ref.width else None


def _keep(log: Log, ref: TileRef, rows: Rows) -> Rows:
    with _lock:
        if len(_tiles) >= MOST_TILES:
            _tiles.clear()
        _tiles[log.origin, ref.level, ref.n] = rows
    return rows


def _forget(log: Log) -> None:
    with _lock:
        for key in [key for key in _tiles if key[0] == log.origin]:
            del _tiles[key]

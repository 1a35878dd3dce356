"""The maths of a transparency log, as far as a producer needs it (RFC 9162).

A producer checks two things: that its events are in the tree which the log signed, and
that the log only ever grows. Both are small enough to be kept here, so that the client
trusts no code of the server.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from probatum_client.errors import ReceiptInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAF, NODE = b"\0", b"\1"
HASH = 32  # bytes
WIDTH = 256  # hashes in a full tile
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash that stands for an entry in the tree."""
    return hashlib.sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(NODE + left + right).digest()


def root_from_path(
    index: int, size: int, leaf: bytes, path: Sequence[bytes]
) -> bytes:  # fmt: skip
    """Return the root that a leaf's path leads to (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ReceiptInvalid(f"There is no entry {index} in a tree of size {size}.")
    if any(len(each) != HASH for each in (leaf, *path)):
        raise ReceiptInvalid(f"A hash of the path does not have {HASH} bytes.")
    node, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ReceiptInvalid("The path is longer than the tree is high.")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ReceiptInvalid("The path is shorter than the tree is high.")
    return result


def tile_path(level: int, number: int, width: int) -> str:
    """Return where a tile of hashes lies (c2sp.org/tlog-tiles)."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *groups, final = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{''.join(f'x{group}/' for group in groups)}{final}{partial}"


class Tiles:
    """Roots of a log at any size up to `size`, from its tiles; each is read once.

    Two roots that come out of the same tiles prove that the smaller tree is a prefix
    of the larger one: both are computed over the very same leaves.
    """

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        self._size = size
        self._read = read
        self._rows: dict[tuple[int, int], list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """Return the root of the tree of the first `size` leaves."""
        if not 0 <= size <= self._size:
            raise ReceiptInvalid(f"The log has {self._size} entries, not {size}.")
        if not size:
            return EMPTY
        peaks, start = [], 0
        while start < size:  # complete subtrees, the largest first
            height = (size - start).bit_length() - 1
            peaks.append(self._subtree(height, start >> height))
            start += 1 << height
        total = peaks.pop()
        while peaks:
            total = node_hash(peaks.pop(), total)
        return total

    def _subtree(self, height: int, number: int) -> bytes:
        level, above = divmod(height, 8)
        tile, at = divmod(number << above, WIDTH)
        hashes = self._row(level, tile)[at : at + (1 << above)]
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=True)
            hashes = [node_hash(left, right) for left, right in pairs]
        return hashes[0]

    def _row(self, level: int, tile: int) -> list[bytes]:
        if (level, tile) not in self._rows:
            width = min(WIDTH, (self._size >> 8 * level) - tile * WIDTH)
            path = tile_path(level, tile, width)
            data = self._read(path)
            if len(data) != width * HASH:
                raise ReceiptInvalid(
                    f"{path} has {len(data)} bytes instead of {width * HASH}."
                )
            row = [data[at : at + HASH] for at in range(0, len(data), HASH)]
            self._rows[level, tile] = row
        return self._rows[level, tile]

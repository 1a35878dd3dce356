"""Hashes of the Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1)."""

from collections.abc import Iterable
from hashlib import sha256

HASH_SIZE = 32
"""Bytes in every hash of this log (SHA-256)."""

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree that has no leaves."""


class ProofInvalid(Exception):
    """Evidence does not hold. The text says what is wrong, and where."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry. The 0x00 keeps a node from posing as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over its two children's hashes."""
    return sha256(b"\x01" + left + right).digest()


def require_hashes(hashes: Iterable[bytes]) -> None:
    """Raise ProofInvalid unless each is a hash.

    A node hash joins two hashes without a mark between them, so a proof must not
    shift bytes from one to the other.
    """
    for each in hashes:
        if len(each) != HASH_SIZE:
            raise ProofInvalid(f"a hash has {HASH_SIZE} bytes, found {len(each)}")


def rows_up(row: list[bytes]) -> list[bytes]:
    """Return the row of nodes above `row`; a last odd hash moves up unchanged."""
    # Spelt out instead of calling node_hash: this is where all the time goes.
    above = [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(row[::2], row[1::2], strict=False)
    ]
    if len(row) & 1:
        above.append(row[-1])
    return above


def fold(row: list[bytes]) -> bytes:
    """Return the root over `row` (RFC 6962 MTH of hashes that stand for leaves)."""
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        row = rows_up(row)
    return row[0]

"""The definitions of RFC 6962 section 2.1, transcribed slowly, to test against."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.tlog.hashing import leaf_hash
from audits.tlog.note import Signer
from audits.tlog.tree import Node

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def decimal_leaves(size: int) -> list[bytes]:
    """Leaf hashes of the entries "0", "1", "2", …"""
    return [leaf_hash(str(i).encode()) for i in range(size)]


def k_of(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash: MTH({}) = SHA-256(), MTH({d}), MTH(D[n])."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = k_of(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = k_of(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = k_of(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


class Storage:
    """A reader over leaf hashes that counts how often it is asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves, self.calls = leaves, 0
        self.known: dict[Node, bytes] = {}

    def __call__(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        self.calls += 1
        for node in set(nodes) - set(self.known):
            level, n = node
            covered = self.leaves[n << level : (n + 1) << level]
            assert len(covered) == 1 << level, "only complete subtrees are stored"
            self.known[node] = mth(covered)
        return {node: self.known[node] for node in nodes}


def signer(name: str, seed: bytes = b"\x07" * 32) -> Signer:
    """A key for tests."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(name, key.public_key().public_bytes_raw(), key.sign)

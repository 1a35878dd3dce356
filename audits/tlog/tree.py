"""Inclusion: this leaf is at this index of that tree (RFC 6962 section 2.1.1).

`prove_inclusion` and `check_inclusion` are twins. Neither touches storage: the
prover lists every hash it needs, asks for all of them once, then thinks.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid, node_hash, require_hashes


class Node(NamedTuple):
    """The complete subtree over leaves [n << level, (n + 1) << level)."""

    level: int
    n: int


class Range(NamedTuple):
    """The subtree over leaves [lo, hi) of some tree; `hi` may be the right edge."""

    lo: int
    hi: int


Reader = Callable[[Sequence[Node]], Mapping[Node, bytes]]
"""Returns the hash of every node it is asked for; called once per proof."""


def split(size: int) -> int:
    """Return the largest power of two smaller than `size` (RFC 6962's k; size >= 2)."""
    return 1 << (size - 1).bit_length() - 1


def range_nodes(span: Range) -> list[Node]:
    """Return the complete subtrees that make up `span`, left to right."""
    nodes, lo = [], span.lo
    while lo < span.hi:
        level = (span.hi - lo).bit_length() - 1
        nodes.append(Node(level, lo >> level))
        lo += 1 << level
    return nodes


def fold_range(span: Range, found: Mapping[Node, bytes]) -> bytes:
    """Return the hash of `span` from the hashes of its complete subtrees."""
    *left, total = [found[node] for node in range_nodes(span)]
    for peak in reversed(left):
        total = node_hash(peak, total)
    return total


def fold_ranges(spans: Sequence[Range], reader: Reader) -> list[bytes]:
    """Return the hash of each span, asking `reader` once for everything."""
    nodes = [node for span in spans for node in range_nodes(span)]
    found = reader(nodes) if nodes else {}
    return [fold_range(span, found) for span in spans]


def root(size: int, reader: Reader) -> bytes:
    """Return the root of the tree with the first `size` leaves."""
    return fold_ranges([Range(0, size)], reader)[0] if size else EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the siblings on the way from leaf `index` up to the root.

    Raise ProofInvalid when a tree of this size has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"index {index} is not in a tree of size {size}")
    lo, hi, siblings = 0, size, []
    while hi - lo > 1:
        middle = lo + split(hi - lo)
        if index < middle:
            siblings.append(Range(middle, hi))
            hi = middle
        else:
            siblings.append(Range(lo, middle))
            lo = middle
    siblings.reverse()
    return siblings


def inclusion_nodes(index: int, size: int) -> list[Node]:
    """Return every stored hash that the inclusion proof of `index` needs."""
    return [n for span in inclusion_ranges(index, size) for n in range_nodes(span)]


def prove_inclusion(index: int, size: int, reader: Reader) -> list[bytes]:
    """Return the sibling hashes from the leaf's sibling up to the root's child."""
    return fold_ranges(inclusion_ranges(index, size), reader)


def check_inclusion(
    index: int, size: int, leaf: bytes, tree_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofInvalid unless the tree of `size` and `tree_root` has `leaf` there.

    `leaf` is a leaf hash. A proof with one hash too many or too few is refused.
    """
    require_hashes([tree_root])
    total = root_from_path(index, size, leaf, proof)
    if total != tree_root:
        raise ProofInvalid(
            f"leaf {index} and its proof lead to root {total.hex()}, "
            f"the tree of size {size} has root {tree_root.hex()}"
        )


def root_from_path(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf hash and its path lead to; ProofInvalid for none."""
    require_hashes([leaf, *proof])
    siblings = inclusion_ranges(index, size)
    if len(proof) != len(siblings):
        raise ProofInvalid(
            f"the inclusion proof of index {index} in a tree of size {size} has "
            f"{len(siblings)} hashes, found {len(proof)}"
        )
    total = leaf
    for sibling, other in zip(siblings, proof, strict=True):
        on_the_left = sibling.hi <= index
        total = node_hash(other, total) if on_the_left else node_hash(total, other)
    return total

"""Consistency: the new tree begins with the old one (RFC 6962 section 2.1.2)."""

from collections.abc import Sequence

from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid, node_hash, require_hashes
from audits.tlog.tree import Node, Range, Reader, fold_ranges, range_nodes, split


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the subtrees whose hashes prove that `new` begins with `old`.

    When the first of them ends at `old` and begins after leaf 0, it is where both
    computations start; a span from leaf 0 is the old root, which the verifier has.
    """
    if not 0 <= old <= new:
        raise ProofInvalid(f"a tree of size {new} cannot extend one of size {old}")
    if old in (0, new):
        return []
    lo, hi, spans = 0, new, []
    while hi != old:
        middle = lo + split(hi - lo)
        if old <= middle:
            spans.append(Range(middle, hi))
            hi = middle
        else:
            spans.append(Range(lo, middle))
            lo = middle
    if lo:
        spans.append(Range(lo, hi))
    spans.reverse()
    return spans


def consistency_nodes(old: int, new: int) -> list[Node]:
    """Return every stored hash that the consistency proof needs."""
    return [n for span in consistency_ranges(old, new) for n in range_nodes(span)]


def prove_consistency(old: int, new: int, reader: Reader) -> list[bytes]:
    """Return the proof that the tree of size `new` begins with that of size `old`."""
    return fold_ranges(consistency_ranges(old, new), reader)


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofInvalid unless the new tree begins with exactly the old tree.

    Every tree begins with the empty tree; that proof is empty, as is the proof of
    two equal sizes. A proof with one hash too many or too few is refused.
    """
    require_hashes([old_root, new_root, *proof])
    spans = consistency_ranges(old, new)
    if len(proof) != len(spans):
        raise ProofInvalid(
            f"the consistency proof from size {old} to size {new} has "
            f"{len(spans)} hashes, found {len(proof)}"
        )
    if old == 0:
        _same_root("old", 0, EMPTY_ROOT, old_root)
        if new == 0:
            _same_root("new", 0, EMPTY_ROOT, new_root)
        return
    from_old = from_new = old_root
    pairs = list(zip(spans, proof, strict=True))
    if pairs and pairs[0][0].hi == old:
        # The old size is no power of two: both trees are rebuilt from the last
        # complete subtree of the old one.
        from_old = from_new = pairs.pop(0)[1]
    for span, other in pairs:
        if span.hi <= old:
            from_old, from_new = node_hash(other, from_old), node_hash(other, from_new)
        else:
            from_new = node_hash(from_new, other)
    _same_root("old", old, from_old, old_root)
    _same_root("new", new, from_new, new_root)


def _same_root(which: str, size: int, computed: bytes, claimed: bytes) -> None:
    if computed != claimed:
        raise ProofInvalid(
            f"the proof leads to root {computed.hex()} for the {which} tree of size "
            f"{size}, its checkpoint has root {claimed.hex()}"
        )

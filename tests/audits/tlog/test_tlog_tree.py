"""Inclusion and consistency, exhaustively in small worlds."""

import pytest

from audits.tlog.consistency import (
    check_consistency,
    consistency_nodes,
    prove_consistency,
)
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid, leaf_hash
from audits.tlog.tree import check_inclusion, inclusion_nodes, prove_inclusion, root
from tests.audits.tlog.naive import Storage, decimal_leaves, mth, path, subproof

LEAVES = decimal_leaves(129)
ROOTS = [mth(LEAVES[:size]) for size in range(130)]
OTHER = leaf_hash(b"another entry")


def refuses_inclusion(
    index: int, size: int, leaf: bytes, tree_root: bytes, proof: list[bytes]
) -> bool:
    try:
        check_inclusion(index, size, leaf, tree_root, proof)
    except ProofInvalid:
        return True
    return False


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 127, 128, 129])
def test_every_leaf_of_every_small_tree_has_the_proof_of_the_rfc(size: int) -> None:
    storage = Storage(LEAVES)
    for index in range(size):
        proof = prove_inclusion(index, size, storage)
        assert proof == path(index, LEAVES[:size])
        check_inclusion(index, size, LEAVES[index], ROOTS[size], proof)


@pytest.mark.parametrize("sizes", [range(1, 50), range(50, 90), range(90, 130)])
def test_a_proof_of_any_leaf_in_any_tree_holds_and_no_neighbour_of_it_does(
    sizes: range,
) -> None:
    storage = Storage(LEAVES)
    for size in sizes:
        for index in range(size):
            proof = prove_inclusion(index, size, storage)
            leaf, top = LEAVES[index], ROOTS[size]
            check_inclusion(index, size, leaf, top, proof)
            assert refuses_inclusion(index, size, leaf, top, [*proof, OTHER])
            assert refuses_inclusion(index, size, leaf, top, [OTHER, *proof])
            assert refuses_inclusion(index, size, OTHER, top, proof)
            assert refuses_inclusion(index, size, leaf, OTHER, proof)
            assert refuses_inclusion(index ^ 1, size, leaf, top, proof) or size == 1
            assert not proof or refuses_inclusion(index, size, leaf, top, proof[:-1])
            assert not proof or refuses_inclusion(index, size, leaf, top, proof[1:])


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_a_tree_has_no_leaf_outside_it(index: int) -> None:
    with pytest.raises(ProofInvalid, match=f"index {index} is not in a tree of size 5"):
        prove_inclusion(index, 5, Storage(LEAVES))


def test_bytes_cannot_move_from_one_hash_to_the_next() -> None:
    top = ROOTS[2]
    shifted = LEAVES[1] + LEAVES[0][:1]
    for leaf, proof in ((LEAVES[0][1:], [shifted]), (LEAVES[0], [LEAVES[1][:-1]])):
        with pytest.raises(ProofInvalid, match="a hash has 32 bytes"):
            check_inclusion(0, 2, leaf, top, proof)


def test_the_reason_says_what_the_proof_should_have_been() -> None:
    with pytest.raises(ProofInvalid, match="index 3 in a tree of size 8 has 3 hashes"):
        check_inclusion(3, 8, LEAVES[3], ROOTS[8], [OTHER] * 4)


def test_storage_is_asked_once_for_all_that_a_proof_needs() -> None:
    storage = Storage(LEAVES)
    prove_inclusion(77, 129, storage)
    assert storage.calls == 1
    assert set(storage.known) == set(inclusion_nodes(77, 129))
    other = Storage(LEAVES)
    prove_consistency(77, 129, other)
    assert other.calls == 1
    assert set(other.known) == set(consistency_nodes(77, 129))


def test_the_root_of_every_small_tree_is_that_of_the_definition() -> None:
    storage = Storage(LEAVES)
    assert [root(size, storage) for size in range(130)] == ROOTS


def refuses_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]
) -> bool:
    try:
        check_consistency(old, new, old_root, new_root, proof)
    except ProofInvalid:
        return True
    return False


def test_every_pair_of_small_trees_is_consistent_and_no_neighbour_of_its_proof_is() -> (
    None
):
    storage = Storage(LEAVES)
    for new in range(1, 66):
        for old in range(1, new + 1):
            proof = prove_consistency(old, new, storage)
            before, after = ROOTS[old], ROOTS[new]
            assert proof == subproof(old, LEAVES[:new])
            check_consistency(old, new, before, after, proof)
            assert refuses_consistency(old, new, before, after, [*proof, OTHER])
            assert refuses_consistency(old, new, before, after, [OTHER, *proof])
            assert refuses_consistency(old, new, OTHER, after, proof)
            assert refuses_consistency(old, new, before, OTHER, proof)
            for at in range(len(proof)):
                bent = [*proof[:at], OTHER, *proof[at + 1 :]]
                assert refuses_consistency(old, new, before, after, bent)
                short = [*proof[:at], *proof[at + 1 :]]
                assert refuses_consistency(old, new, before, after, short)


def test_every_tree_begins_with_the_empty_tree() -> None:
    check_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert refuses_consistency(0, 5, OTHER, ROOTS[5], [])
    assert refuses_consistency(0, 0, EMPTY_ROOT, OTHER, [])
    assert refuses_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [OTHER])


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(ProofInvalid, match="size 4 cannot extend one of size 5"):
        check_consistency(5, 4, ROOTS[5], ROOTS[4], [])

"""The right edge: what it appends and proves is what the whole tree would."""

import random

import pytest

from audits.tlog.compact import Compact, batch_proofs
from audits.tlog.hashing import EMPTY_ROOT, leaf_hash
from audits.tlog.tile import hash_tiles, split_hashes
from audits.tlog.tree import check_inclusion, prove_inclusion
from tests.audits.tlog.naive import Storage, decimal_leaves, mth

LEAVES = decimal_leaves(1100)


def test_an_empty_tree_has_the_empty_root() -> None:
    assert Compact().root() == EMPTY_ROOT
    assert Compact().append([]) == Compact()


@pytest.mark.parametrize("seed", range(5))
def test_random_batches_give_the_tree_of_the_definition(seed: int) -> None:
    dice, tree = random.Random(seed), Compact()
    while tree.size < 1000:
        batch = dice.choice([1, 2, 3, 7, 64, 100])
        tree = tree.append(LEAVES[tree.size : tree.size + batch])
        assert tree.root() == mth(LEAVES[: tree.size])


def test_every_small_batch_on_every_small_tree_proves_each_of_its_leaves() -> None:
    storage = Storage(LEAVES)
    for before in range(26):
        for added in range(1, 26):
            tree, size = Compact().append(LEAVES[:before]), before + added
            batch = batch_proofs(tree, LEAVES[before:size])
            assert batch.after == tree.append(LEAVES[before:size])
            assert batch.root == mth(LEAVES[:size]) == batch.after.root()
            for at, path in enumerate(batch.paths):
                proof = [batch.hashes[i] for i in path]
                assert proof == prove_inclusion(before + at, size, storage)
                check_inclusion(
                    before + at, size, LEAVES[before + at], batch.root, proof
                )


@pytest.mark.parametrize("before", [0, 1, 255, 256, 511, 1000003, (1 << 40) - 1])
def test_each_shared_hash_is_used_and_given_once(before: int) -> None:
    peaks = tuple(leaf_hash(b"peak %d" % i) for i in range(before.bit_count()))
    batch = batch_proofs(Compact(before, peaks), LEAVES[:100])
    used = [at for path in batch.paths for at in path]
    assert set(used) == set(range(len(batch.hashes)))
    assert len(set(batch.hashes)) == len(batch.hashes)
    for at, path in enumerate(batch.paths):
        proof = [batch.hashes[i] for i in path]
        check_inclusion(before + at, before + 100, LEAVES[at], batch.root, proof)


def test_a_batch_of_nothing_changes_nothing() -> None:
    tree = Compact().append(LEAVES[:5])
    batch = batch_proofs(tree, [])
    assert (batch.after, batch.root) == (tree, tree.root())
    assert (batch.hashes, batch.paths, batch.tile_rows) == ([], [], [])


@pytest.mark.parametrize(
    "sizes", [(0, 1), (250, 270), (0, 600), (511, 512), (256, 257)]
)
def test_a_batch_names_the_hashes_that_it_adds_to_the_tiles(
    sizes: tuple[int, int],
) -> None:
    before, after = sizes
    batch = batch_proofs(Compact().append(LEAVES[:before]), LEAVES[before:after])
    for level, row in enumerate(batch.tile_rows):
        stored = b"".join(
            data for ref, data in hash_tiles(LEAVES[:after]) if ref.level == level
        )
        assert row == split_hashes(stored)[before >> 8 * level :]
    deep = after >> 8 > before >> 8
    assert len(batch.tile_rows) == (2 if deep else 1)


def test_a_tree_is_stored_as_its_size_and_its_peaks() -> None:
    tree = Compact().append(LEAVES[:777])
    assert Compact.from_bytes(777, tree.to_bytes()) == tree


@pytest.mark.parametrize("size", [-1, 776, 779, 1024])
def test_peaks_of_another_size_are_refused(size: int) -> None:
    data = Compact().append(LEAVES[:777]).to_bytes()
    with pytest.raises(ValueError, match="peaks"):
        Compact.from_bytes(size, data)


def test_a_cut_peak_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Compact.from_bytes(1, b"short")

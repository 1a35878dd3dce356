"""What holds for every tree: small worlds whole, and others however they grew."""

from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from audits.tlog.compact import Compact, batch_proofs
from audits.tlog.consistency import check_consistency, prove_consistency
from audits.tlog.hashing import ProofInvalid
from audits.tlog.tile import hash_tiles, node_reader, split_hashes
from audits.tlog.tree import check_inclusion, prove_inclusion, root
from tests.audits.tlog.naive import Storage, decimal_leaves, mth, path, subproof

MOST = 129
LEAVES = decimal_leaves(1200)
ROOTS = [mth(LEAVES[:size]) for size in range(MOST + 1)]

sizes = st.integers(1, MOST)
hashes = st.binary(min_size=32, max_size=32)
# Small and large batches, so that tiles begin, end and are skipped within one.
splits = st.lists(
    st.one_of(st.integers(1, 5), st.integers(1, 300)), min_size=1, max_size=12
).filter(lambda batches: sum(batches) <= len(LEAVES))


def test_every_tree_to_129_leaves_is_proven_to_begin_with_each_smaller_one() -> None:
    storage = Storage(LEAVES)
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = prove_consistency(old, new, storage)
            check_consistency(old, new, ROOTS[old], ROOTS[new], proof)


def refused(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except ProofInvalid:
        return True
    return False


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_proof_that_is_changed_anywhere_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    inclusion, consistency = (
        path(index, LEAVES[:size]),
        subproof(old, LEAVES[:size]),
    )
    for proof in (inclusion, consistency):
        bent = list(proof)
        at = data.draw(st.integers(0, len(bent)))
        act = data.draw(st.sampled_from(["put", "drop", "flip", "swap"]))
        if act == "put" or not proof:
            bent.insert(at, data.draw(hashes))
        elif act == "drop":
            del bent[at - 1]
        elif act == "flip":
            bit = data.draw(st.integers(0, 255))
            changed = int.from_bytes(bent[at - 1], "big") ^ 1 << bit
            bent[at - 1] = changed.to_bytes(32, "big")
        else:
            bent.reverse()
        if bent == proof:
            continue
        if proof is inclusion:
            stated = (index, size, LEAVES[index], ROOTS[size])
            assert refused(check_inclusion, *stated, bent)
        else:
            assert refused(check_consistency, old, size, ROOTS[old], ROOTS[size], bent)


@given(splits)
@settings(max_examples=60, deadline=None)
def test_however_a_log_was_split_into_batches_its_tree_and_tiles_are_the_same(
    batches: list[int],
) -> None:
    tree = Compact()
    rows: dict[int, list[bytes]] = {}
    for end, added in zip(accumulate(batches), batches, strict=True):
        made = batch_proofs(tree, LEAVES[end - added : end])
        tree = made.after
        for level, row in enumerate(made.tile_rows):
            rows.setdefault(level, []).extend(row)
    size = sum(batches)
    assert tree.root() == made.root == mth(LEAVES[:size])
    whole: dict[int, list[bytes]] = {}
    stored = dict(hash_tiles(LEAVES[:size]))
    for ref, tile in stored.items():
        whole.setdefault(ref.level, []).extend(split_hashes(tile))
    assert rows == whole
    reader = node_reader(size, lambda refs: {ref: stored[ref] for ref in refs})
    assert root(size, reader) == tree.root()
    # The newest batch's proofs are those that the tiles give and the RFC defines.
    for at, way in enumerate(made.paths[:: max(1, batches[-1] // 4)]):
        index = size - batches[-1] + at * max(1, batches[-1] // 4)
        proof = [made.hashes[i] for i in way]
        assert proof == prove_inclusion(index, size, reader)
        assert proof == path(index, LEAVES[:size])
    before = size - batches[-1]
    if before:
        proof = prove_consistency(before, size, reader)
        assert proof == subproof(before, LEAVES[:size])
        check_consistency(before, size, mth(LEAVES[:before]), made.root, proof)

"""What others published about Merkle trees holds here too."""

import json
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from audits.tlog.compact import Compact
from audits.tlog.consistency import check_consistency, prove_consistency
from audits.tlog.hashing import (
    EMPTY_ROOT,
    HASH_SIZE,
    ProofInvalid,
    leaf_hash,
    node_hash,
)
from audits.tlog.tile import hash_tiles, node_reader
from audits.tlog.tree import check_inclusion, prove_inclusion, root
from tests.audits.tlog.naive import VECTORS, decimal_leaves

RFC6962: dict[str, Any] = json.loads((VECTORS / "merkle-rfc6962.json").read_text())
INCLUSION = json.loads((VECTORS / "merkle-inclusion.json").read_text())
CONSISTENCY = json.loads((VECTORS / "merkle-consistency.json").read_text())
SUBTREE = json.loads((VECTORS / "merkle-subtreeinclusion.json").read_text())
PREFIX = json.loads((VECTORS / "merkle-subtreeconsistency.json").read_text())

# Published as an error ("useless"); here every tree extends the empty one, as in
# c2sp.org/tlog-witness, when its root is that of the empty tree and the proof empty.
EMPTY_OLD = {
    "additional/consistency-check-on-empty-tree-size1-is-zero-is-useless",
    "additional/size1-is-zero-and-size2-is-not-zero",
}


def holds(check: Callable[..., None], *arguments: object) -> bool:
    try:
        check(*arguments)
    except ProofInvalid:
        return False
    return True


def hashes(items: list[str] | None) -> list[bytes]:
    return [b64decode(item or "") for item in items or []]


def root_of(text: str) -> bytes:
    """The root; for a placeholder ("don't care 1") a hash that stands for it."""
    data = b64decode(text or "")
    return data if len(data) == HASH_SIZE else sha256(b"placeholder" + data).digest()


@pytest.mark.parametrize("name", INCLUSION)
def test_published_inclusion_proofs_are_judged_as_published(name: str) -> None:
    case = INCLUSION[name]
    leaf, top = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    found = holds(
        check_inclusion,
        case["leafIdx"],
        case["treeSize"],
        leaf,
        top,
        hashes(case["proof"]),
    )
    assert found is not case["wantErr"]


@pytest.mark.parametrize("name", sorted(set(CONSISTENCY) - EMPTY_OLD))
def test_published_consistency_proofs_are_judged_as_published(name: str) -> None:
    case = CONSISTENCY[name]
    found = holds(
        check_consistency,
        case["size1"],
        case["size2"],
        root_of(case["root1"]),
        root_of(case["root2"]),
        hashes(case["proof"]),
    )
    assert found is not case["wantErr"]


@pytest.mark.parametrize("name", sorted(EMPTY_OLD))
def test_every_tree_extends_the_empty_one(name: str) -> None:
    case = CONSISTENCY[name]
    new_root = root_of(case["root2"])
    check_consistency(0, case["size2"], EMPTY_ROOT, new_root, [])


def test_published_proofs_within_a_subtree_are_those_of_a_tree_of_its_own() -> None:
    for name, case in SUBTREE.items():
        start, size = case["start"], case["end"] - case["start"]
        is_subtree = size > 0 and not start % (1 << (size - 1).bit_length())
        found = is_subtree and holds(
            check_inclusion,
            case["leafIdx"] - start,
            size,
            b64decode(case["leafHash"] or ""),
            b64decode(case["root"] or ""),
            hashes(case["proof"]),
        )
        assert found is not case["wantErr"], name


# Published as right, whatever the root of an empty tree; here it has its own.
ANY_ROOT = (
    "additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-"
    "tree-root-random-proof-is-empty"
)


def test_published_proofs_of_a_first_subtree_are_those_of_an_older_tree() -> None:
    """Nothing of ours makes or takes a proof of a subtree in the midst of a tree."""
    first = {name: case for name, case in PREFIX.items() if case["start"] == 0}
    assert (len(first), len(PREFIX)) == (102, 118)
    for name, case in first.items():
        found = holds(
            check_consistency,
            case["end"],
            case["size"],
            root_of(case["root1"]),
            root_of(case["root2"]),
            hashes(case["proof"]),
        )
        assert found is (not case["wantErr"] and name != ANY_ROOT), name


def test_the_published_hashes_of_leaves_and_nodes() -> None:
    assert EMPTY_ROOT.hex() == RFC6962["empty_root"]
    assert leaf_hash(b"").hex() == RFC6962["empty_leaf"]
    assert leaf_hash(b"L123456").hex() == RFC6962["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == RFC6962["node_N123_N456"]


def test_the_certificate_transparency_test_tree() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in RFC6962["ct_leaves_hex"]]
    assert [leaf.hex() for leaf in leaves] == RFC6962["ct_leaf_hashes"]
    roots = {n: Compact().append(leaves[:n]).root().hex() for n in range(9)}
    assert roots == {int(n): text for n, text in RFC6962["ct_roots"].items()}
    assert roots[8].startswith("5dc9da79")


def test_published_roots_and_proofs_of_seventy_thousand_decimal_leaves() -> None:
    leaves = decimal_leaves(70_000)
    for size, published in RFC6962["roots_decimal"].items():
        assert Compact().append(leaves[: int(size)]).root().hex() == published
    stored = dict(hash_tiles(leaves))
    reader = node_reader(70_000, lambda refs: {ref: stored[ref] for ref in refs})
    assert root(70_000, reader).hex() == RFC6962["roots_decimal"]["70000"]
    inclusion = prove_inclusion(12_345, 70_000, reader)
    assert [each.hex() for each in inclusion] == (
        RFC6962["decimal_inclusion_12345_of_70000"]
    )
    consistency = prove_consistency(65_537, 70_000, reader)
    assert [each.hex() for each in consistency] == (
        RFC6962["decimal_consistency_65537_to_70000"]
    )

"""The client's own verification against vectors that others published."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from probatum_client import ReceiptInvalid, check_proof, notes
from probatum_client.trees import EMPTY, Tiles, leaf_hash, root_from_path, tile_path

VECTORS = Path(__file__).parents[3] / "tests" / "vectors"
SMALL = VECTORS / "small-log-cps"
PROOFS = ["1", "100", "256", "300"]


def load(name):
    return json.loads((VECTORS / name).read_text())


def test_every_published_inclusion_proof_good_or_bad_is_told_apart():
    found = load("merkle-inclusion.json")
    assert len(found) > 80
    for name, case in found.items():
        path = [b64decode(text) for text in case["proof"] or []]
        leaf, root = b64decode(case["leafHash"]), b64decode(case["root"])
        try:
            led_to = root_from_path(case["leafIdx"], case["treeSize"], leaf, path)
            is_wrong = led_to != root
        except ReceiptInvalid:
            is_wrong = True
        assert is_wrong is case["wantErr"], name


def test_roots_of_the_certificate_transparency_tree():
    found = load("merkle-rfc6962.json")
    assert leaf_hash(b"L123456").hex() == found["leaf_L123456"]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in found["ct_leaves_hex"]]
    tiles = Tiles(len(leaves), lambda _path: b"".join(leaves))
    assert tiles.root(0) == EMPTY
    for size, root in found["ct_roots"].items():
        assert tiles.root(int(size)).hex() == root


def test_tiles_lie_where_the_specification_puts_them():
    for number, path in load("tile-paths.json")["index_paths"].items():
        assert tile_path(0, int(number), 256) == f"tile/0/{path}"
    assert tile_path(1, 0, 44) == "tile/1/000.p/44"


def test_a_log_that_grew_has_its_old_roots_in_its_new_tiles():
    tiles = Tiles(300, lambda path: (VECTORS / "small-log" / path).read_bytes())
    vkey = (SMALL / "vkey").read_text()
    for name in PROOFS:
        note = (SMALL / name).read_text()
        _origin, size, root = notes.read_checkpoint(note)
        assert tiles.root(size) == root
        assert notes.check_signature(note, vkey) == "valid"
    with pytest.raises(ReceiptInvalid, match="has 300 entries, not 301"):
        tiles.root(301)


def test_a_tile_of_another_length_is_refused():
    with pytest.raises(ReceiptInvalid, match="has 31 bytes instead of 32"):
        Tiles(1, lambda _path: b"x" * 31).root(1)


@pytest.mark.parametrize("name", PROOFS)
def test_proof_files_of_other_software_check(name):
    proof = (SMALL / f"{name}.tlog-proof").read_text()
    entry = (SMALL / f"{name}.leaf").read_bytes()
    vkey = (SMALL / "vkey").read_text()
    check = check_proof(proof, entry, vkey)
    assert (check.size, check.signature) == (int(name), "valid")
    with pytest.raises(ReceiptInvalid, match="are not entry"):
        check_proof(proof, entry + b" ", vkey)


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\nindex 01\n\nx"]
)
def test_what_is_no_proof_file_is_refused(text):
    with pytest.raises(ReceiptInvalid):
        check_proof(text, b"")


@pytest.mark.parametrize("has_library", [True, False])
def test_signatures_by_other_software_check_with_and_without_the_library(
    monkeypatch, has_library
):
    monkeypatch.setattr(notes, "HAS_CRYPTOGRAPHY", has_library)
    for name in ("c2sp_example", "x_mod_peterneumann"):
        case = load("notes.json")[name]
        assert notes.check_signature(case["note"], case["vkey"]) == "valid"
        with pytest.raises(ReceiptInvalid, match="is not valid"):
            notes.check_signature("Not so. " + case["note"], case["vkey"])


def test_a_note_is_signed_by_any_of_the_keys_that_a_log_has_had():
    old, other = (load("notes.json")[n] for n in ("c2sp_example", "x_mod_peterneumann"))
    both = [other["vkey"], old["vkey"]]
    assert notes.check_signature(old["note"], both) == "valid"
    with pytest.raises(ReceiptInvalid, match="is not signed by"):
        notes.check_signature(old["note"], [other["vkey"]])
    with pytest.raises(ReceiptInvalid, match="is not valid"):
        notes.check_signature("Not so. " + old["note"], both)


@pytest.mark.parametrize("size", ["05", "+5", " 5", "5_0", "-1", "٥", "5.0", "9" * 19])
def test_a_number_has_one_spelling(size):
    note = f"log.example\n{size}\n{'A' * 43}=\n\n\u2014 log.example AAAA\n"
    with pytest.raises(ReceiptInvalid, match="origin, size and root"):
        notes.read_checkpoint(note)


def test_a_key_that_anybody_can_sign_for_is_refused():
    point = (b"\1" + b"\0" * 31).hex()  # of small order
    key = notes.ED25519 + bytes.fromhex(point)
    key_id = notes.hashlib.sha256(b"log.example\n" + key).digest()[:4].hex()
    vkey = f"log.example+{key_id}+{notes.b64encode(key).decode()}"
    with pytest.raises(ReceiptInvalid, match="not a safe Ed25519 key"):
        notes.check_signature("text\n\n\u2014 log.example AAAA\n", vkey)

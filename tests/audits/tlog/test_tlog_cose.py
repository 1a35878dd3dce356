"""COSE receipts: what others made and accept, and nothing but canonical CBOR."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st
from scitt_cose import verify_receipt

from audits.tlog import cbor, cose, note
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import Verifier, parse_vkey
from tests.audits.tlog.naive import VECTORS, mth, path, signer, subproof

MADE = json.loads((VECTORS / "cose-receipt.json").read_text())
LOG = signer("log.example/test", sha256(b"log").digest())
VKEY = parse_vkey(note.vkey(LOG.name, LOG.public))
ENTRIES = [bytes.fromhex(each) for each in MADE["entries_hex"]]
LEAVES = [leaf_hash(each) for each in ENTRIES]


def receipt(proof: cose.Proof, root: bytes) -> bytes:
    protected = cose.protected_header(VKEY)
    value = LOG.sign(cose.to_be_signed(protected, root))
    return cose.Receipt(protected, proof, value).to_bytes()


def inclusion(index: int, size: int) -> bytes:
    leaves = LEAVES[:size]
    proof = cose.Inclusion(size, index, tuple(path(index, leaves)))
    return receipt(proof, mth(leaves))


def test_a_receipt_of_another_make_holds_here() -> None:
    key = load_pem_public_key(MADE["log_public_key_pem"].encode())
    public = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    log = Verifier("log.example/test", note.ED25519, public)
    found = cose.parse(bytes.fromhex(MADE["receipt_hex"]))
    where = cose.check_entry(found, ENTRIES[MADE["index"]], log)
    assert (where.index, where.size) == (MADE["index"], len(ENTRIES))
    for entry in ENTRIES[:3]:
        with pytest.raises(ProofInvalid, match="did not sign"):
            cose.check_entry(found, entry, log)


@pytest.mark.parametrize("size", [2, 3, 5, 7])
def test_our_receipts_hold_elsewhere(size: int) -> None:
    for index in range(size):
        data = inclusion(index, size)
        said = verify_receipt(
            data,
            leaf_entry_hex=ENTRIES[index].hex(),
            log_public_key_pem=MADE["log_public_key_pem"],
        )
        assert said.ok, said.errors
        assert (said.tree_size, said.leaf_index) == (size, index)
        assert said.issuer == LOG.name
        assert cose.check_entry(cose.parse(data), ENTRIES[index], VKEY).index == index


def test_a_receipt_of_growth_binds_two_roots() -> None:
    for old, new in pairwise(range(1, len(LEAVES) + 1)):
        hashes = tuple(subproof(old, LEAVES[:new]))
        roots = mth(LEAVES[:old]), mth(LEAVES[:new])
        data = receipt(cose.Consistency(old, new, hashes), roots[1])
        cose.check_growth(cose.parse(data), roots, VKEY)
        with pytest.raises(ProofInvalid):
            cose.check_growth(cose.parse(data), roots[::-1], VKEY)
        with pytest.raises(ProofInvalid):
            cose.check_entry(cose.parse(data), ENTRIES[0], VKEY)


def test_a_changed_receipt_never_crashes_and_proves_nothing_false() -> None:
    """RFC 9942 signs the root alone: a tree of 6 or 8 has the same path to entry 3."""
    data, held = inclusion(3, 7), set()
    for at in range(len(data)):
        for changed in (data[:at], data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
            try:
                where = cose.check_entry(cose.parse(changed), ENTRIES[3], VKEY)
                held.add((where.index, where.size))
            except ProofInvalid:
                continue
    assert held == {(3, 6)}


def test_what_a_receipt_signs_is_never_what_a_note_signs() -> None:
    signed = cose.to_be_signed(cose.protected_header(VKEY), mth(LEAVES))
    assert signed == cbor2.dumps(
        ["Signature1", cose.protected_header(VKEY), b"", mth(LEAVES)]
    )
    with pytest.raises(UnicodeDecodeError):
        signed.decode()
    with pytest.raises(ValueError, match="32 bytes"):
        cose.to_be_signed(cose.protected_header(VKEY), b"anything else")


VALUES = st.recursive(
    st.integers(-(1 << 63), (1 << 64) - 1) | st.binary() | st.text() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=30)
        | st.dictionaries(st.integers(-(1 << 40), 1 << 40), inner, max_size=30)
    ),
    max_leaves=20,
)


def plain(value: object) -> object:
    """As lists and dictionaries, whatever the library makes of them."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


@given(VALUES)
def test_our_cbor_is_that_of_a_second_library(value: object) -> None:
    data = cbor.encode(value)
    assert plain(cbor2.loads(data)) == value
    assert len(data) == len(cbor2.dumps(value, canonical=True))
    with suppress(ProofInvalid):  # nested too deeply for a receipt
        assert cbor.decode(data) == value


@given(st.binary(max_size=40))
def test_any_other_bytes_are_refused_or_canonical(data: bytes) -> None:
    with suppress(ProofInvalid):
        assert len(cbor.encode(cbor.decode(data))) == len(data)

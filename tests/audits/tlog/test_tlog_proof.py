"""The receipt that is handed out, and the bundle that goes with it."""

import json

import pytest

from audits.tlog import bundle, proof
from audits.tlog.commitment import check_commitment, commit, part_salt
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_vkey
from tests.audits.tlog import evidence
from tests.audits.tlog.naive import VECTORS

LOG = parse_vkey(evidence.VKEY)
CPS = VECTORS / "small-log-cps"


@pytest.mark.parametrize("size", [1, 100, 256, 300])
def test_published_proofs_hold_and_are_written_back_byte_for_byte(size: int) -> None:
    data = (CPS / f"{size}.tlog-proof").read_bytes()
    log, witness = (parse_vkey((CPS / n).read_text()) for n in ("vkey", "witness"))
    found = proof.parse(data)
    entry = (CPS / f"{size}.leaf").read_bytes()
    opened = proof.check(found, entry, log, [witness])
    assert opened.checkpoint.size == size
    assert len(opened.note.verified) == 2
    assert found.to_bytes() == data
    with pytest.raises(ProofInvalid, match="lead to root"):
        proof.check(found, entry + b" ", log)


def test_extra_bytes_travel_along() -> None:
    plain = proof.parse(evidence.proof(7))
    extra = proof.TlogProof(plain.index, plain.path, plain.note, b"any bytes\x00")
    assert b"\nextra YW55" in extra.to_bytes()
    assert proof.parse(extra.to_bytes()) == extra
    proof.check(extra, evidence.ALL[7], LOG)


DATA = evidence.proof(7)
HEAD = DATA.split(b"\n\n")[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "begins with the line"),
        (DATA.replace(b"@v1", b"@v2", 1), "begins with the line"),
        (HEAD + b"\n", "has an empty line before"),
        (DATA.replace(b"\n", b"\r\n"), "control character"),
        (DATA.replace(b"index 7", b"index 07"), "not a plain decimal"),
        (DATA.replace(b"index 7", b"index -7"), "not a plain decimal"),
        (DATA.replace(b"index 7\n", b""), "no index line"),
        (DATA.replace(b"index 7", b"extra !\nindex 7"), "not base64"),
        (DATA.replace(b"index 7", b"index 7\nAAAA"), "hash 0 of the proof has 3"),
        (DATA.replace(b"index 7", b"index 7\nindex 7"), "hash 0 of the proof is not"),
        (b"x" * (2 << 20), "at most"),
    ],
)
def test_a_malformed_proof_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        proof.parse(data)


def test_no_single_byte_of_a_proof_can_change() -> None:
    entry = evidence.ALL[7]
    proof.check(proof.parse(DATA), entry, LOG)
    # Each try costs a signature check, so every seventh byte of the hashes is bent.
    places = [*range(40), *range(40, len(HEAD), 7), *range(len(HEAD), len(DATA), 43)]
    for at in places:
        bent = bytearray(DATA)
        bent[at] ^= 1
        with pytest.raises(ProofInvalid):
            proof.check(proof.parse(bytes(bent)), entry, LOG)


def test_a_commitment_hides_behind_its_salt_and_binds_its_payload() -> None:
    salt = part_salt(b"\x05" * 32, "input")
    made = commit(salt, b"payload")
    assert made.hex() == (
        "5c37b22638a53269865883656f8d12ac5cfdc2b36a8c3cd2b3b48fa78cfccd58"
    )
    check_commitment(salt, b"payload", made)
    assert salt != part_salt(b"\x05" * 32, "output")
    for other in ((salt, b"Payload"), (part_salt(b"\x06" * 32, "input"), b"payload")):
        with pytest.raises(ProofInvalid, match="the entry holds"):
            check_commitment(*other, made)
    with pytest.raises(ProofInvalid, match="32 bytes"):
        check_commitment(salt[:-1], salt[-1:] + b"payload", made)
    for short in (lambda: commit(b"", b""), lambda: part_salt(b"", "input")):
        with pytest.raises(ValueError, match="32 bytes, found 0"):
            short()


def test_a_bundle_is_read_back_as_it_was_written() -> None:
    made = evidence.event_bundle(7, "input", "output")
    assert bundle.parse(made.to_bytes()) == made


def test_disclosed_parts_are_compared_and_the_others_are_named() -> None:
    found = bundle.disclose(evidence.ALL[7], evidence.parts(7, "output"))
    assert found.held == ["part 'output' (9 bytes)"]
    assert found.faults == []
    assert found.undisclosed == ["part 'input'"]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (bundle.Part("output", evidence.salt(7, "output"), b'"granted"'), "commitment"),
        (bundle.Part("output", evidence.salt(7, "output"), b"x"), "has 1 bytes"),
        (bundle.Part("output", evidence.salt(8, "output"), b'"refused"'), "commitment"),
        (bundle.Part("output", b"short", b'"refused"'), "32 bytes"),
        (bundle.Part("reason", bytes(32), b"why"), "no .other. part 'reason'"),
    ],
)
def test_a_part_that_the_entry_did_not_commit_to_is_named(
    part: bundle.Part, reason: str
) -> None:
    (fault,) = bundle.disclose(evidence.ALL[7], [part]).faults
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(fault)


def test_a_part_disclosed_twice_is_one_too_many() -> None:
    found = bundle.disclose(evidence.ALL[7], evidence.parts(7, "input", "input"))
    assert found.faults == ["the entry commits to no (other) part 'input'"]


@pytest.mark.parametrize(
    "entry", [b"no json", b'{"pay":{}}', b'{"pay":[1]}', b"[]", b'{"a":1,"a":2}']
)
def test_an_entry_without_a_list_of_commitments_discloses_nothing(entry: bytes) -> None:
    with pytest.raises(ProofInvalid, match="the entry"):
        bundle.disclose(entry, [])


@pytest.mark.parametrize("com", [7, "xyz", None])
def test_a_commitment_that_is_no_hex_is_none(com: object) -> None:
    entry = json.dumps({"pay": [{"role": "input", "com": com, "len": 1}]}).encode()
    (fault,) = bundle.disclose(entry, [bundle.Part("input", bytes(32), b"x")]).faults
    assert "is none" in fault


GOOD = evidence.event_bundle(7, "input").to_bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'"text"', 'no text under "format"'),
        (GOOD.replace(b"bundle-v1", b"bundle-v3"), "format is not"),
        (GOOD.replace(b'"index": 7', b'"index": true'), "no entry number"),
        (GOOD.replace(b'"index": 7', b'"index": 7.0'), "no entry number"),
        (GOOD.replace(b'"index": 7', b'"index": 7, "index": 7'), "same key twice"),
        (GOOD.replace(b'"index": 7', b'"index": 7, "more": 7'), "unknown keys: more"),
        (GOOD.replace(b'"entry": "', b'"entry": "!'), '"entry" of the bundle is not'),
        (GOOD.replace(b'"proof": "', rb'"proof": "\ud800'), "not Unicode"),
        (GOOD.replace(b'"role"', b'"rule"'), 'part 0 has no text under "role"'),
    ],
)
def test_a_malformed_bundle_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        bundle.parse(data)

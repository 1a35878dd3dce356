"""Signed notes and checkpoints: what is accepted, and what never is."""

import json
from base64 import b64decode, b64encode

import pytest

from audits.tlog import checkpoint
from audits.tlog.checkpoint import Checkpoint, open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid
from audits.tlog.note import (
    Note,
    Signature,
    open_note,
    parse_note,
    parse_vkey,
    sign,
    vkey,
)
from audits.tlog.tile import split_hashes
from tests.audits.tlog.naive import VECTORS, signer

NOTES = json.loads((VECTORS / "notes.json").read_text())
KEY = signer("log.example/a")
VERIFIER = parse_vkey(vkey(KEY.name, KEY.public))
NOTE = sign(Checkpoint("log.example/a", 3, b"\x09" * 32).text(), [KEY])
GREASE = [
    Signature(f"grease.example/{n}", bytes([n] * 4), b"?" * n) for n in range(1, 17)
]


@pytest.mark.parametrize("name", ["c2sp_example", "x_mod_peterneumann"])
def test_published_notes_open_with_their_published_keys(name: str) -> None:
    case = NOTES[name]
    opened = open_note(case["note"].encode(), [parse_vkey(case["vkey"])])
    assert opened.text == case["note"].split("\n\n")[0] + "\n"
    assert len(opened.verified) == 1


def test_keys_have_their_published_spelling() -> None:
    for each, kind in (("log", 1), ("witness", 4)):
        case = NOTES[each]
        public = bytes.fromhex(case["public_hex"])
        assert vkey(case["name"], public, kind) == case["vkey"]
        assert parse_vkey(case["vkey"]).key_id.hex() == case["key_id"]


def test_a_checkpoint_and_its_cosignature_open_together() -> None:
    log, witness = (parse_vkey(NOTES[each]["vkey"]) for each in ("log", "witness"))
    opened = open_checkpoint(NOTES["checkpoint"].encode(), log, [witness])
    assert opened.checkpoint.text() == NOTES["checkpoint_body"]
    assert opened.note.times == {witness.name: NOTES["witness"]["timestamp"]}
    assert opened.note.unknown == ()


def test_a_real_cosigned_checkpoint_states_the_root_of_its_tiles() -> None:
    log = VECTORS / "sunlight-mirror-300"
    mirror = parse_vkey((log / "mirror.vkey").read_text())
    opened = open_note((log / "checkpoint").read_bytes(), [mirror])
    stored = (log / "tile/0/000").read_bytes() + (log / "tile/0/001.p/44").read_bytes()
    stated = checkpoint.parse(opened.text)
    assert stated.root == Compact().append(split_hashes(stored)).root()
    with pytest.raises(ProofInvalid, match="is of log"):
        open_checkpoint((log / "checkpoint").read_bytes(), mirror)


def test_what_we_sign_has_the_published_bytes() -> None:
    case = NOTES["log"]
    key = signer(case["name"], bytes.fromhex(case["seed_hex"]))
    ours = sign(NOTES["checkpoint_body"], [key])
    assert NOTES["checkpoint"].startswith(str(ours))
    assert parse_note(ours.to_bytes()) == ours


def test_the_text_ends_at_the_last_empty_line() -> None:
    made = sign("one\n\n— not a signature\n\ntwo\n", [KEY])
    assert open_note(made.to_bytes(), [VERIFIER]).text == made.text


def test_signatures_by_unknown_keys_are_ignored_and_reported() -> None:
    greased = Note(NOTE.text, (*GREASE, *NOTE.signatures))
    opened = open_note(greased.to_bytes(), [VERIFIER])
    assert len(greased.signatures) == 17
    assert opened.verified == NOTE.signatures
    assert opened.unknown == tuple(GREASE)


def test_a_bad_signature_by_a_known_key_spoils_the_note() -> None:
    good = NOTE.signatures[0]
    bad = Signature(good.name, good.key_id, good.value[:-1] + b"\x00")
    for signatures in ((bad,), (good, bad), (bad, good)):
        with pytest.raises(ProofInvalid, match="does not match the text"):
            open_note(Note(NOTE.text, signatures).to_bytes(), [VERIFIER])


def test_a_cosignature_of_another_text_is_refused() -> None:
    log, witness = (parse_vkey(NOTES[each]["vkey"]) for each in ("log", "witness"))
    body = NOTES["checkpoint_body"].replace("300", "301")
    signed = parse_note(NOTES["checkpoint"].encode())
    with pytest.raises(ProofInvalid, match="signature of witness"):
        open_checkpoint(Note(body, signed.signatures[1:]).to_bytes(), log, [witness])


def test_a_note_that_only_strangers_signed_is_refused_and_names_them() -> None:
    note = Note(NOTE.text, tuple(GREASE)).to_bytes()
    with pytest.raises(ProofInvalid, match=r"no signature by log\.example/a.*grease"):
        open_note(note, [VERIFIER])


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    log, witness = (parse_vkey(NOTES[each]["vkey"]) for each in ("log", "witness"))
    signed = parse_note(NOTES["checkpoint"].encode())
    note = Note(signed.text, signed.signatures[1:]).to_bytes()
    with pytest.raises(ProofInvalid, match=r"not signed by the log log\.example/test"):
        open_checkpoint(note, log, [witness])


TEXT = NOTE.to_bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no empty line"),
        (NOTE.text.encode(), "no empty line"),
        (NOTE.text.encode() + b"\n", "does not end in LF|not a signature line"),
        (TEXT[:-1], "does not end in LF"),
        (TEXT + b"\n", "not a signature line|does not end"),
        (TEXT.replace(b"\n", b"\r\n"), "control character 0x0d"),
        (TEXT.replace(b"log", b"l\tg", 1), "control character 0x09"),
        (TEXT.replace(b"log", b"l\xffg", 1), "not UTF-8 at byte 1"),
        (TEXT.replace("—".encode(), b"-"), "not a signature line"),
        (TEXT.replace(b" log", b"  log"), "not a signature line"),
        (TEXT.replace(b" log", b" l+g"), "not a signature line"),
        (TEXT[:-2] + b" \n", "not base64"),
        (NOTE.text.encode() + b"\n" + "— a AAAA\n".encode(), "too short"),
        (b"x" * (1 << 20) + TEXT, "at most"),
        (Note(NOTE.text, NOTE.signatures * 101).to_bytes(), "more than 100"),
    ],
)
def test_a_malformed_note_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        open_note(data, [VERIFIER])


def test_base64_has_one_spelling() -> None:
    line = NOTE.signatures[0].line().split()[2]
    data = b64decode(line)
    assert line.endswith("=")
    assert not line.endswith("==")
    other = line[:-2] + chr(ord(line[-2]) + 1) + "="
    assert b64decode(other) == data != b64encode(data)
    with pytest.raises(ProofInvalid, match="not canonical base64"):
        parse_note(TEXT.replace(line.encode(), other.encode()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\n1\n", "a line"),
        ("", "a line"),
        ("a\n01\n" + "A" * 43 + "=\n", "not a plain decimal"),
        ("a\n-1\n" + "A" * 43 + "=\n", "not a plain decimal"),
        ("a\n+1\n" + "A" * 43 + "=\n", "not a plain decimal"),
        ("a\n１\n" + "A" * 43 + "=\n", "not a plain decimal"),
        ("a\n9223372036854775808\n" + "A" * 43 + "=\n", "not a plain decimal"),
        ("a\n1\nAAAA\n", "3 bytes"),
        ("\n1\n" + "A" * 43 + "=\n", "empty line"),
        ("a\n1\n" + "A" * 43 + "=\n\n", "empty line"),
        ("a\n1\n" + "A" * 43 + "=", "a line"),
        ("a\n0\n" + "A" * 43 + "=\n", "size 0"),
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        checkpoint.parse(text)


def test_an_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint("log.example/a", 0, EMPTY_ROOT)
    assert checkpoint.parse(empty.text()) == empty


def test_extension_lines_are_kept() -> None:
    stated = Checkpoint("a", 1, b"\x01" * 32, ("one", "two"))
    assert checkpoint.parse(stated.text()) == stated


@pytest.mark.parametrize(
    "bad",
    [("", 1, b"\x01" * 32), ("a\nb", 1, b"\x01" * 32), ("a", -1, b""), ("a", 1, b"")],
)
def test_no_checkpoint_is_made_that_cannot_be_read(bad: tuple[str, int, bytes]) -> None:
    with pytest.raises(ValueError, match=r"single lines|root of 32 bytes"):
        Checkpoint(*bad)


@pytest.mark.parametrize("text", ["no line feed", "a\tb\n", ""])
def test_no_note_is_signed_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="ends in LF"):
        sign(text, [KEY])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\x01b"])
def test_a_key_name_must_fit_a_signature_line(name: str) -> None:
    with pytest.raises(ValueError, match="no spaces"):
        vkey(name, KEY.public)


GOOD = vkey(KEY.name, KEY.public)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a verifier key"),
        ("log.example/a", "not a verifier key"),
        (GOOD.replace("log", "lag"), "copied with a mistake"),
        (GOOD.replace("+", "+0", 1), "copied with a mistake"),
        (GOOD[:-4], "no safe Ed25519 key|not base64"),
        ("a+00000000+AgAA", "type ECDSA cannot be checked"),
        ("a+00000000+Bgxx", "type ML-DSA-44 cannot be checked"),
        ("a+00000000+Agggg", "not base64"),
        ("a+00000000+AQ" + "A" * 42, "no safe Ed25519 key|not canonical"),
    ],
)
def test_a_key_that_cannot_be_used_says_why(text: str, reason: str) -> None:
    with pytest.raises(ProofInvalid, match=reason):
        parse_vkey(text)


def test_a_key_of_small_order_gets_no_verifier_key() -> None:
    with pytest.raises(ValueError, match="full order"):
        vkey("a", b"\x01" + bytes(31))

"""Being a witness: the recorded transcript of another one, races, and set-backs."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from audits.anchors import api
from audits.anchors.keys import witnessed_logs, witnesses
from audits.anchors.models import Witnessed
from audits.anchors.throttle import Bucket
from audits.log.keys import witness_vkey
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.note import parse_note, parse_vkey
from audits.tlog.witness import AddCheckpoint, parse_cosignatures
from tests.audits.tlog.naive import decimal_leaves, mth, signer, subproof

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
TRANSCRIPT = json.loads((VECTORS / "witness-transcript.json").read_text())
THEIRS = (VECTORS / "witness-transcript.vkey").read_text().strip()
LOG = json.loads((VECTORS / "notes.json").read_text())["log"]["vkey"]
MINE = signer("log.example/mine")
LEAVES = decimal_leaves(40)
OTHERS = [sha256(leaf).digest() for leaf in LEAVES]


@pytest.fixture(autouse=True)
def _witness(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.SIGNER_DIR = tmp_path / "signer"
    settings.WITNESS_FOR = [LOG, note.vkey(MINE.name, MINE.public)]
    settings.WITNESS_NAME = "witness.example/ours"
    monkeypatch.setattr(api, "requests", Bucket(rate=1000, most=1000))


def ask(body: bytes) -> Any:
    address = "/witness/add-checkpoint"
    return Client().post(address, body, content_type="text/plain")


def step(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    """The request of our log to go from one size to another."""
    text = Checkpoint(MINE.name, new, mth(leaves[:new])).text()
    proof = subproof(old, leaves[:new]) if 0 < old < new else []
    signed = note.sign(text, [MINE]).to_bytes()
    return AddCheckpoint(old, tuple(proof), signed).to_bytes()


def time_in(answer: bytes, request: bytes, vkey: str | None = None) -> int:
    """The time of our, or their, good cosignature in the answer to the request."""
    text = parse_note(request.partition(b"\n\n")[2]).text
    key = parse_vkey(vkey or witness_vkey())
    [(_line, at)] = parse_cosignatures(answer, text, key)
    return at


def test_the_transcript_of_another_witness_is_answered_alike(db: None) -> None:
    for each in TRANSCRIPT:
        request = each["request"].encode()
        answer = ask(request)
        assert answer.status_code == each["status"], each["name"]
        assert answer["Content-Type"] == each["content_type"], each["name"]
        if each["status"] == 409:
            assert answer.content.decode() == each["response"], each["name"]
        if each["status"] == 200:
            assert time_in(answer.content, request) > 0, each["name"]
            theirs = each["response"].encode()
            assert time_in(theirs, request, THEIRS) > 0, each["name"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n", 400),
        (b"old 00\n\n" + step(0, 3).partition(b"\n\n")[2], 400),
        (b"old -1\n\n" + step(0, 3).partition(b"\n\n")[2], 400),
        (b"old 0\nnot base64\n\n" + step(0, 3).partition(b"\n\n")[2], 400),
        (step(0, 3).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 422),
        (step(0, 3).replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 64), 400),
        (step(0, 3).replace(b"\n3\n", b"\n4\n"), 403),
        (step(0, 3).replace(b"log.example/mine", b"log.example/else"), 404),
        (step(0, 3) + b"x" * 200_000, 400),
        (b"\xff\xfe", 400),
    ],
)
def test_what_is_malformed_or_unproven_gets_no_cosignature(
    db: None, body: bytes, status: int
) -> None:
    assert ask(body).status_code == status
    assert not Witnessed.objects.exists()


def test_an_empty_log_states_the_empty_tree_or_is_refused(db: None) -> None:
    false = Checkpoint(MINE.name, 1, b"\1" * 32).text().replace("\n1\n", "\n0\n")
    body = AddCheckpoint(0, (), note.sign(false, [MINE]).to_bytes()).to_bytes()
    assert ask(body).status_code == 422
    assert ask(step(0, 0)).status_code == 200


def test_a_log_is_cosigned_as_it_grows_and_never_forked_or_set_back(db: None) -> None:
    for old, new in ((0, 3), (3, 3), (3, 17), (17, 40)):
        request = step(old, new)
        assert time_in(ask(request).content, request) > 0
    assert ask(step(40, 40, OTHERS)).status_code == 422
    answer = ask(step(3, 17, OTHERS))
    assert (answer.status_code, answer.content) == (409, b"40\n")
    assert answer["Content-Type"] == "text/x.tlog.size"
    assert ask(step(40, 17)).status_code == 400
    assert Witnessed.objects.get(origin=MINE.name).size == 40


def test_whoever_watches_gets_the_newest_cosigned_checkpoint(db: None) -> None:
    address = f"/witness/{sha256(MINE.name.encode()).hexdigest()}/checkpoint"
    assert Client().get(address).status_code == 404
    ask(step(0, 3))
    ask(step(3, 17))
    keys = [parse_vkey(note.vkey(MINE.name, MINE.public)), parse_vkey(witness_vkey())]
    opened = note.open_note(Client().get(address).content, keys)
    assert opened.text.split("\n")[1] == "17"
    assert set(opened.times) == {"witness.example/ours"}


def test_of_two_histories_at_once_only_one_is_cosigned(own_database: str) -> None:
    def one(leaves: list[bytes]) -> int:
        try:
            return int(ask(step(0, 17, leaves)).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one, [LEAVES, OTHERS] * 8))
    assert statuses.count(200) == 1
    assert set(statuses) == {200, 409}


def test_what_was_cosigned_is_not_forgotten(own_database: str, owner_url: str) -> None:
    ask(step(0, 17))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for change in (
            "UPDATE audits_witnessed SET size = 3",
            "UPDATE audits_witnessed SET root = sha256(root)",
            "DELETE FROM audits_witnessed",
            "TRUNCATE audits_witnessed",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(change)


def test_too_many_requests_at_once_are_told_to_wait(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "requests", Bucket(rate=0, most=2))
    answers = [ask(b"") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert answers[2]["Retry-After"] == "1"


def test_nobody_s_witness_knows_no_log(db: None, settings: Any) -> None:
    settings.WITNESS_FOR = []
    assert ask(step(0, 3)).status_code == 404


def test_a_wrong_key_in_the_settings_is_said_by_name(settings: Any) -> None:
    ours = witness_vkey()
    settings.WITNESS_FOR = [LOG.replace("33037dd5", "33037dd6")]
    with pytest.raises(ImproperlyConfigured, match=r"WITNESS_FOR.*log.example/test"):
        witnessed_logs()
    settings.WITNESSES = [f"https://witness.example {ours}"]
    with pytest.raises(ImproperlyConfigured, match="is this installation"):
        witnesses()
    settings.WITNESS_FOR = [ours]
    with pytest.raises(ImproperlyConfigured, match="another type"):
        witnessed_logs()

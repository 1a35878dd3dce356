"""`verify`, run as a stranger runs it: one file, isolated, nothing installed."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from audits.tlog import note
from audits.tlog.zipapp_build import build_verifier
from tests.audits.tlog import evidence
from tests.audits.tlog.evidence import VKEY, run, run_here
from tests.audits.tlog.naive import VECTORS, signer

CPS = VECTORS / "small-log-cps"


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    (tmp_path / "entry").write_bytes(evidence.ALL[7])
    (tmp_path / "proof").write_bytes(evidence.proof(7))
    return tmp_path / "proof"


def verify(verifier: Path, *arguments: object, vkey: str = VKEY) -> evidence.Outcome:
    return run(verifier, "verify", *arguments, "--vkey", vkey, "--json")


def here(*arguments: object, vkey: str = VKEY) -> evidence.Outcome:
    return run_here("verify", *arguments, "--vkey", vkey, "--json")


def test_a_receipt_holds(verifier: Path, receipt: Path) -> None:
    entry = receipt.parent / "entry"
    found = run(verifier, "verify", receipt, "--vkey", VKEY, "--entry", entry)
    assert found.status == 0, found.err
    assert "holds       the entry" in found.out
    assert found.out.endswith("The evidence holds.\n")


def test_a_published_receipt_holds_and_its_cosignature_is_checked_on_request(
    verifier: Path,
) -> None:
    arguments = [CPS / "300.tlog-proof", "--entry", CPS / "300.leaf"]
    alone = verify(verifier, *arguments, vkey=str(CPS / "vkey"))
    assert alone.status == 0
    assert "witness.example/w1" in alone.report["not_checked"][0]
    both = verify(
        verifier, *arguments, "--witness", CPS / "witness", vkey=str(CPS / "vkey")
    )
    assert both.status == 0
    assert both.report["not_checked"] == []
    assert "2023-11-14T22:18:20Z" in both.report["held"][1]


@pytest.mark.parametrize("file", ["entry", "proof"])
def test_a_changed_byte_is_found_and_named(
    verifier: Path, receipt: Path, file: str
) -> None:
    evidence.flip(receipt.parent / file, 30)
    found = verify(verifier, receipt, "--entry", receipt.parent / "entry")
    assert found.status == 1
    assert [where for where, _ in found.faults] == [str(receipt)]


def test_another_key_is_refused(verifier: Path, receipt: Path) -> None:
    other = signer(evidence.ORIGIN, b"\x08" * 32)
    found = verify(
        verifier,
        receipt,
        "--entry",
        receipt.parent / "entry",
        vkey=note.vkey(other.name, other.public),
    )
    assert found.status == 1
    assert "no signature by" in found.faults[0][1]


def test_a_bundle_holds_with_its_parts(verifier: Path, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(evidence.event_bundle(7, "input").to_bytes())
    found = verify(verifier, file)
    assert found.status == 0, found.out
    assert (
        "part 'input' (18 bytes) is what the entry committed to"
        in (found.report["held"])
    )
    assert found.report["not_checked"] == ["part 'output': not disclosed"]


def test_a_bundle_that_lies_about_itself_is_refused_in_each_point(
    tmp_path: Path,
) -> None:
    file = tmp_path / "event.json"
    made = json.loads(evidence.event_bundle(7, "input").to_bytes())
    other = signer("log.example/other", b"\x08" * 32)
    made |= {"index": 8, "log": "log.example/other"}
    made["vkey"] = note.vkey(other.name, other.public)
    made["parts"][0]["data"] = "QUJD"
    file.write_text(json.dumps(made))
    found = here(file)
    assert found.status == 1
    wheres = [where.removeprefix(str(file)).strip() for where, _ in found.faults]
    assert wheres == ['"log"', '"vkey"', '"index"', '"parts"']


def test_payload_files_are_compared_with_the_entry(receipt: Path) -> None:
    made = json.loads(evidence.event_bundle(7, "input", "output").to_bytes())["parts"]
    good, bad = receipt.parent / "good.json", receipt.parent / "bad.json"
    good.write_text(json.dumps(made[0]))
    bad.write_text(json.dumps([made[1] | {"role": "input"}]))
    arguments = [receipt, "--entry", receipt.parent / "entry", "--payload", good]
    assert here(*arguments).status == 0
    found = here(*arguments, "--payload", bad)
    assert found.status == 1
    assert found.faults[0][1] == "the entry commits to no (other) part 'input'"


@pytest.mark.parametrize("old", [0, 1, 256, 300, 600])
def test_a_saved_checkpoint_is_the_beginning_of_a_newer_one(
    tmp_path: Path, log: Path, old: int
) -> None:
    for size in (old, 600):
        (tmp_path / str(size)).write_bytes(evidence.checkpoint(size))
    (tmp_path / "hashes").write_text(evidence.consistency(old, 600))
    pair = (tmp_path / str(old), tmp_path / "600")
    for given in (("--proof", tmp_path / "hashes"), ("--log", log)):
        found = here(*pair, *given)
        assert found.status == 0, found.out
        assert f"begins with the log of size {old}" in found.report["held"][-1]


def test_a_log_that_rewrote_its_past_is_caught(tmp_path: Path, log: Path) -> None:
    other = note.sign(
        evidence.Checkpoint(evidence.ORIGIN, 300, b"\x01" * 32).text(), [evidence.KEY]
    )
    twin = note.sign(
        evidence.Checkpoint(evidence.ORIGIN, 300, b"\x02" * 32).text(), [evidence.KEY]
    )
    (tmp_path / "other").write_bytes(other.to_bytes())
    (tmp_path / "twin").write_bytes(twin.to_bytes())
    past = here(tmp_path / "other", log / "checkpoint", "--log", log)
    assert past.status == 1
    assert "for the old tree of size 300" in past.faults[0][1]
    fork = here(tmp_path / "other", tmp_path / "twin", "--log", log)
    assert "the log has signed two histories" in fork.faults[0][1]
    turned = here(log / "checkpoint", tmp_path / "other", "--log", log)
    assert "give the older one first" in turned.faults[0][1]


def test_a_consistency_proof_must_be_hashes_in_lines(tmp_path: Path, log: Path) -> None:
    (tmp_path / "old").write_bytes(evidence.checkpoint(300))
    (tmp_path / "hashes").write_text(evidence.consistency(300, 600)[:-1])
    pair = (tmp_path / "old", log / "checkpoint")
    cut = here(*pair, "--proof", tmp_path / "hashes")
    assert "does not end in LF" in cut.faults[0][1]
    evidence.flip(log / "tile/0/001", 100)
    missing = here(*pair, "--log", log)
    assert missing.status == 1


def test_a_checkpoint_alone_can_be_checked(log: Path) -> None:
    assert here(log / "checkpoint").status == 0
    evidence.flip(log / "checkpoint", 40)
    assert here(log / "checkpoint").status == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "arguments are required"),
        (["/no/such/file"], "cannot read /no/such/file"),
        (["PROOF"], "give its file with --entry"),
        (["PROOF", "PROOF"], "need --log FOLDER|URL, or else --proof FILE"),
        (["PROOF", "PROOF", "PROOF"], "one file, or an old and a new"),
        (["BUNDLE", "--entry", "PROOF"], "holds its entry and its payload itself"),
        (["PROOF", "PROOF", "--log", "http://a/", "--header", "x"], "'Name: value'"),
        (["PROOF", "PROOF", "--log", "ftp://a/"], "only http and https"),
        (["PROOF", "PROOF", "--log", "/no/such"], "is not a folder"),
    ],
)
def test_a_command_that_makes_no_sense_checks_nothing(
    receipt: Path, arguments: list[str], reason: str
) -> None:
    bundle = receipt.parent / "bundle"
    bundle.write_bytes(evidence.event_bundle(7).to_bytes())
    names = {"PROOF": str(receipt), "BUNDLE": str(bundle)}
    found = here(*[names.get(each, each) for each in arguments])
    assert found.status == 2
    assert reason in found.err
    assert found.out == ""


def test_a_key_copied_with_a_mistake_is_not_used(receipt: Path) -> None:
    found = here(receipt, vkey=VKEY.replace("credit", "credot"))
    assert found.status == 2
    assert "copied with a mistake" in found.err


def test_the_same_sources_give_the_same_verifier(
    verifier: Path, tmp_path: Path
) -> None:
    digest = build_verifier(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == verifier.read_bytes()
    assert hashlib.sha256(verifier.read_bytes()).hexdigest() == digest
    packed = run(verifier, "pack", tmp_path / "packed.pyz")
    assert packed.out.split()[0] == digest


def test_the_verifier_explains_itself_to_who_unpacks_it(verifier: Path) -> None:
    with zipfile.ZipFile(verifier) as archive:
        readme = archive.read("audits/tlog/README.md").decode()
    assert "python3 -I verifier.pyz verify" in readme

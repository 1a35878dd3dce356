"""`fsck --kept`: the log must begin with what a reader kept of it."""

import json
from pathlib import Path

import pytest
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from audits.tlog import note
from audits.tlog.bundle import FORMAT_2
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.tile import encode_bundle, hash_tiles
from tests.audits.tlog import evidence
from tests.audits.tlog.evidence import VKEY, Outcome, run, run_here
from tests.audits.tlog.naive import VECTORS, signer

MLDSA_LOG = "log.example/test+33037dd5+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx"
MLDSA = json.loads((VECTORS / "cosignature-mldsa44.json").read_text())


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    for size in (0, 1, 255, 256, 300, 512, 599, 600):
        (folder / f"checkpoint-{size:03d}").write_bytes(evidence.checkpoint(size))
    (folder / "receipt-7.tlog-proof").write_bytes(evidence.proof(7, 300))
    bundle = evidence.event_bundle(41, "output").to_bytes()
    (folder / "event-41.json").write_bytes(bundle)
    return folder


def fsck(log: Path, kept: Path, *more: object) -> Outcome:
    return run_here("fsck", log, "--vkey", VKEY, "--kept", kept, "--json", *more)


def test_the_log_begins_with_all_that_was_kept(
    verifier: Path, log: Path, kept: Path
) -> None:
    found = run(verifier, "fsck", log, "--vkey", VKEY, "--kept", kept, "--json")
    held = [text.removeprefix(f"{kept}/") for text in found.report["held"]]
    assert found.status == 0, found.out
    for size in (0, 1, 255, 256, 300, 512, 599, 600):
        where = f"checkpoint-{size:03d}"
        assert f"{where}: the log begins with its {size} entries, unchanged" in held
    assert "receipt-7.tlog-proof: proves entry 7" in held
    assert "event-41.json: proves entry 41" in held
    disclosed = "event-41.json: part 'output' (9 bytes) is what entry 41 committed to"
    assert disclosed in held
    assert found.report["not_checked"] == [
        f"{kept}/event-41.json: part 'input' of entry 41: not disclosed"
    ]


def test_a_kept_bundle_of_the_second_format_is_held_against_the_log(
    log: Path, kept: Path
) -> None:
    made = json.loads((kept / "event-41.json").read_text())
    (kept / "event-41.json").write_text(json.dumps(made | {"format": FORMAT_2}))
    assert f"{kept}/event-41.json: proves entry 41" in fsck(log, kept).report["held"]
    rewritten(log, 41)
    found = fsck(log, kept)
    assert found.status == 1
    assert f"{kept}/event-41.json" in {each["where"] for each in found.report["faults"]}


def rewritten(log: Path, index: int) -> None:
    """Change an entry, mend every hash, and sign anew: the operator's own forgery."""
    entries = [*evidence.ALL]
    entries[index] = b"forged"
    leaves = [evidence.leaf_hash(each) for each in entries]
    for ref, data in hash_tiles(leaves):
        (log / ref.path).write_bytes(data)
    n = index // 256
    name = f"tile/entries/{n:03d}" if n < 2 else "tile/entries/002.p/88"
    (log / name).write_bytes(encode_bundle(entries[n * 256 : n * 256 + 256]))
    root = evidence.Compact().append(leaves).root()
    text = Checkpoint(evidence.ORIGIN, 600, root).text()
    (log / "checkpoint").write_bytes(note.sign(text, [evidence.KEY]).to_bytes())


def test_an_operator_who_rewrites_and_signs_anew_is_caught_by_what_was_kept(
    log: Path, kept: Path
) -> None:
    rewritten(log, 270)
    for name in ("receipt-7.tlog-proof", "event-41.json", "checkpoint-600"):
        (kept / name).unlink()
    alone = run_here("fsck", log, "--vkey", VKEY)
    found = fsck(log, kept)
    assert alone.status == 0
    assert found.status == 1
    wrong = [Path(where).name for where, _ in found.faults]
    assert wrong == ["checkpoint-300", "checkpoint-512", "checkpoint-599"]
    [conclusion] = found.report["conclusions"]
    assert conclusion.startswith("an entry from 256 to 299 was changed after it was")


def test_two_histories_and_a_changed_entry_are_each_named(
    log: Path, kept: Path
) -> None:
    rewritten(log, 41)
    found = fsck(log, kept)
    faults = [(Path(where).name, what) for where, what in found.faults]
    places = [each["place"] for each in found.report["faults"]]
    assert ("event-41.json", "entry 41 of the log is another") in faults
    assert {"file": str(kept / "event-41.json"), "entry": 41} in places
    assert "an entry from 1 to 254" in found.report["conclusions"][-1]


def test_two_saved_checkpoints_that_contradict_are_named(
    log: Path, tmp_path: Path
) -> None:
    text = Checkpoint(evidence.ORIGIN, 900, b"\x01" * 32).text()
    other = Checkpoint(evidence.ORIGIN, 900, b"\x02" * 32).text()
    for name, each in (("a", text), ("b", other)):
        (tmp_path / name).write_bytes(note.sign(each, [evidence.KEY]).to_bytes())
    found = fsck(log, tmp_path / "a", "--kept", tmp_path / "b")
    ((where, what),) = found.faults
    assert where == f"{tmp_path}/a and {tmp_path}/b"
    assert "signed two histories" in what
    # A copy may be older than a checkpoint; only a live log has to hold it.
    assert "this copy is older" in found.report["not_checked"][0]


def test_a_forged_part_and_a_forged_proof_are_named(log: Path, kept: Path) -> None:
    made = json.loads((kept / "event-41.json").read_text())
    made["parts"][0]["data"] = evidence.to_base64(b'"granted"')
    (kept / "event-41.json").write_text(json.dumps(made))
    lines = evidence.proof(7, 300).decode().split("\n")
    lines[2] = "A" * 43 + "="
    (kept / "receipt-7.tlog-proof").write_text("\n".join(lines))
    found = fsck(log, kept)
    faults = {Path(where).name: what for where, what in found.faults}
    assert "salt and payload give commitment" in faults["event-41.json"]
    assert "lead to root" in faults["receipt-7.tlog-proof"]


def test_what_cannot_be_held_against_the_log_is_a_fault_beside_the_rest(
    log: Path, kept: Path
) -> None:
    other = signer(evidence.ORIGIN, b"\x08" * 32)
    foreign = evidence.checkpoint(300, other)
    (kept / "checkpoint-300").write_bytes(foreign)
    made = json.loads((kept / "event-41.json").read_text()) | {"index": 40}
    (kept / "event-41.json").write_text(json.dumps(made))
    (kept / "notes.txt").write_text("to remember")
    (kept / "contents.json").write_text('{"format": "probatum-dossier-v1"}')
    (kept / "cut.json").write_bytes(evidence.event_bundle(7).to_bytes()[:500])
    found = fsck(log, kept)
    faults = {Path(where).name: what for where, what in found.faults}
    assert set(faults) == {"checkpoint-300", "cut.json", "event-41.json"}
    assert "no signature by" in faults["checkpoint-300"]
    assert faults["event-41.json"].startswith("its log, key or index")
    assert "every hash tile agrees with the entries" in found.report["held"]
    for name in ("contents.json", "notes.txt"):
        said = f"{kept}/{name}: not evidence of a log"
        assert said in found.report["not_checked"]


def test_a_bundle_that_is_missing_leaves_its_pieces_unchecked(
    log: Path, kept: Path
) -> None:
    (log / "tile/entries/000").unlink()
    found = fsck(log, kept)
    ((where, _),) = found.faults
    assert where == "tile/entries/000 (entries 0 to 255)"
    assert (
        f"{kept}/event-41.json: the file with entry 41 is wrong"
        in found.report["not_checked"]
    )


def test_a_kept_file_that_cannot_be_read_checks_nothing(log: Path) -> None:
    found = fsck(log, log / "none")
    assert found.status == 2
    assert "cannot read" in found.err


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("checkpoint.tsr", "openssl ts -verify -in checkpoint.tsr"),
        ("receipt.cose", "scitt-cose"),
    ],
)
def test_what_needs_more_is_not_checked_here_and_its_tool_is_named(
    log: Path, tmp_path: Path, name: str, tool: str
) -> None:
    (log / name).write_bytes(b"\x30\x03")
    (tmp_path / name).write_bytes(b"\x30\x03")
    found = fsck(log, tmp_path / name)
    named = [text for text in found.report["not_checked"] if tool in text]
    assert found.status == 0
    assert len(named) == 2
    assert not any(name in text for text in found.report["held"])


def test_a_cosignature_by_a_kind_of_key_that_needs_more_is_not_called_good(
    tmp_path: Path,
) -> None:
    (tmp_path / "checkpoint").write_text(MLDSA["checkpoint"])
    witness = ("--witness", MLDSA["vkey"])
    found = run_here(
        "verify", tmp_path / "checkpoint", "--vkey", MLDSA_LOG, *witness, "--json"
    )
    tool = "tlog-scales (PyPI) checks it"
    named = [text for text in found.report["not_checked"] if tool in text]
    assert found.status == 0, found.out + found.err
    assert [text.split(":")[0].split(" (")[0] for text in named] == [
        "signatures of witness.example/pq1",
        "signature of witness.example/pq1",
    ]
    assert not any("pq1" in text for text in found.report["held"])
    # The tool that is named does check it.
    note_of = TilesReader(LocalBackend(tmp_path)).get_checkpoint()
    note_of.verify(Vkey.from_string(MLDSA["vkey"]))


def test_a_log_whose_own_key_needs_more_cannot_be_checked_here(log: Path) -> None:
    found = run_here("fsck", log, "--vkey", MLDSA["vkey"])
    assert found.status == 2
    assert "tlog-scales (PyPI) checks it" in found.err

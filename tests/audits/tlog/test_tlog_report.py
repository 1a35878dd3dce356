"""What the verifier says, and how it says it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.tlog import __main__ as command
from audits.tlog import bundle, note, proof
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.hashing import ProofInvalid
from audits.tlog.zipapp_build import verifier_bytes
from tests.audits.tlog import evidence
from tests.audits.tlog.evidence import VKEY, flip, run_here


def test_a_reader_is_told_what_holds_and_what_nobody_checked(tmp_path: Path) -> None:
    plain = proof.parse(evidence.proof(7))
    extra = proof.TlogProof(7, plain.path, plain.note, b"by the way")
    (tmp_path / "proof").write_bytes(extra.to_bytes())
    (tmp_path / "entry").write_bytes(evidence.ALL[7])
    found = run_here(
        "verify", tmp_path / "proof", "--entry", tmp_path / "entry", "--vkey", VKEY
    )
    assert found.out.splitlines() == [
        f"log:        {evidence.ORIGIN}",
        "size:       600",
        "index:      7",
        f"holds       checkpoint of size 600 signed: {evidence.ORIGIN} (key 47170bf3)",
        f"holds       the entry ({len(evidence.ALL[7])} bytes) is entry 7 of it",
        "not checked here: the proof's extra line, which nobody signed",
        "not checked here: part 'input': not disclosed",
        "not checked here: part 'output': not disclosed",
        "The evidence holds.",
    ]


def test_a_reader_is_told_what_is_wrong_and_where(log: Path) -> None:
    flip(log / "tile/entries/000", 2)
    lines = run_here("fsck", log, "--vkey", VKEY).out.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("WRONG"))
    assert lines[at].startswith("WRONG       tile/entries/000 entry 0: its leaf hash")
    assert lines[at + 1] == f"            expected {evidence.LEAVES[0].hex()}"
    assert lines[at + 2].startswith("            found    ")
    assert lines[-2].startswith("so          tile/0 gives the checkpoint's root")
    assert lines[-1] == "The evidence does NOT hold."


def test_nothing_checked_is_not_a_verdict_that_it_holds() -> None:
    assert not command.Report("verify").holds


def test_pack_writes_the_verifier(tmp_path: Path) -> None:
    found = run_here("pack", tmp_path / "v.pyz")
    assert found.status == 0
    assert (tmp_path / "v.pyz").read_bytes() == verifier_bytes()


def test_a_file_that_cannot_be_read_is_no_fault_of_the_log(log: Path) -> None:
    (log / "checkpoint").unlink()
    missing = run_here("fsck", log, "--vkey", VKEY, "--json")
    assert missing.faults == [("checkpoint", "the file is missing")]
    (log / "checkpoint").mkdir()
    found = run_here("fsck", log, "--vkey", VKEY)
    assert found.status == 2
    assert "cannot read checkpoint: Is a directory" in found.err


def test_a_missing_tile_is_named_when_two_checkpoints_are_compared(
    log: Path, tmp_path: Path
) -> None:
    (tmp_path / "old").write_bytes(evidence.checkpoint(300))
    (log / "tile/0/001").unlink()
    pair = (tmp_path / "old", log / "checkpoint")
    found = run_here("verify", *pair, "--log", log, "--vkey", VKEY, "--json")
    assert found.faults == [(str(log), "tile/0/001: the file is missing")]


def test_an_extension_line_is_not_checked(tmp_path: Path) -> None:
    stated = Checkpoint(evidence.ORIGIN, 3, b"\x01" * 32, ("more to say",))
    signed = note.sign(stated.text(), [evidence.KEY])
    (tmp_path / "checkpoint").write_bytes(signed.to_bytes())
    found = run_here("verify", tmp_path / "checkpoint", "--vkey", VKEY, "--json")
    assert found.status == 0
    assert found.report["not_checked"] == ["extension lines of the checkpoint"]


@pytest.mark.parametrize("text", ["{", '{"role": "input"}'])
def test_malformed_bundles_and_payloads_are_faults(tmp_path: Path, text: str) -> None:
    for name, data in (("proof", evidence.proof(7)), ("entry", evidence.ALL[7])):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "part").write_text(text)
    alone = run_here("verify", tmp_path / "part", "--vkey", VKEY, "--json")
    assert [where for where, _ in alone.faults] == [str(tmp_path / "part")]
    beside = run_here(
        "verify",
        tmp_path / "proof",
        *("--entry", tmp_path / "entry", "--payload", tmp_path / "part"),
        *("--vkey", VKEY, "--json"),
    )
    assert beside.status == 1
    assert [where for where, _ in beside.faults] == [str(tmp_path / "part")]


def test_each_fault_of_a_bundle_is_named(tmp_path: Path) -> None:
    made = json.loads(evidence.event_bundle(7).to_bytes())
    file = tmp_path / "bundle"
    file.write_text(json.dumps(made | {"vkey": "none", "entry": "e30="}))
    found = run_here("verify", file, "--vkey", VKEY, "--json")
    assert [where for where, _ in found.faults] == [str(file), f'{file} "proof"']
    part = {"role": "none", "salt": "", "data": ""}
    file.write_text(json.dumps(made | {"entry": "W10=", "parts": [part]}))
    found = run_here("verify", file, "--vkey", VKEY, "--json")
    assert [where for where, _ in found.faults][-1] == f'{file} "parts"'


def test_faults_without_end_are_cut(tmp_path: Path) -> None:
    made = evidence.event_bundle(7, *["input"] * 150)
    (tmp_path / "bundle").write_bytes(made.to_bytes())
    found = run_here("verify", tmp_path / "bundle", "--vkey", VKEY, "--json")
    assert len(found.faults) == 100
    assert found.report["conclusions"] == ["stopped: too many faults to list"]


def test_a_bundle_beyond_all_measure_is_not_read() -> None:
    with pytest.raises(ProofInvalid, match="the bundle has 67108865 bytes"):
        bundle.parse(b" " * ((64 << 20) + 1))


def test_a_cosigner_must_state_a_time_that_exists() -> None:
    key, text = Ed25519PrivateKey.from_private_bytes(b"\x03" * 32), "a text\n"
    public = key.public_key().public_bytes_raw()
    witness = note.parse_vkey(note.vkey("witness.example", public, note.COSIGNATURE))
    for time, real in ((1_700_000_000, True), (1 << 40, False)):
        signed = key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        line = note.Signature(
            witness.name, witness.key_id, time.to_bytes(8, "big") + signed
        )
        data = note.Note(text, (line,)).to_bytes()
        if real:
            assert note.open_note(data, [witness]).times == {witness.name: time}
        else:
            with pytest.raises(ProofInvalid, match="states no real time"):
                note.open_note(data, [witness])

"""`fsck`: every fault in a log's files is found, and named at its place."""

from pathlib import Path

import pytest

from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.tile import decode_bundle, encode_bundle
from tests.audits.tlog import evidence
from tests.audits.tlog.evidence import VKEY, Outcome, flip, run, run_here
from tests.audits.tlog.naive import VECTORS, signer


def fsck(verifier: Path, place: object, *more: object, vkey: str = VKEY) -> Outcome:
    return run(verifier, "fsck", place, "--vkey", vkey, "--json", *more)


def here(place: object, *more: object, vkey: str = VKEY) -> Outcome:
    return run_here("fsck", place, "--vkey", vkey, "--json", *more)


def test_a_sound_log_holds(verifier: Path, log: Path) -> None:
    found = run(verifier, "fsck", log, "--vkey", VKEY)
    assert found.status == 0
    assert "holds       all 600 entries give the checkpoint's root" in found.out
    assert "holds       every hash tile agrees with the entries" in found.out


@pytest.mark.parametrize("size", [0, 1, 256])
def test_a_log_of_any_size_holds(tmp_path: Path, size: int) -> None:
    place = evidence.write_log(tmp_path / "log", size)
    assert here(place).status == 0


def test_a_log_that_other_software_made_holds(verifier: Path) -> None:
    cps = VECTORS / "small-log-cps"
    found = fsck(
        verifier,
        VECTORS / "small-log",
        "--witness",
        cps / "witness",
        vkey=str(cps / "vkey"),
    )
    assert found.status == 0
    assert found.report["facts"]["size"] == 300
    (surplus,) = found.report["not_checked"]
    assert surplus.startswith("4 files that this checkpoint does not cover: tile/0/000")


def test_a_changed_entry_is_named_and_nothing_else_is(
    verifier: Path, log: Path
) -> None:
    flip(log / "tile/entries/001", 1000)
    found = fsck(verifier, log)
    held = decode_bundle((log / "tile/entries/001").read_bytes(), 256)
    changed = next(i for i in range(256) if held[i] != evidence.ALL[256 + i])
    ((where, _),) = found.faults
    assert found.status == 1
    assert where == f"tile/entries/001 entry {256 + changed}"
    assert found.report["faults"][0]["expected"] == (
        evidence.LEAVES[256 + changed].hex()
    )
    assert "changed after it was logged" in found.report["conclusions"][0]


def test_swapped_entries_are_both_named_with_their_right_place(log: Path) -> None:
    held = evidence.ALL[:256]
    held[3], held[200] = held[200], held[3]
    (log / "tile/entries/000").write_bytes(encode_bundle(held))
    faults = dict(here(log).faults)
    assert list(faults) == ["tile/entries/000 entry 3", "tile/entries/000 entry 200"]
    assert faults["tile/entries/000 entry 3"].endswith("belong at entry 200")
    assert faults["tile/entries/000 entry 200"].endswith("belong at entry 3")


@pytest.mark.parametrize(
    ("tile", "at", "where"),
    [
        ("tile/0/001", 40, "tile/0/001 position 1"),
        ("tile/0/002.p/88", 0, "tile/0/002.p/88 position 0"),
        ("tile/1/000.p/2", 33, "tile/1/000.p/2"),
    ],
)
def test_a_changed_hash_tile_is_named_and_the_entries_are_cleared(
    log: Path, tile: str, at: int, where: str
) -> None:
    flip(log / tile, at)
    found = here(log)
    assert found.status == 1
    assert [each for each, _ in found.faults] == [where]
    assert "all 600 entries give the checkpoint's root" in found.report["held"]
    assert "the fault lies in other files" in found.report["conclusions"][0]


def test_a_forger_who_mends_the_tiles_too_meets_the_signed_root(
    log: Path, tmp_path: Path
) -> None:
    held = [b"forged", *evidence.ALL[1:256]]
    (log / "tile/entries/000").write_bytes(encode_bundle(held))
    leaf = evidence.leaf_hash(b"forged")
    tile = leaf + (log / "tile/0/000").read_bytes()[32:]
    (log / "tile/0/000").write_bytes(tile)
    found = here(log)
    assert [where for where, _ in found.faults] == ["tile/1/000.p/2", "checkpoint"]
    assert "neither entries nor tiles give the root" in found.faults[1][1]


@pytest.mark.parametrize(
    ("file", "cut", "reason"),
    [
        ("tile/entries/000", 1000, "the bundle ends within entry"),
        ("tile/entries/002.p/88", 5, "the bundle ends within entry 0 of 88"),
        ("tile/0/000", 8191, "the tile has 8192 bytes, found 8191"),
        ("tile/1/000.p/2", 32, "the tile has 64 bytes, found 32"),
    ],
)
def test_a_truncated_file_is_named(
    verifier: Path, log: Path, file: str, cut: int, reason: str
) -> None:
    (log / file).write_bytes((log / file).read_bytes()[:cut])
    found = fsck(verifier, log)
    ((where, what),) = found.faults
    assert found.status == 1
    assert where.split(" ")[0] == file
    assert what.startswith(reason)


def test_surplus_bytes_are_a_fault(log: Path) -> None:
    for file in ("tile/entries/000", "tile/0/000"):
        (log / file).write_bytes((log / file).read_bytes() + b"more")
    faults = dict(here(log).faults)
    assert faults["tile/0/000"] == "the tile has 8192 bytes, found more"
    assert "4 bytes follow" in faults["tile/entries/000 (entries 0 to 255)"]


def test_missing_files_are_named_and_the_search_goes_on(log: Path) -> None:
    (log / "tile/0/000").unlink()
    (log / "tile/entries/000").unlink()
    flip(log / "tile/entries/001", 9)
    found = here(log)
    assert [where for where, _ in found.faults] == [
        "tile/0/000",
        "tile/entries/000 (entries 0 to 255)",
        "tile/entries/001 entry 256",
    ]
    assert "the root: entries" in found.report["not_checked"][0]


def test_faults_are_listed_up_to_a_limit(log: Path) -> None:
    (log / "tile/entries/000").write_bytes(encode_bundle([b"x"] * 256))
    found = here(log, "--limit", "5")
    assert len(found.faults) == 5
    assert "stopped after 5 faults" in found.report["conclusions"][0]


def test_a_full_tile_serves_for_a_partial_one(tmp_path: Path) -> None:
    for size in (300, 600):
        log = evidence.write_log(tmp_path / "log", size)
    for old in ("tile/0/001.p/44", "tile/entries/001.p/44"):
        (log / old).unlink()
    (log / "checkpoint").write_bytes(evidence.checkpoint(300))
    assert here(log).status == 0


def test_a_changed_checkpoint_is_named_and_the_search_goes_on(
    verifier: Path, log: Path
) -> None:
    origin, size, root, *rest = (log / "checkpoint").read_text().split("\n")
    changed = [origin, size, root.swapcase(), *rest]
    (log / "checkpoint").write_text("\n".join(changed))
    found = fsck(verifier, log)
    assert [where for where, _ in found.faults] == ["checkpoint", "checkpoint"]
    assert "does not match the text" in found.faults[0][1]
    assert "root of size 600" in found.faults[1][1]


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\xff", b"a\r\n1\r\n"])
def test_what_is_no_checkpoint_is_said_to_be_none(log: Path, data: bytes) -> None:
    (log / "checkpoint").write_bytes(data)
    found = here(log)
    assert found.status == 1
    assert [where for where, _ in found.faults] == ["checkpoint"]


def test_sixteen_unknown_signatures_do_not_hide_the_one_that_counts(log: Path) -> None:
    signed = note.parse_note((log / "checkpoint").read_bytes())
    grease = [note.Signature(f"g{n}.example", bytes([n] * 4), b"?") for n in range(16)]
    greased = note.Note(signed.text, (*grease, *signed.signatures))
    (log / "checkpoint").write_bytes(greased.to_bytes())
    found = here(log)
    assert found.status == 0
    assert len(found.report["not_checked"]) == 16


def test_windows_line_ends_are_refused(verifier: Path, log: Path) -> None:
    data = (log / "checkpoint").read_bytes()
    (log / "checkpoint").write_bytes(data.replace(b"\n", b"\r\n"))
    found = fsck(verifier, log)
    assert found.status == 1
    assert "control character 0x0d at character" in found.faults[0][1]


def test_a_missing_checkpoint_and_a_foreign_key_are_faults(
    verifier: Path, log: Path
) -> None:
    other = signer(evidence.ORIGIN, b"\x08" * 32)
    foreign = fsck(verifier, log, vkey=note.vkey(other.name, other.public))
    assert foreign.status == 1
    assert "no signature by" in foreign.faults[0][1]
    (log / "checkpoint").unlink()
    assert fsck(verifier, log).faults == [("checkpoint", "the file is missing")]


def test_a_size_beyond_all_measure_ends_soon(log: Path) -> None:
    huge = Checkpoint(evidence.ORIGIN, 2**62, b"\x01" * 32).text()
    signed = note.sign(huge, [evidence.KEY]).to_bytes()
    (log / "checkpoint").write_bytes(signed)
    assert here(log).status == 1


def test_what_the_log_says_cannot_steer_the_terminal(log: Path) -> None:
    (log / "tile" / "\x1b[2Jhidden").write_bytes(b"")
    found = run_here("fsck", log, "--vkey", VKEY)
    assert "\x1b" not in found.out
    assert "\\x1b[2Jhidden" in found.out

"""`fsck` in several processes says what it says in one, and shows how far it is."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from audits.tlog import note, progress
from audits.tlog.__main__ import main
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import leaf_hash
from audits.tlog.progress import bar_line
from audits.tlog.scan import RUN
from audits.tlog.source import Address
from audits.tlog.tile import ENTRIES, WIDTH, encode_bundle, hash_tiles, level_tiles
from tests.audits.tlog.evidence import KEY, ORIGIN, VKEY, Outcome, flip, run, run_here

SIZE = RUN * WIDTH + 3 * WIDTH + 7  # two runs, the second with a partial tile


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log long enough for two processes."""
    folder = tmp_path_factory.mktemp("long") / "log"
    entries = [b"entry %d" % index for index in range(SIZE)]
    leaves = [leaf_hash(each) for each in entries]
    files = {ref.path: data for ref, data in hash_tiles(leaves)}
    for ref in level_tiles(ENTRIES, SIZE):
        held = entries[ref.first_entry : ref.first_entry + ref.width]
        files[ref.path] = encode_bundle(held)
    text = Checkpoint(ORIGIN, SIZE, Compact().append(leaves).root()).text()
    files["checkpoint"] = note.sign(text, [KEY]).to_bytes()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def both(verifier: Path, log: Path, *more: str) -> tuple[Outcome, Outcome]:
    """The verifier as a stranger runs it, with one process and with two."""
    one, two = (
        run(verifier, "fsck", log, "--vkey", VKEY, "--json", "--jobs", n, *more)
        for n in "12"
    )
    return one, two


def test_two_processes_find_a_long_log_sound(verifier: Path, long_log: Path) -> None:
    one, two = both(verifier, long_log)
    assert (one.status, two.status, two.err) == (0, 0, "")
    assert one.report == two.report
    assert f"all {SIZE} entries give the checkpoint's root" in two.report["held"]


def test_two_processes_name_the_same_faults_in_the_same_order(
    verifier: Path, long_log: Path
) -> None:
    changed = ["tile/entries/066", "tile/entries/002", "tile/0/065"]
    for name in changed:
        flip(long_log / name, 5)
    (long_log / "tile/entries/001").rename(long_log / "kept")
    try:
        one, two = both(verifier, long_log)
        _, cut = both(verifier, long_log, "--limit", "2")
    finally:
        (long_log / "kept").rename(long_log / "tile/entries/001")
        for name in changed:
            flip(long_log / name, 5)
    assert two.status == 1
    assert one.report == two.report
    assert [where for where, _ in two.faults][:2] == [
        "tile/entries/001 (entries 256 to 511)",
        "tile/entries/002 entry 512",
    ]
    assert len(cut.faults) == 2


def test_a_fault_has_its_place_for_programs(log: Path) -> None:
    flip(log / "tile/entries/001", 1000)
    flip(log / "tile/1/000.p/2", 33)
    (log / "tile/0/002.p/88").unlink()
    found = run_here("fsck", log, "--vkey", VKEY, "--json")
    places = [each["place"] for each in found.report["faults"]]
    assert {"file": "tile/0/002.p/88"} in places
    [entry] = [each for each in places if "entry" in each]
    data = (log / "tile/entries/001").read_bytes()
    length = int.from_bytes(data[entry["byte"] - 2 : entry["byte"]], "big")
    assert entry["file"] == "tile/entries/001"
    assert entry["byte"] <= 1000 < entry["byte"] + length


def test_an_address_goes_to_another_process_without_its_connections() -> None:
    made = Address("http://127.0.0.1:1/log", {"Authorization": "Bearer x"})
    kind, arguments = made.__reduce__()
    assert kind(*arguments).headers == made.headers


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, plain = Terminal(), io.StringIO()
    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setenv("COLUMNS", "100")
    for stream in (terminal, plain):
        with redirect_stderr(stream), redirect_stdout(io.StringIO()):
            assert main(["fsck", str(log), "--vkey", VKEY]) == 0
    drawn = terminal.getvalue().split("\r\x1b[K")
    assert drawn[1].startswith("[##########--------------]  43%  256 of 600 entries")
    assert "100%  600 of 600 entries" in drawn[3]
    assert drawn[-1] == ""
    assert plain.getvalue() == ""


@pytest.mark.parametrize(
    ("done", "size", "seconds", "said"),
    [
        (0, 0, 0.0, "[########################] 100%  0 of 0 entries  0/s  0:00 left"),
        (1, 4, 1.0, "[######------------------]  25%  1 of 4 entries  1/s  0:03 left"),
    ],
)
def test_the_bar_says_share_speed_and_what_is_left(
    done: int, size: int, seconds: float, said: str
) -> None:
    assert bar_line(done, size, seconds) == said

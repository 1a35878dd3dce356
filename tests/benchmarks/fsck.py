"""`fsck` of a log in a folder: entries per second, on one core and on two."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import leaf_hash
from audits.tlog.note import Signer, sign, vkey
from audits.tlog.tile import ENTRIES, encode_bundle, hash_tiles, level_tiles
from audits.tlog.zipapp_build import build_verifier
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage

SIZE = 400_000
LIMIT = 50_000.0  # entries a second and core, at least
ORIGIN = "log.example/bench"
ROUNDS = 3


def fsck(stage: Stage) -> list[Row]:
    """The one-file verifier, from its start to its verdict; 600 bytes an entry."""
    folder, program = stage.folder / "fsck-log", stage.folder / "verifier.pyz"
    key = _write(folder)
    build_verifier(program)
    one, two = [], []
    for _ in range(ROUNDS):
        one.append(_rate(program, folder, key, 1))
        two.append(_rate(program, folder, key, 2))
    value, both = median(one), median(two)
    return [
        Row("fsck", value, "entries/s", LIMIT, value / LIMIT,
            f"fsck of {SIZE:,} entries in a folder, one process / what is asked"),
        Row("fsck_two_processes", both, "entries/s", value, both / value,
            "the same with --jobs 2 / with --jobs 1"),
    ]  # fmt: skip


def _rate(program: Path, folder: Path, key: str, jobs: int) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", program, "fsck", folder, "--vkey", key,
         "--jobs", str(jobs), "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    if not json.loads(done.stdout)["holds"]:
        raise RuntimeError("the log of the benchmark does not hold")
    return SIZE / seconds


def _entries() -> Iterator[bytes]:
    padding = "x" * 580
    for index in range(SIZE):
        yield b'{"n":%d,"x":"%s"}' % (index, padding.encode())


def _write(folder: Path) -> str:
    entries = list(_entries())
    leaves = [leaf_hash(entry) for entry in entries]
    for ref, data in hash_tiles(leaves):
        _put(folder / ref.path, data)
    for ref in level_tiles(ENTRIES, SIZE):
        held = entries[ref.first_entry : ref.first_entry + ref.width]
        _put(folder / ref.path, encode_bundle(held))
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    text = Checkpoint(ORIGIN, SIZE, Compact().append(leaves).root()).text()
    _put(
        folder / "checkpoint", sign(text, [Signer(ORIGIN, public, key.sign)]).to_bytes()
    )
    return vkey(ORIGIN, public)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

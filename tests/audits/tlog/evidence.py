"""A small log with its evidence, and the verifier as a stranger runs it."""

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from audits.tlog import bundle, note, rotation, timestamp
from audits.tlog.__main__ import main
from audits.tlog.anchor import Anchor
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.commitment import commit, part_salt
from audits.tlog.compact import Compact
from audits.tlog.consistency import prove_consistency
from audits.tlog.encoding import to_base64
from audits.tlog.hashing import leaf_hash
from audits.tlog.note import parse_note
from audits.tlog.proof import TlogProof
from audits.tlog.tile import ENTRIES, encode_bundle, hash_tiles, level_tiles
from audits.tlog.tree import prove_inclusion
from tests.audits.tlog.naive import Storage, signer

ORIGIN = "log.example/acme/credit-a1b2c3"
KEY = signer(ORIGIN)
VKEY = note.vkey(ORIGIN, KEY.public)
SIZE = 600
PAYLOADS = {"input": b'{"income":41000.5}', "output": b'"refused"'}


def salt(index: int, role: str) -> bytes:
    return part_salt(bytes([index % 256]) * 32, role)


def entry(index: int) -> bytes:
    """A leaf that commits to an input and an output."""
    parts = [
        {"com": commit(salt(index, role), data).hex(), "len": len(data), "role": role}
        for role, data in PAYLOADS.items()
    ]
    leaf = {"kind": "event", "pay": parts, "seq": index, "v": 1}
    return json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()


ALL = [entry(index) for index in range(SIZE)]
LEAVES = [leaf_hash(each) for each in ALL]
STORAGE = Storage(LEAVES)


def checkpoint(size: int, key: note.Signer = KEY) -> bytes:
    root = Compact().append(LEAVES[:size]).root()
    return note.sign(Checkpoint(ORIGIN, size, root).text(), [key]).to_bytes()


def proof(index: int, size: int = SIZE) -> bytes:
    path = prove_inclusion(index, size, STORAGE)
    return TlogProof(index, tuple(path), checkpoint(size)).to_bytes()


def consistency(old: int, new: int) -> str:
    hashes = prove_consistency(old, new, STORAGE)
    return "".join(to_base64(each) + "\n" for each in hashes)


def parts(index: int, *roles: str) -> tuple[bundle.Part, ...]:
    return tuple(bundle.Part(role, salt(index, role), PAYLOADS[role]) for role in roles)


def event_bundle(index: int, *roles: str) -> bundle.EventBundle:
    return bundle.EventBundle(
        ORIGIN, VKEY, index, ALL[index], proof(index), parts(index, *roles)
    )


META = signer("log.example/meta-d4e5f6", b"\x05" * 32)
WITNESS = signer("witness.example/w", b"\x09" * 32)
COSIGNED = 1_795_000_000


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    long = 0x81 if size < 256 else 0x82
    head = [size] if size < 128 else [long, *size.to_bytes(long - 0x80, "big")]
    return bytes([tag, *head]) + content


def stamped(data: bytes, at: str = "20261123010748Z") -> bytes:
    """A time stamp as far as we read it: what it is of, and when. Nobody signed it."""
    algorithm = der(0x30, der(6, timestamp.SHA256))
    imprint = der(0x30, algorithm, der(4, sha256(data).digest()))
    numbers = der(2, b"\1"), der(6, b"*"), imprint, der(2, b"\7")
    info = der(0x30, *numbers, der(0x18, at.encode()))
    content = der(0x30, der(6, timestamp.TST_INFO), der(0xA0, der(4, info)))
    signed = der(0x30, der(2, b"\3"), der(0x31), content, der(0x31))
    token = der(0x30, der(6, timestamp.SIGNED_DATA), der(0xA0, signed))
    return der(0x30, der(0x30, der(2, b"\0")), token)


def anchor(index: int, size: int = 500) -> Anchor:
    """The log at that size as entry 1 of a meta-log of three, cosigned and stamped."""
    note_of_log = checkpoint(size)
    stated = parse(parse_note(note_of_log).text)
    said = {"kind": "anchor", "log": ORIGIN, "root": stated.root.hex(), "size": size,
            "type": "checkpoint"}  # fmt: skip
    leaves = [b"0", json.dumps(said).encode(), b"2"]
    hashes = [leaf_hash(each) for each in leaves]
    text = Checkpoint(META.name, 3, Compact().append(hashes).root()).text()
    cosigned = note.sign(text, [META]).to_bytes()
    cosigned += note.cosign(text, WITNESS, COSIGNED).line().encode()
    path = tuple(prove_inclusion(1, 3, Storage(hashes)))
    return Anchor(
        meta=note.vkey(META.name, META.public),
        checkpoint=note_of_log,
        leaf=leaves[1],
        proof=TlogProof(1, path, cosigned).to_bytes(),
        stamp=stamped(cosigned),
        path=tuple(prove_inclusion(index, size, STORAGE)),
    )


def write_log(folder: Path, size: int = SIZE) -> Path:
    """Write the log in the layout of c2sp.org/tlog-tiles."""
    files = {ref.path: data for ref, data in hash_tiles(LEAVES[:size])}
    for ref in level_tiles(ENTRIES, size):
        held = ALL[ref.first_entry : ref.first_entry + ref.width]
        files[ref.path] = encode_bundle(held)
    files["checkpoint"] = checkpoint(size)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [(each["where"], each["what"]) for each in self.report["faults"]]


def run(verifier: Path, *arguments: object) -> Outcome:
    """Run the one-file verifier, isolated and without any installed package."""
    command = [sys.executable, "-I", "-S", str(verifier), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


def run_here(*arguments: object) -> Outcome:
    """Run the same command line in this process, which is quicker."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(each) for each in arguments])
        except SystemExit as stop:  # argparse's way to refuse
            status = int(stop.code or 0)
    return Outcome(status, out.getvalue(), err.getvalue())


def flip(file: Path, at: int = 0) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


NEW_KEY = signer(ORIGIN, b"\x06" * 32)
NEW_VKEY = note.vkey(ORIGIN, NEW_KEY.public)


def rotated(
    *, by: tuple[note.Signer, ...] = (KEY, NEW_KEY), overlap: int = 60
) -> bundle.EventBundle:
    """Entry 0 of a log of four, signed by the new key alone; entry 1 changed the key.

    `by` are those who signed the step.
    """
    at = 1_795_000_000
    said = rotation.statement(ORIGIN, VKEY, NEW_VKEY, 2, at, at + overlap)
    fields = {"note": str(note.sign(said, by)), "type": rotation.TYPE}
    leaves = [entry(0), json.dumps(fields).encode(), entry(2), entry(3)]
    hashes = [leaf_hash(each) for each in leaves]

    def proven(index: int, size: int, *keys: note.Signer) -> bytes:
        root = Compact().append(hashes[:size]).root()
        signed = note.sign(Checkpoint(ORIGIN, size, root).text(), keys).to_bytes()
        path = prove_inclusion(index, size, Storage(hashes[:size]))
        return TlogProof(index, tuple(path), signed).to_bytes()

    step = rotation.Rotation(leaves[1], proven(1, 2, KEY, NEW_KEY))
    return bundle.EventBundle(
        ORIGIN, NEW_VKEY, 0, leaves[0], proven(0, 4, NEW_KEY), rotations=(step,)
    )

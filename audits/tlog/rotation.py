"""Rotations: a log's old key and its new one say together that one follows the other.

The statement is an entry of the log, under a checkpoint that the old key signed. So a
reader who knows one of the keys can tell the other one, and nobody else can have made
the step than who has both.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from audits.tlog import proof
from audits.tlog.documents import load_json, text_of
from audits.tlog.encoding import from_base64, to_base64
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier, open_note, parse_note, parse_vkey
from audits.tlog.report import Report
from audits.tlog.source import Source, SourceUnreadable

FORMAT = "probatum-key-rotation-v1"
FILE = "rotations.json"
"""In a log's folder: its rotations, oldest first."""
MAX_FILE = 4 << 20
MAX_ROTATIONS = 1000
LINES = 7
TYPE = "key_rotated"


def statement(origin: str, old: str, new: str, size: int, at: int, ends: int) -> str:
    """Return what both keys sign: who follows whom, from which tree on, until when.

    Times are Unix seconds. No checkpoint has these lines: its second one is a size.
    """
    lines = (FORMAT, origin, old, new, str(size), str(at), str(ends))
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The entry that records a rotation, and its proof; nothing of it is checked."""

    entry: bytes
    proof: bytes
    """A .tlog-proof of that entry, under a checkpoint of the old key."""

    def document(self) -> dict[str, str]:
        """Return the rotation as JSON has it."""
        return {
            "format": FORMAT,
            "entry": to_base64(self.entry),
            "proof": self.proof.decode(),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A rotation that holds."""

    index: int
    old: Verifier
    new: Verifier
    at_once: bool
    """Without overlap: the old key was not to be trusted any longer."""


def parse(document: Any, where: str) -> Rotation:
    """Return the rotation in a JSON object; ProofInvalid when it is none."""
    if text_of(document, "format", where) != FORMAT:
        raise ProofInvalid(f"the format of {where} is not {FORMAT!r}")
    return Rotation(
        from_base64(text_of(document, "entry", where), f'"entry" of {where}'),
        text_of(document, "proof", where).encode(),
    )


def parse_all(documents: Any, where: str = "a rotation") -> list[Rotation]:
    """Return the rotations in a JSON list; ProofInvalid when it is none."""
    if not isinstance(documents, list) or len(documents) > MAX_ROTATIONS:
        raise ProofInvalid(f"{where}: not a list of at most {MAX_ROTATIONS}")
    return [parse(each, where) for each in documents]


def to_file(rotations: Sequence[Rotation]) -> bytes:
    """Return the file of a log's rotations."""
    documents = [each.document() for each in rotations]
    return (json.dumps(documents, indent=1, ensure_ascii=False) + "\n").encode()


def parse_file(data: bytes) -> list[Rotation]:
    """Return the rotations in a file of them; ProofInvalid when it is none."""
    if len(data) > MAX_FILE:
        raise ProofInvalid(f"{FILE} has more than {MAX_FILE} bytes")
    return parse_all(load_json(data, FILE), FILE)


def check(rotation: Rotation) -> Step:
    """Raise ProofInvalid unless both keys made the step and the log recorded it."""
    said = load_json(rotation.entry, "the entry of a rotation")
    data = text_of(said, "note", "the entry of a rotation").encode()
    lines = parse_note(data).text.split("\n")
    if said.get("type") != TYPE or lines[0] != FORMAT or len(lines) != LINES + 1:
        raise ProofInvalid("the entry records no rotation of a key")
    _format, origin, *vkeys, _size, at, ends, _end = lines
    old, new = (parse_vkey(each) for each in vkeys)
    if (old.name, new.name) != (origin, origin):
        raise ProofInvalid("the keys of the rotation are not of its log")
    signed = open_note(data, [old, new]).verified
    if not all(any(map(key.signed, signed)) for key in (old, new)):
        raise ProofInvalid("the rotation is not signed by both keys")
    receipt = proof.parse(rotation.proof)
    proof.check(receipt, rotation.entry, old)
    at_once = at.isdecimal() and ends.isdecimal() and int(ends) <= int(at)
    return Step(receipt.index, old, new, at_once)


def follow(log: Verifier, rotations: Sequence[Rotation]) -> tuple[Verifier, list[Step]]:
    """Return the log with all keys that its rotations lead to, and the steps made.

    From the old key to the new one, and back. ProofInvalid when one does not hold.
    """
    left = [check(each) for each in rotations]
    made: list[Step] = []
    while True:
        known = [s for s in left if {s.old, s.new} & set(log.keys)]
        if not known:
            return log, made
        for step in known:
            left.remove(step)
            more = [k for k in (step.old, step.new) if k not in log.keys]
            if more:
                log = replace(log, also=(*log.also, *more))
                made.append(step)


def report_steps(report: Report, given: Verifier, steps: Sequence[Step]) -> None:
    """Say which keys were reached from the given one, and what that rests on."""
    known = set(given.keys)
    for step in steps:
        old, new = step.old.key_id.hex(), step.new.key_id.hex()
        forward = step.old in known
        known |= {step.old, step.new}
        report.held.append(
            f"entry {step.index} hands {given.name} over from key {old} to key {new}, "
            "and both signed it"
        )
        if step.at_once and forward:
            report.unchecked.append(
                f"that key {new} is the log's: key {old} was stopped at once, and if "
                "it leaked, whoever has it can have made this step. Get the new key "
                "from a source that you trust"
            )


def follow_file(
    report: Report, source: Source, log: Verifier, given: bytes | None
) -> tuple[Verifier, list[tuple[str, bytes]]]:
    """Return the log with all keys that the rotations of its folder or address lead to.

    And their proofs, by name: the log has to begin with each tree that records one.
    """
    try:
        data = given or source.get(FILE, MAX_FILE)
    except SourceUnreadable:
        return log, []  # other software's server need not know such a file
    if data is None:
        return log, []
    try:
        rotations = parse_file(data)
        found, steps = follow(log, rotations)
    except ProofInvalid as error:
        report.fault(FILE, error, file=FILE)
        return log, []
    report_steps(report, log, steps)
    return found, [(f"{FILE} {n}", each.proof) for n, each in enumerate(rotations)]

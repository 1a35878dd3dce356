"""Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of a log, signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.tlog.encoding import parse_hash, parse_number, to_base64
from audits.tlog.hashing import EMPTY_ROOT, HASH_SIZE, ProofInvalid
from audits.tlog.note import OpenedNote, Verifier, open_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, its number of entries, its tree's root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse values that no checkpoint can state (ValueError)."""
        lines = (self.origin, *self.extensions)
        if any(not line or "\n" in line for line in lines):
            raise ValueError("origin and extensions are non-empty single lines")
        if self.size < 0 or len(self.root) != HASH_SIZE:
            raise ValueError(f"size >= 0 and a root of {HASH_SIZE} bytes are needed")

    def text(self) -> str:
        """Return the text to sign."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose log signed it, with the note that says so."""

    checkpoint: Checkpoint
    note: OpenedNote


def parse(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states; ProofInvalid when it is none."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "":
        raise ProofInvalid("a checkpoint has an origin, a size and a root, each a line")
    origin, size, tree_root, *extensions = lines
    if not origin or not all(extensions):
        raise ProofInvalid("the checkpoint has an empty line")
    found = Checkpoint(
        origin,
        parse_number(size, "the checkpoint's size"),
        parse_hash(tree_root, "the checkpoint's root"),
        tuple(extensions),
    )
    if found.size == 0 and found.root != EMPTY_ROOT:
        raise ProofInvalid(
            "the checkpoint states size 0 with a root of other than that"
        )
    return found


def open_checkpoint(
    data: bytes, log: Verifier, witnesses: Sequence[Verifier] = ()
) -> OpenedCheckpoint:
    """Return the checkpoint if `log` signed it; raise ProofInvalid otherwise.

    The log's key name is its origin, so another log's checkpoint is refused. A
    cosignature by one of `witnesses` must be good when it is there.
    """
    note = open_note(data, [log, *witnesses])
    if not any(log.signed(signature) for signature in note.verified):
        raise ProofInvalid(f"the checkpoint is not signed by the log {log.name}")
    found = parse(note.text)
    if found.origin != log.name:
        raise ProofInvalid(
            f"the checkpoint is of log {found.origin!r}, the key is of {log.name!r}"
        )
    return OpenedCheckpoint(found, note)

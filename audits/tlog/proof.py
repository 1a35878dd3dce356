"""One-file offline proofs (c2sp.org/tlog-proof): the receipt to hand out.

A proof, the entry's bytes and the log's verifier key are all that a reader needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.tlog.checkpoint import OpenedCheckpoint, open_checkpoint
from audits.tlog.encoding import (
    decode_text,
    from_base64,
    parse_hash,
    parse_number,
    to_base64,
)
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import MAX_NOTE, Verifier
from audits.tlog.tree import check_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = MAX_NOTE + (1 << 17)


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof together with the checkpoint it leads to."""

    index: int
    path: tuple[bytes, ...]
    """From the leaf's sibling upwards."""
    note: bytes
    """The checkpoint, a signed note, as it was served."""
    extra: bytes | None = None
    """Bytes that travel along; nothing vouches for them."""

    def __str__(self) -> str:
        """Return the proof's file."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        hashes = [to_base64(each) for each in self.path]
        head = [HEADER, *extra, f"index {self.index}", *hashes]
        return "\n".join(head) + "\n\n" + self.note.decode()

    def to_bytes(self) -> bytes:
        """Return the proof's file."""
        return str(self).encode()


def parse(data: bytes) -> TlogProof:
    """Return the proof in a file, unchecked; ProofInvalid when it is none."""
    if len(data) > MAX_PROOF:
        raise ProofInvalid(f"the proof has {len(data)} bytes, at most {MAX_PROOF} fit")
    head, gap, note = decode_text(data, "the proof").partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEADER or not gap:
        raise ProofInvalid(
            f"a proof begins with the line {HEADER!r} and has an empty line before "
            f"its checkpoint; found {lines[0][:80]!r}"
        )
    rest, extra = lines[1:], None
    if rest and rest[0].startswith("extra "):
        extra = from_base64(rest.pop(0).removeprefix("extra "), "the extra line")
    if not rest or not rest[0].startswith("index "):
        raise ProofInvalid("the proof has no index line where one belongs")
    index = parse_number(rest.pop(0).removeprefix("index "), "the proof's index")
    path = [parse_hash(line, f"hash {at} of the proof") for at, line in enumerate(rest)]
    return TlogProof(index, tuple(path), note.encode(), extra)


def check(
    proof: TlogProof, entry: bytes, log: Verifier, witnesses: Sequence[Verifier] = ()
) -> OpenedCheckpoint:
    """Raise ProofInvalid unless `log` vouches for `entry` at the proof's index.

    Return the checkpoint that it signed.
    """
    opened = open_checkpoint(proof.note, log, witnesses)
    found = opened.checkpoint
    check_inclusion(proof.index, found.size, leaf_hash(entry), found.root, proof.path)
    return opened

"""Asking a witness and answering as one (c2sp.org/tlog-witness): the formats alone.

A witness keeps the largest tree that it has seen of each log, and cosigns a checkpoint
only when the log proves that it extends that tree.
"""

from dataclasses import dataclass

from audits.tlog.encoding import decode_text, parse_hash, parse_number, to_base64
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Note, Signature, Verifier, parse_note

MAX_PROOF = 63
"""Hashes in a consistency proof, at most."""
MAX_REQUEST = 1 << 17
MAX_ANSWER = 1 << 16
SIZE_TYPE = "text/x.tlog.size"
"""The content type of a 409, whose body is the size that the witness has."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The body of a POST to add-checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """Return the body as it is sent."""
        lines = [f"old {self.old}", *(to_base64(each) for each in self.proof)]
        return "\n".join(lines).encode() + b"\n\n" + self.note


def parse_request(data: bytes) -> AddCheckpoint:
    """Return the request in a body, unchecked; ProofInvalid when it is none."""
    if len(data) > MAX_REQUEST:
        raise ProofInvalid(f"a request has at most {MAX_REQUEST} bytes")
    head, gap, note = decode_text(data, "the request").partition("\n\n")
    first, *hashes = head.split("\n")
    if not gap or not first.startswith("old "):
        raise ProofInvalid(
            "a request begins with its old size and an empty line ends it"
        )
    if len(hashes) > MAX_PROOF:
        raise ProofInvalid(f"a consistency proof has at most {MAX_PROOF} hashes")
    return AddCheckpoint(
        parse_number(first.removeprefix("old "), "the old size"),
        tuple(parse_hash(line, f"hash {at}") for at, line in enumerate(hashes)),
        note.encode(),
    )


def parse_size(data: bytes) -> int:
    """Return the size in the body of a 409; ProofInvalid when it is none."""
    text = decode_text(data, "the witness's size")
    if not text.endswith("\n"):
        raise ProofInvalid("the witness's size does not end in LF")
    return parse_number(text[:-1], "the witness's size")


def parse_cosignatures(
    data: bytes, text: str, witness: Verifier
) -> list[tuple[Signature, int]]:
    """Return the witness's good cosignatures of `text` in an answer, with their times.

    Lines of other keys are ignored. Raise ProofInvalid when none of them is the
    witness's, or one that says to be is not.
    """
    lines = parse_note(Note(text, ()).to_bytes() + data).signatures
    found: list[tuple[Signature, int]] = []
    for signature in lines:
        if witness.signed(signature):
            at = witness.check(text, signature)
            found.append((signature, at or 0))
    if not found:
        raise ProofInvalid(f"the answer holds no cosignature of {witness.name}")
    return found

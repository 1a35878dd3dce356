"""Checking a proof file (c2sp.org/tlog-proof@v1), offline."""

from __future__ import annotations

from probatum_client.errors import ReceiptInvalid
from probatum_client.notes import (
    Vkeys,
    check_signature,
    read_checkpoint,
    read_hash,
    read_number,
)
from probatum_client.receipts import Check
from probatum_client.trees import leaf_hash, root_from_path

HEADER = "c2sp.org/tlog-proof@v1"


def check_proof(proof: str, entry: bytes, vkey: Vkeys | None = None) -> Check:
    """Check that an entry, byte for byte, is in the signed tree; raise ReceiptInvalid
    if not. `vkey` is the log's verifier key, got by a way other than the proof."""
    index, path, note = _read(proof)
    origin, size, root = read_checkpoint(note)
    if root_from_path(index, size, leaf_hash(entry), path) != root:
        raise ReceiptInvalid(
            f"These bytes are not entry {index} of the tree of size {size}."
        )
    return Check(origin, index, size, check_signature(note, vkey))


def _read(proof: str) -> tuple[int, list[bytes], str]:
    head, _, note = proof.partition("\n\n")
    first, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)  # nothing vouches for it
    if first != HEADER or not lines or not lines[0].startswith("index "):
        raise ReceiptInvalid(f"A proof file begins with {HEADER} and an index.")
    try:
        index = read_number(lines.pop(0).removeprefix("index "))
        return index, [read_hash(line) for line in lines], note
    except ValueError as reason:
        raise ReceiptInvalid(f"The proof cannot be read: {reason}.") from reason

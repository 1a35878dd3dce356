"""What the server answers for each event, and how to check it without trusting it.

A receipt says: the entry with this leaf hash stands at this index in the tree whose
size and root the signed checkpoint names. `check` computes that root again from the
leaf hash and the path (RFC 9162, section 2.1.3.2) and compares. Keep the receipt: it
binds the operator of the log, whoever that is, to the record as it was.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probatum_client.errors import ProbatumError, ReceiptInvalid
from probatum_client.notes import Vkeys, check_signature, read_checkpoint
from probatum_client.trees import leaf_hash, root_from_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Check:
    """What `Receipt.check` found: `signature` is "valid", or "not checked" and why."""

    origin: str
    index: int
    size: int
    signature: str

    def __str__(self) -> str:
        return (
            f"Entry {self.index} is in the log {self.origin} at size {self.size}; "
            f"signature {self.signature}."
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's answer for one event.

    `status` is "appended" or "duplicate"; `flags` name what the server noticed, such as
    unknown_model_version; `path` holds the sibling hashes from the leaf upwards.
    """

    id: str
    index: int
    leaf_hash: bytes
    status: str
    flags: tuple[str, ...]
    log: str
    checkpoint: str
    path: tuple[bytes, ...] | None

    def check(self, vkey: Vkeys | None = None, entry: bytes | None = None) -> Check:
        """Check that the event is in the signed tree; raise ReceiptInvalid if not.

        `vkey` is the log's verifier key, or a list of all it has had, got by a way
        other than this answer. `entry`, when given, is the entry's bytes, checked
        against the leaf hash and the id.
        """
        if entry is not None:
            self._check_entry(entry)
        origin, size, root = read_checkpoint(self.checkpoint)
        if origin != self.log:
            raise ReceiptInvalid(
                f"The checkpoint is of log {origin}, the receipt of {self.log}."
            )
        if self.path is None:
            raise ReceiptInvalid(
                "The answer carried no path for this event. "
                f"Ask for the proof of event {self.id} instead."
            )
        if root_from_path(self.index, size, self.leaf_hash, self.path) != root:
            raise ReceiptInvalid(
                f"Entry {self.index} is not in the tree of size {size}: "
                "leaf hash and path lead to another root than the checkpoint's."
            )
        return Check(origin, self.index, size, check_signature(self.checkpoint, vkey))

    def _check_entry(self, entry: bytes) -> None:
        if leaf_hash(entry) != self.leaf_hash:
            raise ReceiptInvalid("The entry's bytes do not have this leaf hash.")
        if json.loads(entry).get("eid") != self.id:
            raise ReceiptInvalid(f"The entry is not that of event {self.id}.")


def from_answer(answer: bytes, wanted: list[str]) -> list[Receipt]:
    """Read the receipts of an answer, in the order in which the events were sent; an
    answer that leaves one out is an error, since silence would pass as acceptance."""
    try:
        found = {receipt.id: receipt for receipt in read_receipts(json.loads(answer))}
        return [found[event_id] for event_id in wanted]
    except (AttributeError, LookupError, TypeError, ValueError) as reason:
        raise ProbatumError(
            "The server's answer cannot be read",
            detail=f"{type(reason).__name__}: {reason}. The events may be stored; "
            "send the same events again to get their receipts.",
        ) from reason


def read_receipts(answer: Mapping[str, Any]) -> Iterator[Receipt]:
    """Yield the receipts of one answer of the server."""
    hashes = [b64decode(text, validate=True) for text in answer.get("hashes", [])]
    for event in answer["events"]:
        path = event.get("path")
        yield Receipt(
            id=event["id"],
            index=event["index"],
            leaf_hash=bytes.fromhex(event["leaf_hash"]),
            status=event["status"],
            flags=tuple(event.get("flags", ())),
            log=answer["log"],
            checkpoint=answer["checkpoint"],
            path=None if path is None else tuple(hashes[i] for i in path),
        )

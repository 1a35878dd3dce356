"""What the canary sends, and what it makes of the answer, as a stranger would."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from audits.tlog.checkpoint import Checkpoint
from audits.tlog.encoding import from_base64
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier
from audits.tlog.report import Report
from audits.tlog.tree import check_inclusion
from audits.tlog.verify import verify_checkpoint

MODEL_VERSION = "canary"


@dataclass(frozen=True, slots=True)
class Song:
    """One event as it is posted."""

    id: UUID
    said: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one event, not checked yet."""

    index: int
    leaf_hash: bytes
    path: Sequence[bytes]
    note: str


def song(now: datetime) -> Song:
    """A prediction that nobody made, different each time."""
    event_id, said = uuid4(), secrets.token_hex(8)
    event = {
        "id": str(event_id),
        "type": "prediction",
        "occurred_at": now.isoformat(),
        "model_version": MODEL_VERSION,
        "input": {"said": said},
        "output": {"heard": said},
    }
    return Song(event_id, said, orjson.dumps(event))


def read_receipt(body: bytes, sent: Song) -> Receipt:
    """The receipt out of an answer; ProofInvalid when it is none of this event."""
    try:
        answer: dict[str, Any] = orjson.loads(body)
        [event] = answer["events"]
        if event["id"] != str(sent.id):
            raise ProofInvalid("the receipt is another event's")
        hashes = [from_base64(each, "a hash") for each in answer["hashes"]]
        return Receipt(
            index=int(event["index"]),
            leaf_hash=bytes.fromhex(event["leaf_hash"]),
            path=[hashes[at] for at in event["path"]],
            note=str(answer["checkpoint"]),
        )
    except (ValueError, LookupError, TypeError) as error:
        raise ProofInvalid(f"the answer is no receipt: {error}") from error


def check_receipt(found: Receipt, log: Verifier) -> Checkpoint:
    """The signed tree that has the event in it; ProofInvalid when it has not."""
    report = Report("canary")
    checkpoint = verify_checkpoint(
        report, "the receipt", found.note.encode(), log, witnesses=[]
    )
    if checkpoint is None:
        raise ProofInvalid("; ".join(each.what for each in report.faults))
    check_inclusion(
        found.index, checkpoint.size, found.leaf_hash, checkpoint.root, found.path
    )
    return checkpoint

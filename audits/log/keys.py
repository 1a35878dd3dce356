"""Where signatures come from: the signer, for this process holds no signing key.

An installation has its signer behind a socket (`audits.signer`). Only where none is
set, which no installation's settings allow, the same code signs within the process:
tests see what a transaction of theirs has not committed, and a drill wants keys and a
state of its own.
"""

import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from audits.signer.client import Client, SignerAway
from audits.signer.keys import MASTER, Keys, write_key
from audits.signer.protocol import MOST_TREES, answer_one
from audits.signer.reading import Entries
from audits.signer.signing import Signer
from audits.signer.state import State
from audits.signer.witnessing import Configured, Witness, logs_of
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.hashing import ProofInvalid

__all__ = [
    "NotSigned", "SignerAway", "cosign", "hand_over", "ml_dsa_line", "ml_dsa_vkey",
    "open_key", "pending_rotations", "sign_all", "sign_receipt", "status",
    "witness_vkey",
]  # fmt: skip


class NotSigned(ProofInvalid):
    """The signer refuses: the log was set back or forked, or its clock was.

    What was stored stays stored; `kind` says which of these it is.
    """

    def __init__(self, why: str, kind: str) -> None:
        super().__init__(why)
        self.kind = kind


def open_key(origin: str) -> str:
    """Have the signer begin a log; returns the key that its checkpoints verify by.

    To hand to everyone (C2SP signed-note).
    """
    found: str = _held(_ask({"do": "open", "origin": origin}))["vkey"]
    return found


def sign_all(checkpoints: Sequence[Checkpoint]) -> list[str | NotSigned]:
    """Each as a signed note, or why it is none. Raises SignerAway for all of them."""
    notes: list[str | NotSigned] = []
    for start in range(0, len(checkpoints), MOST_TREES):
        some = checkpoints[start : start + MOST_TREES]
        trees = [[each.origin, each.size, each.root.hex()] for each in some]
        for found in _ask({"do": "sign", "trees": trees})["notes"]:
            notes.append(found if isinstance(found, str) else _refusal(found))
    return notes


def sign_receipt(checkpoint: Checkpoint) -> tuple[bytes, bytes]:
    """The protected header and the signature of a COSE receipt over this root.

    Raises NotSigned and SignerAway, as the checkpoint itself.
    """
    tree = [checkpoint.origin, checkpoint.size, checkpoint.root.hex()]
    answer = _held(_ask({"do": "receipt", "tree": tree}))
    return b64decode(answer["protected"]), b64decode(answer["signature"])


def ml_dsa_line(checkpoint: Checkpoint) -> str:
    """The log's ML-DSA-44 signature, as a line under its checkpoint.

    Raises NotSigned and SignerAway, as the checkpoint itself.
    """
    tree = [checkpoint.origin, checkpoint.size, checkpoint.root.hex()]
    line: str = _held(_ask({"do": "ml-dsa", "tree": tree}))["line"]
    return line


def ml_dsa_vkey(origin: str) -> str:
    """The key that these lines verify by, to hand to everyone."""
    found: str = _ask({"do": "ml-dsa-key", "origin": origin})["vkey"]
    return found


def pending_rotations() -> list[dict[str, str]]:
    """The logs that are to get another key and do not record it yet.

    Each with `origin`, `old` and `new` key, the `person` who asked and the `reason`.
    """
    found: list[dict[str, str]] = _ask({"do": "pending"})["pending"]
    return found


def hand_over(origin: str, size: int) -> tuple[str, int]:
    """Have the log's next key sign from the tree of `size` on, which records it.

    Returns what both keys signed, and until when the old one signs (Unix seconds).
    """
    answer = _held(_ask({"do": "hand_over", "origin": origin, "size": size}))
    return answer["note"], answer["ends"]


def cosign(body: bytes) -> tuple[int, str]:
    """The status and the body with which the witness answers a request."""
    answer = _ask({"do": "cosign", "body": b64encode(body).decode()})
    return answer["status"], answer["body"]


def witness_vkey() -> str:
    """Our verifier key as a witness, to hand to the logs that we cosign."""
    found: str = _ask({"do": "witness"})["vkey"]
    return found


def status() -> dict[str, Any]:
    """What the signer has signed and what it refuses now. Raises SignerAway.

    `logs` it knows, `newest` signature, `refused` logs with `kind` and `why`,
    `accepted` states that began anew, with the `trees` they began at; times are
    microseconds of Unix time.
    """
    return _ask({"do": "status"})


def _held(answer: dict[str, Any]) -> dict[str, Any]:
    if "refused" in answer:
        raise _refusal(answer)
    return answer


def _refusal(found: dict[str, Any]) -> NotSigned:
    return NotSigned(found["refused"], found["kind"])


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    path = settings.SIGNER_SOCKET
    return _client(path).ask(request) if path else _inside().ask(request)


@lru_cache(maxsize=1)
def _client(path: str) -> Client:
    return Client(path)


class _Inside:
    """A signer in this process, which reads through the thread's own connection."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / MASTER).exists():
            write_key(folder / MASTER, os.urandom(48).hex().encode())
        keys, state = Keys(folder), State(folder, durable=False)
        witness = Witness(keys, state, _configured)
        self._signer = Signer(keys, state, Entries(_this_connection), witness)
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            answer = answer_one(self._signer, request)
        if "away" in answer:
            raise SignerAway(answer["away"])
        return answer


@lru_cache(maxsize=4)
def _at(folder: Path) -> _Inside:
    return _Inside(folder)


_making = threading.Lock()


def _inside() -> _Inside:
    with _making:
        return _at(Path(settings.SIGNER_DIR))


def _configured() -> Configured:
    return Configured(settings.WITNESS_NAME, logs_of(settings.WITNESS_FOR))


def _this_connection() -> "psycopg.Connection[Any]":
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw

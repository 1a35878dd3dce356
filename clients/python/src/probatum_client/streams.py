"""Numbered streams: the chain from event to event, and heartbeats.

The server holds the same rules (docs/intake.md): who has the entries of a log can
check that none is missing, without the server and without the source.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from probatum_client.events import instant
from probatum_client.signing import public_of, sign
from probatum_client.spool.files import open_private, write_all

if TYPE_CHECKING:
    from pathlib import Path

SEED = 32
WRITTEN = len("2026-11-23T08:00:00.000000Z")


class Former(NamedTuple):
    """The epoch before, and the last number that is known of it."""

    epoch: str
    last: int


def link(epoch: str, number: int, event_id: str, at: str, prev: str) -> str:
    """Return what the next event of the epoch names as `prev`."""
    text = f"probatum-link-v1\n{epoch}\n{number}\n{event_id}\n{at}\n{prev}\n"
    return sha256(text.encode()).hexdigest()


def as_entry_writes(at: object) -> Any:
    """Return an instant as the log's entry will write it; as it is if it is none."""
    if isinstance(at, str) and len(at) == WRITTEN and at.endswith("Z"):
        return at
    try:
        return instant(datetime.fromisoformat(str(at)))
    except ValueError:
        return at  # the server says best what is wrong with it


def kept_seed(lane: Path) -> bytes:
    """Return the lane's secret, made at its first use; readable by this user alone."""
    path = lane / "heartbeat.key"
    with suppress(FileNotFoundError, ValueError):
        seed = bytes.fromhex(path.read_text())
        if len(seed) == SEED:
            return seed
    seed = os.urandom(SEED)
    handle = open_private(path, os.O_RDWR | os.O_TRUNC)
    try:
        write_all(handle, seed.hex().encode(), 0)
        os.fsync(handle)
    finally:
        os.close(handle)
    return seed


class Pulse:
    """Writes the heartbeats of one lane."""

    def __init__(self, lane: Path, every: float) -> None:
        self._seed = kept_seed(lane)
        self._key = public_of(self._seed).hex()
        self._every = max(5, round(every))

    def beat(
        self, epoch: str, last: int, head: str, former: Former | None, lost: int,
        *, closed: bool,
    ) -> bytes:  # fmt: skip
        """Return a signed heartbeat as the API takes it."""
        told: dict[str, Any] = {
            "epoch": epoch,
            "last": last,
            "sent_at": instant(datetime.now(UTC)),
            "state": "closed" if closed else "open",
            "every": self._every,
            "counters": {"lost": lost},
            "key": self._key,
        }
        if head:
            told["head"] = head
        if former:
            told["former"] = former._asdict()
        told["signature"] = sign(self._seed, message(told)).hex()
        return json.dumps(told).encode()


def message(told: dict[str, Any]) -> bytes:
    """Return the lines that are signed."""
    former = told.get("former", {"epoch": "", "last": ""})
    counters = told["counters"]
    lines = [
        "probatum-heartbeat-v1",
        told["epoch"],
        told["last"],
        told.get("head", ""),
        told["sent_at"],
        told["state"],
        told["every"],
        former["epoch"],
        former["last"],
        *(f"{name}={counters[name]}" for name in sorted(counters)),
    ]
    return "".join(f"{line}\n" for line in lines).encode()

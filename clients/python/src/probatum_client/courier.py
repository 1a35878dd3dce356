"""Bringing the events of one lane to the server, whatever it answers.

1. An event leaves its lane when its receipt is on disk here, or when it was set aside.
2. An event that the server will never take (422, 409, 413, 400) is set aside with the
   server's reason, and the others of its request are sent without it.
3. Anything else says nothing about the event: it waits. A key that was revoked (401) or
   lacks a scope (403) makes all events wait, as a server that is down does.
4. A receipt that does not prove what it claims is no receipt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probatum_client.addresses import EVENTS, HEARTBEATS, JSON
from probatum_client.batches import as_array
from probatum_client.errors import ProbatumError, ReceiptInvalid
from probatum_client.notes import Vkeys, read_checkpoint
from probatum_client.receipts import from_answer
from probatum_client.spool.files import BEAT
from probatum_client.spool.kept import Kept
from probatum_client.spool.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from probatum_client.receipts import Receipt
    from probatum_client.sending import Sender
    from probatum_client.spool.files import Record

logger = logging.getLogger(__name__)
ABOUT_THE_EVENT = frozenset({400, 409, 422})
# An older server knows no heartbeats, and a wrong one is not mended by waiting.
NO_HEARTBEAT = frozenset({400, 404, 405, 409, 413, 415, 422})
TOO_LARGE = 413
FAILED = 500
PATIENCE = 5  # failures in a row before a 500 is looked for in single events
MOST_PROBES = 30  # requests that may fail then before the server itself is blamed


class Outage(Exception):
    """Nothing more can be sent for now; the cause is a ProbatumError, a
    ReceiptInvalid, or a disk that cannot keep receipts."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.status = getattr(reason, "status", None)
        self.retry_after: float | None = getattr(reason, "retry_after", None)


@dataclass
class _Round:
    """What became of the events of one request."""

    may_probe: bool
    accepted: int = 0
    probes: int = 0
    aside: list[tuple[Record, int | None, str]] = field(default_factory=list)
    doubtful: list[Record] = field(default_factory=list)


class Courier:
    """Sends one lane. Its caller holds the lane's sender lock, and calls it from one
    thread. `told` hears of each event's receipt, or why it was set aside."""

    def __init__(
        self,
        lane: Path,
        sender: Sender,
        *,
        vkey: Vkeys | None,
        told: Callable[[str, Receipt | str], None],
    ) -> None:
        self.lane = lane
        self._sender = sender
        self._vkey = vkey
        self._told = told
        self._reader = Reader(lane)
        self._kept = Kept(lane)
        self._failures = 0

    def send_next(self) -> bool:
        """Send the next request's worth of events; False if there are none. Raises
        Outage, and then all of them still wait."""
        try:
            return self._send_next()
        except Outage as outage:
            self._failures = self._failures + 1 if outage.status == FAILED else 0
            raise
        except OSError as reason:  # the disk is full: no receipt could be kept
            raise Outage(reason) from reason

    def _send_next(self) -> bool:
        taken = self._reader.take()
        if taken is None:
            return False
        if taken.records[0].id == BEAT.decode():
            self._send_beat(taken.records[0])
            self._reader.done(taken.end)
            return True
        found = _Round(may_probe=self._failures >= PATIENCE)
        self._deliver(taken.records, found)
        self._failures = 0
        self._kept.aside(found.aside)
        self._reader.done(taken.end)
        for record, _status, reason in found.aside:
            self._told(record.id, reason)
        return True

    def sync(self) -> None:
        """Make sure that what waits outlives a power cut."""
        try:
            self._reader.sync()
        except OSError:
            logger.exception("%s cannot be synced", self.lane)

    def close(self) -> None:
        """Close its files."""
        self._reader.close()
        self._kept.close()

    def _send_beat(self, record: Record) -> None:
        """Send a heartbeat, or leave it: the next one says the same and more."""
        try:
            self._sender.send("POST", HEARTBEATS, content=record.body, accept=JSON)
        except ProbatumError as error:
            if error.status not in NO_HEARTBEAT:
                raise Outage(error) from error
            logger.warning("The server takes no heartbeat: %s", error)
        self._failures = 0

    def _deliver(self, records: list[Record], found: _Round) -> None:
        damaged = [record for record in records if record.body is None]
        found.aside += [(r, None, "The disk did not keep it whole.") for r in damaged]
        parts = [[record for record in records if record.body is not None]]
        while parts:
            part = parts.pop()
            if part:
                parts += self._send(part, found)
        for record in found.doubtful:
            self._send_doubtful(record, found)

    def _send(self, part: list[Record], found: _Round) -> list[list[Record]]:
        """Send events; return those that are to be sent yet, the first ones last."""
        try:
            self._post(part)
        except ProbatumError as error:
            return self._sort_out(part, error, found)
        found.accepted += len(part)
        return []

    def _sort_out(
        self, part: list[Record], error: ProbatumError, found: _Round
    ) -> list[list[Record]]:
        named = _named(part, error)
        if named:
            found.aside += [(part[at], error.status, named[at]) for at in sorted(named)]
            return [[r for at, r in enumerate(part) if at not in named]]
        probing = error.status == FAILED and found.may_probe
        found.probes += probing
        is_about = error.status in ABOUT_THE_EVENT and error.is_problem
        if found.probes > MOST_PROBES and not found.accepted:
            raise Outage(error) from error
        if not (probing or is_about or error.status == TOO_LARGE):
            raise Outage(error) from error
        if len(part) > 1:
            half = len(part) // 2
            return [part[half:], part[:half]]
        if probing:
            found.doubtful += part
        else:
            found.aside += [(part[0], error.status, str(error))]
        return []

    def _send_doubtful(self, record: Record, found: _Round) -> None:
        """Send once more what alone made the server fail. If it takes others and not
        this one, it is this one's fault."""
        try:
            self._post([record])
        except ProbatumError as error:
            if error.status != FAILED or not found.accepted:
                raise Outage(error) from error
            found.aside += [(record, error.status, str(error))]

    def _post(self, part: list[Record]) -> None:
        content = as_array([record.body for record in part if record.body is not None])
        ids = [record.id for record in part]
        answer = self._sender.send("POST", EVENTS, content=content, accept=JSON)
        receipts = from_answer(answer.content, ids)
        try:
            self._check(receipts)
        except ReceiptInvalid as reason:
            raise Outage(reason) from reason
        self._kept.receipts(answer.content)
        for event_id, receipt in zip(ids, receipts, strict=True):
            self._told(event_id, receipt)

    def _check(self, receipts: list[Receipt]) -> None:
        """Check every receipt, and that the log did not become another one."""
        note = receipts[0].checkpoint
        if self._vkey is not None:
            receipts[0].check(self._vkey)
        for receipt in receipts:
            receipt.check()
        before = self._kept.checkpoint()
        if before is not None and _contradicts(before, note):
            logger.critical(
                "The log went back or was exchanged: after this checkpoint it signed "
                "another that cannot follow it. Keep both.\n%s\n%s", before, note,
            )  # fmt: skip
            return
        self._kept.keep_checkpoint(note)


def _named(part: list[Record], error: ProbatumError) -> dict[int, str]:
    """Return which events the server named as the wrong ones, and why."""
    found: dict[int, str] = {}
    for each in error.errors:
        at = each.get("event") if error.status == 422 else None
        if error.status == 409:
            # The last one: an earlier event of the same id may be the one on record.
            places = [n for n, r in enumerate(part) if r.id == each.get("reason")]
            at = places[-1] if places else None
        if isinstance(at, int) and 0 <= at < len(part):
            alone = [other for other in error.errors if other.get("event") == at]
            found[at] = str(error.about(alone))
    return found


def _contradicts(before: str, after: str) -> bool:
    origin, size, root = read_checkpoint(before)
    new_origin, new_size, new_root = read_checkpoint(after)
    if origin != new_origin:
        return False  # another key of another system: a log of its own
    return new_size < size or (new_size == size and new_root != root)

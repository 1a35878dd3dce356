"""Recording predictions without waiting for the server."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Literal, Self
from weakref import WeakSet

from probatum_client.batches import check_size
from probatum_client.dispatch import Dispatcher, Server
from probatum_client.errors import NotRecorded, ProbatumError, Refused, SpoolFull
from probatum_client.events import Prediction, encode, prepared
from probatum_client.receipts import Receipt
from probatum_client.spool.files import private_folder
from probatum_client.spool.status import waiting_bytes
from probatum_client.spool.writer import Writer
from probatum_client.streams import as_entry_writes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

logger = logging.getLogger(__name__)
# LIMIT: an hour without the server at 500 predictions/s of 2 kB each.
MOST_SPOOLED = 4 * 1024**3
SAY_EVERY = 1.0  # seconds between two messages about lost events
RESTART_AFTER = 30.0  # seconds
_NUMBERS = frozenset({"epoch", "seq", "prev"})
UNWRITABLE = (SpoolFull, ProbatumError, TypeError, ValueError, RecursionError)


class Recorder:
    """Puts predictions on record at once, and sends them in the background.

    `record` returns when the event lies in the folder `spool` on this machine; from
    there it is sent, also by the next process if this one is killed. `log_or_fail`
    returns when the server has it. Share one between threads; after a fork each process
    gets a lane of its own. `max_bytes` bounds what may wait for this process. `on_loss`
    says what `record` does with an event that the full spool cannot keep, or that
    cannot be written as JSON: "raise", or "gap": log an error, count it in `lost`, and
    leave its number empty so that the record shows it. What waits is never dropped.

    Every `heartbeat` seconds, and at `close`, it says how far it has come, signed with
    a key of the spool: so a lost tail shows, and silence raises an alarm. None: never.
    `send=False` leaves the sending to `probatum send`. `vkey` is the log's verifier
    key; receipts are then checked against its signature. `linger` is how many seconds
    events are collected before they are sent.
    """

    _writer: Writer | None
    _dispatcher: Dispatcher | None
    _thread: Thread | None
    _send_at: float
    _say_at: float
    _beat_at: float

    def __init__(  # noqa: PLR0913 - keyword-only, each with what most want
        self,
        url: str,
        api_key: str,
        spool: Path | str,
        *,
        max_bytes: int = MOST_SPOOLED,
        on_loss: Literal["raise", "gap"] = "raise",
        sync_each: bool = False,
        send: bool = True,
        linger: float = 0.25,
        heartbeat: float | None = 60.0,
        vkey: str | Sequence[str] | None = None,
        allow_http: bool = False,
    ) -> None:
        self._server = Server(
            url=url, api_key=api_key, vkey=vkey, allow_http=allow_http
        )
        self.spool = private_folder(Path(spool))
        self.lost = 0
        self._max_bytes, self._sync_each = max_bytes, sync_each
        self._on_loss, self._linger, self._sends = on_loss, linger, send
        self._heartbeat = heartbeat
        self._reset()
        _recorders.add(self)

    def record(self, event: Prediction | Mapping[str, Any]) -> str:
        """Put one prediction on record and return its id, without waiting for the
        server. Raises SpoolFull, or what is wrong with the event (see `on_loss`)."""
        try:
            return self._append(prepared(event))
        except UNWRITABLE as reason:
            if self._on_loss == "raise":
                raise
            return self._lose(event, reason)

    def log_or_fail(
        self, event: Prediction | Mapping[str, Any], timeout: float = 10.0
    ) -> Receipt:
        """Put one prediction on record and return its receipt; raises NotRecorded when
        none came within `timeout` seconds. Withhold the output then: the event stays in
        the spool and is sent later, since the prediction was made all the same."""
        event_id, future = self._expected(event)
        try:
            return future.result(timeout)
        except TimeoutError as reason:
            raise self._not_yet(event_id, timeout) from reason
        finally:
            self._expecting.pop(event_id, None)

    async def log_or_fail_async(
        self, event: Prediction | Mapping[str, Any], timeout: float = 10.0
    ) -> Receipt:
        """As `log_or_fail`, without blocking the event loop."""
        event_id, future = self._expected(event)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout)
        except TimeoutError as reason:
            raise self._not_yet(event_id, timeout) from reason
        finally:
            self._expecting.pop(event_id, None)

    @property
    def trouble(self) -> str | None:
        """Why nothing gets through to the server just now; None if nothing is known to
        stand in the way."""
        return self._dispatcher.trouble if self._dispatcher else None

    @property
    def waiting_bytes(self) -> int:
        """How much this process has recorded that the server has not answered for."""
        return waiting_bytes(self._writer.lane) if self._writer else 0

    def start(self) -> None:
        """Begin sending what an earlier process left, before the first event."""
        with self._lock:
            self._start()

    def close(self, timeout: float = 5.0) -> None:
        """Send what waits, for at most `timeout` seconds; the rest stays in the
        spool."""
        with self._lock, suppress(SpoolFull):  # then its end stays unknown
            if self._writer:
                self._writer.beat(self.lost, closed=True)
        if self._dispatcher and self._thread:
            self._dispatcher.close()
            self._thread.join(timeout)
        with self._lock:
            if self._writer:
                self._writer.close()
            self._writer = self._dispatcher = self._thread = None
            self._send_at = self._beat_at = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _append(self, body: dict[str, Any]) -> str:
        if not _NUMBERS.isdisjoint(body):
            raise ValueError("A recorder numbers: leave out epoch, seq and prev.")
        # The chain covers the instant as the entry will write it, so it is sent so.
        if at := body.get("occurred_at", ""):
            at = body["occurred_at"] = as_entry_writes(at)
        event_id, text = str(body["id"]), encode(body)
        check_size(event_id, text)
        with self._lock:
            self._start().append(event_id, at, text)
        return event_id

    def _lose(self, event: Prediction | Mapping[str, Any], reason: Exception) -> str:
        found = event.id if isinstance(event, Prediction) else event.get("id")
        with self._lock:
            self.lost += 1
            with suppress(SpoolFull):  # without a lane there is no number to spend
                self._start().spend()
        if time.monotonic() >= self._say_at:
            self._say_at = time.monotonic() + SAY_EVERY
            logger.error(
                "Predictions are lost, %s so far; their numbers stay empty. The last "
                "one, %s: %s", self.lost, found, reason,
            )  # fmt: skip
        return str(found)

    def _start(self) -> Writer:
        if self._writer is None:
            try:
                self._writer = Writer(
                    self.spool, max_bytes=self._max_bytes, sync_each=self._sync_each,
                    heartbeat=self._heartbeat,
                )  # fmt: skip
            except OSError as reason:
                raise SpoolFull(f"{self.spool} cannot be used: {reason}") from reason
        if self._sends and (self._thread is None or not self._thread.is_alive()):
            self._start_sending(self._writer.lane)
        return self._writer

    def _start_sending(self, lane: Path) -> None:
        # A thread that ended by itself has a fault, which was printed: it is not begun
        # anew for each event.
        if time.monotonic() < self._send_at:
            return
        self._send_at = time.monotonic() + RESTART_AFTER
        self._dispatcher = Dispatcher(
            self.spool, self._server, linger=self._linger, own=lane,
            told=self._hear, housekeeping=self._tidy, pulse=self._beat,
        )  # fmt: skip
        self._thread = Thread(
            target=self._dispatcher.work, name="probatum", daemon=True
        )
        self._thread.start()

    def _expected(
        self, event: Prediction | Mapping[str, Any]
    ) -> tuple[str, Future[Receipt]]:
        if not self._sends:
            raise RuntimeError("log_or_fail needs a recorder that sends itself.")
        body, future = prepared(event), Future[Receipt]()
        self._expecting[str(body["id"])] = future
        try:
            event_id = self._append(body)
        except BaseException:
            self._expecting.pop(str(body["id"]), None)
            raise
        if self._dispatcher:
            self._dispatcher.hurry()
        return event_id, future

    def _hear(self, event_id: str, what: Receipt | str) -> None:
        future = self._expecting.get(event_id)
        if future is None:
            return
        with suppress(InvalidStateError):  # who waited has just given up
            if isinstance(what, Receipt):
                future.set_result(what)
            else:
                future.set_exception(Refused(f"Event {event_id} was refused: {what}"))

    def _not_yet(self, event_id: str, timeout: float) -> NotRecorded:
        why = self.trouble or "the server has not answered yet"
        return NotRecorded(
            f"No receipt for event {event_id} within {timeout} s: {why}. It waits in "
            f"{self.spool} and is sent when that is possible."
        )

    def _tidy(self, *, is_last: bool) -> bool:
        """Begin a new segment when all is sent, so that the old one can go."""
        with self._lock:
            writer = self._writer
            if writer is None or not writer.is_worth_rotating(now=is_last):
                return False
            try:
                writer.rotate()
            except OSError:
                return False  # a full disk: `append` says so when it matters
            return True

    def _beat(self) -> None:
        """Write a heartbeat when one is due."""
        if self._heartbeat is None or time.monotonic() < self._beat_at:
            return
        self._beat_at = time.monotonic() + self._heartbeat
        with self._lock, suppress(SpoolFull):  # silence says it then
            if self._writer:
                self._writer.beat(self.lost)

    def _reset(self) -> None:
        self._lock = Lock()
        self._writer = self._dispatcher = self._thread = None
        self._expecting: dict[str, Future[Receipt]] = {}
        self._send_at = self._say_at = self._beat_at = 0.0

    def _forked(self) -> None:
        if self._writer:
            self._writer.abandon()
        self._reset()


# A forked process must not write to its parent's lane, nor keep it locked.
_recorders: WeakSet[Recorder] = WeakSet()


def _after_fork() -> None:
    for recorder in list(_recorders):
        recorder._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

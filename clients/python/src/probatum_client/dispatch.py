"""Sending a spool in the background: this process's lane, and those nobody sends."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import httpx

from probatum_client.addresses import check_address, headers
from probatum_client.courier import Courier, Outage
from probatum_client.notes import Vkeys
from probatum_client.sending import Sender, jitter
from probatum_client.spool.files import lanes, lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from probatum_client.receipts import Receipt

logger = logging.getLogger(__name__)
SYNC_EVERY = 1.0  # seconds
LOOK_EVERY = 5.0  # seconds between looks for lanes whose process has ended
LONGEST_ASKED = 3600.0  # seconds; a server that asks for more is asked in an hour
SAY_EVERY = 60.0  # seconds between two messages about the same outage


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where to send, with which key, and whose signature has to be under receipts."""

    url: str
    api_key: str = field(repr=False)
    vkey: Vkeys | None = None
    timeout: float = 30.0
    allow_http: bool = False
    transport: httpx.BaseTransport | None = None

    def __post_init__(self) -> None:
        """Refuse an address that the key must not travel to."""
        check_address(self.url, allow_http=self.allow_http)

    def connect(self) -> httpx.Client:
        """Return a pool of connections."""
        return httpx.Client(
            base_url=self.url,
            timeout=self.timeout,
            transport=self.transport,
            headers=headers(self.api_key),
        )


@dataclass(frozen=True, slots=True)
class _Held:
    courier: Courier
    lock: int

    def release(self) -> None:
        self.courier.close()
        os.close(self.lock)


def _nobody(_event_id: str, _what: Receipt | str) -> None:
    """Nobody of this process waits for the events of another one."""


class Dispatcher:
    """Sends until it is closed. `trouble` says why nothing gets through, if so."""

    def __init__(
        self,
        spool: Path,
        server: Server,
        *,
        linger: float = 0.25,
        own: Path | None = None,
        told: Callable[[str, Receipt | str], None] = _nobody,
        housekeeping: Callable[..., bool] = lambda *, is_last: False,
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        self.trouble: str | None = None
        self._spool, self._server = spool, server
        self._linger, self._own, self._told = linger, own, told
        self._housekeeping, self._pulse = housekeeping, pulse
        self._held: dict[Path, _Held] = {}
        self._wake, self._closing = Event(), Event()
        self._look_at = self._say_at = 0.0
        self._outages = 0

    def hurry(self) -> None:
        """Send now what waits, without lingering for more."""
        self._wake.set()

    def close(self) -> None:
        """Ask the work to end, once nothing waits or nothing gets through."""
        self._closing.set()
        self._wake.set()

    def work(self) -> None:
        """Send until closed; what is then not sent stays in the spool."""
        with self._server.connect() as http:
            sender = Sender(http, retries=0)
            try:
                while self._step(sender):
                    pass
            finally:
                while self._held:
                    self._held.popitem()[1].release()

    def send_all(self) -> bool:
        """Send until nothing waits; False if the server did not take it."""
        self.close()
        self.work()
        return self.trouble is None

    def _step(self, sender: Sender) -> bool:
        """Send one request for each lane, or pause; tell whether to go on."""
        self._pulse()
        try:
            has_sent = self._send_each(sender)
        except Outage as outage:
            self._note(outage)
            self._let_go()
            if not self._closing.is_set():
                self._pause(self._wait_after(outage), hurried=False)
            return not self._closing.is_set()
        if has_sent:
            self._note(None)
            return True
        is_last = self._closing.is_set()
        if self._housekeeping(is_last=is_last):
            return True
        if not is_last:
            self._pause(self._linger, hurried=True)
        return not is_last

    def _send_each(self, sender: Sender) -> bool:
        try:
            self._look_for_lanes(sender)
        except OSError as reason:
            raise Outage(reason) from reason
        has_sent = False
        for lane, held in list(self._held.items()):
            if held.courier.send_next():
                has_sent = True
            elif lane != self._own:
                self._held.pop(lane).release()
        return has_sent

    def _look_for_lanes(self, sender: Sender) -> None:
        """Take the own lane as soon as it is free, and now and then the others."""
        found = [] if self._own is None or self._own in self._held else [self._own]
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY
            found += [lane for lane in lanes(self._spool) if lane not in self._held]
        for lane in dict.fromkeys(found):
            handle = lock(lane / "sender.lock")
            if handle is not None:
                told = self._told if lane == self._own else _nobody
                courier = Courier(lane, sender, vkey=self._server.vkey, told=told)
                self._held[lane] = _Held(courier, handle)

    def _let_go(self) -> None:
        """Hold no lane of another process while nothing gets through: its own process
        may come back and wait for receipts."""
        for lane in [lane for lane in self._held if lane != self._own]:
            self._held.pop(lane).release()

    def _wait_after(self, outage: Outage) -> float:
        self._outages += 1
        asked = min(outage.retry_after or 0.0, LONGEST_ASKED)
        return asked + jitter(0) if asked else jitter(self._outages)

    def _note(self, outage: Outage | None) -> None:
        if outage is None:
            if self.trouble is not None:
                logger.warning("Events get through to %s again.", self._server.url)
            self.trouble, self._outages, self._say_at = None, 0, 0.0
            return
        self.trouble = str(outage)
        if time.monotonic() >= self._say_at:
            self._say_at = time.monotonic() + SAY_EVERY
            logger.error(
                "Events wait in %s, nothing is lost: %s", self._spool, outage
            )  # fmt: skip

    def _pause(self, seconds: float, *, hurried: bool) -> None:
        """Wait, and meanwhile sync what comes in; a hurry ends lingering, but not a
        wait that protects the server."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._closing.is_set():
            if self._wake.wait(min(left, SYNC_EVERY)):
                self._wake.clear()
                if hurried:
                    return
            self._pulse()
            for held in self._held.values():
                held.courier.sync()

"""Looking at most once a second, and never for longer than a few."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Generic, TypeVar

from django.db import connections

Seen = TypeVar("Seen")


class OnceASecond(Generic[Seen]):
    """What a look found, for everybody who asks within the same second."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self.look = look
        self.lock = threading.Lock()
        self.found: tuple[float, Seen] | None = None

    def __call__(self) -> Seen:
        # One looks and the others wait for it: a database that hangs has one guest.
        with self.lock:
            if self.found is None or self.found[0] + 1.0 < monotonic():
                seen = self.look()
                self.found = (monotonic(), seen)
            return self.found[1]

    def forget(self) -> None:
        """Look again when asked next."""
        self.found = None


@contextmanager
def hung_up_after(seconds: float) -> Iterator[None]:
    """Cut the database's connection when it is still waited for after that time.

    No setting of the database's helps when its server has stopped or its network
    swallows packets: only an end of the connection wakes who waits for an answer.
    """
    wrapper = connections["default"]

    def hang_up() -> None:
        raw = wrapper.connection
        if raw is None:
            return  # still connecting, which has a time limit of its own
        with suppress(OSError), socket.socket(fileno=os.dup(raw.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

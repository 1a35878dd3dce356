"""A service that posts until it is told to stop, and keeps every answer it got.

Plain Python: `python poster.py URL KEY FILE SEED`; with WRITERS and REQUESTS behind it,
so many threads post so often. What was not acknowledged is posted again, the same
bytes, for as long as it takes.
"""

import http.client
import json
import random
import signal
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

PAUSE = 0.05  # seconds before the same is posted again
PATIENCE = 120.0  # seconds until something is very wrong


class Source:
    """Numbers what it posts; says what became of each request, and of each try."""

    def __init__(self, url: str, key: str) -> None:
        self.address, self.key = urlsplit(url), key
        self.epoch, self.last = str(uuid.uuid4()), 0
        self.tries: list[tuple[int, str]] = []

    def events(self, count: int) -> list[dict[str, Any]]:
        found = []
        for _ in range(count):
            self.last += 1
            found.append(
                {
                    "id": str(uuid.uuid4()),
                    "type": "prediction",
                    "occurred_at": datetime.now(UTC).isoformat(),
                    "model_version": "credit-1",
                    "input": {"income": 2400.5, "age": 41},
                    "output": {"decision": "approve"},
                    "epoch": self.epoch,
                    "seq": self.last,
                }
            )
        return found

    def attempt(self, body: bytes) -> tuple[int, Message, bytes]:
        """One try: status, headers, body; OSError or HTTPException when cut off."""
        host, port = self.address.hostname or "", self.address.port
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            connection.request(
                "POST",
                "/api/v1/events",
                body,
                {
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {self.key}",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def body(self, count: int) -> bytes:
        return json.dumps(self.events(count)).encode()

    def post(self, count: int = 1, body: bytes = b"") -> dict[str, Any]:
        """Post new events, or the body, until acknowledged; what was said at last."""
        body = body or self.body(count)
        self.tries, end = [], time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, _headers, said = self.attempt(body)
            except (OSError, http.client.HTTPException) as error:
                status, said = 0, repr(error).encode()
            self.tries.append((status, said.decode(errors="replace")))
            if status in (200, 201):
                found: dict[str, Any] = json.loads(said)
                return found
            if status not in (0, 429, 500, 502, 503):
                break
            time.sleep(PAUSE)
        raise AssertionError(f"never acknowledged: {self.tries[-3:]}")


def line(source: Source, count: int) -> str:
    """Post so many events; what is kept of it."""
    found = source.post(count)
    return json.dumps({"answer": found, "tries": source.tries}) + "\n"


def until_stopped(source: Source, seed: str, keep: Callable[[str], object]) -> None:
    dice, stopped = random.Random(seed), []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    while not stopped:
        keep(line(source, dice.choice([1, 1, 1, 1, 1, 1, 7, 7, 7, 70, 70, 300])))


def at_once(
    sources: list[Source], seed: str, requests: int, keep: Callable[[str], object]
) -> None:
    sizes = random.Random(seed)
    counts = [[sizes.randint(1, 30) for _ in range(requests)] for _ in sources]

    def write(source: Source, mine: list[int]) -> list[str]:
        return [line(source, count) for count in mine]

    with ThreadPoolExecutor(len(sources)) as pool:
        for lines in pool.map(write, sources, counts):
            keep("".join(lines))


if __name__ == "__main__":
    _url, _key, _file, _seed, *_many = sys.argv[1:]
    with open(_file, "w", buffering=1) as kept:  # noqa: PTH123
        if _many:
            _writers, _requests = map(int, _many)
            _sources = [Source(_url, _key) for _ in range(_writers)]
            at_once(_sources, _seed, _requests, kept.write)
        else:
            until_stopped(Source(_url, _key), _seed, kept.write)

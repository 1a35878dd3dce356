"""The load's side: prepared requests, posted over kept connections by processes."""

import json
import os
import random
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection

EVENT_BYTES = 900
EVENTS = "/api/v1/events"
Act = Callable[[int, str, str, deque[bytes]], None]


def event(now: str) -> bytes:
    """One prediction of about 900 bytes, as a scoring service would send it."""
    made = {
        "id": str(uuid7()),
        "type": "prediction",
        "occurred_at": now,
        "model_version": "credit-1",
        "deployment": "loan-desk",
        "input": {f"attribute_{n}": round(random.random(), 6) for n in range(12)},
        "features": {f"feature_{n}": round(random.random(), 6) for n in range(6)},
        "output": {"decision": "approve", "score": round(random.random(), 6)},
        "confidence": round(random.random(), 4),
        "subject": f"person-{random.randrange(10**6)}",
        "latency_ms": 3.25,
    }
    body = json.dumps(made)
    made["segment"] = {"note": "x" * max(0, EVENT_BYTES - len(body) - 24)}
    return json.dumps(made).encode()


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562), as the Python client makes them."""
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def batches(count: int, size: int) -> list[bytes]:
    now = datetime.now(UTC).isoformat()
    return [
        b"[" + b",".join(event(now) for _ in range(size)) + b"]" for _ in range(count)
    ]


def post_all(port: int, key: str, path: str, bodies: deque[bytes]) -> None:
    """Post bodies one after another over one connection until none is left."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while bodies:
        try:
            body = bodies.popleft()
        except IndexError:  # another connection of the lane took the last one
            break
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
    connection.close()


def get_all(port: int, key: str, path: str, names: deque[bytes]) -> None:
    """Read addresses, each `path` with a name in it, over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}"}
    while names:
        try:
            name = names.popleft().decode()
        except IndexError:
            break
        connection.request("GET", path.format(name), headers=headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
    connection.close()


def timed(
    port: int,
    path: str,
    lanes: list[tuple[str, list[bytes]]],
    processes: int,
    width: int = 1,
    act: Act = post_all,
) -> float:
    """Seconds that it takes to post all lanes at once, each over `width` connections.

    A lane's connections share its bodies: how the kernel divides connections among
    the server's workers then decides less.
    """
    groups = [lanes[n::processes] for n in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(abs, range(processes)))  # the processes are up before we time
        begun = time.perf_counter()
        done = [pool.submit(_lanes, port, path, group, width, act) for group in groups]
        for future in done:
            future.result()
        return time.perf_counter() - begun


def _lanes(
    port: int, path: str, group: list[tuple[str, list[bytes]]], width: int, act: Act
) -> None:
    with ThreadPoolExecutor(max(1, len(group) * width)) as threads:
        for future in [
            threads.submit(act, port, key, path, shared)
            for key, bodies in group
            for shared in [deque(bodies)] * width
        ]:
            future.result()

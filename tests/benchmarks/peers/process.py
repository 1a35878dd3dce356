"""Run in a peer's own environment: ``process MODULE PACKAGE``; prints its figures.

Each way of writing gets a window of some seconds; the events are those of the bench.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import cycle, islice

from tests.benchmarks.load import event, uuid7
from tests.benchmarks.peers.shape import Event, Peer

SECONDS = 4.0
POOL = 2000  # bodies made before the clock starts; each use gets an id of its own
AT_ONCE = 3200  # rows that 32 writers append while forks are counted


def main(module: str, package: str) -> None:
    peer: Peer = importlib.import_module(f"tests.benchmarks.peers.{module}").Peer()
    pool = [json.loads(event("2026-01-01T00:00:00+00:00")) for _ in range(POOL)]
    found: dict[str, object] = {
        "name": peer.name,
        "version": version(package),
        "one_by_one_is": peer.one_by_one_is,
        "bulk_is": peer.bulk_is,
    }
    peer.prepare()
    taken, found["one_by_one"] = _rate(peer.one_by_one, pool)
    if peer.bulk_is:
        more, found["bulk"] = _rate(peer.bulk, pool)
        taken += more
    found["taken"], found["lost"] = taken, taken - peer.held()
    found["forked"] = peer.forked(islice(_events(pool, 3600), AT_ONCE))
    print(json.dumps(found), flush=True)


def _events(pool: list[Event], seconds: float) -> Iterator[Event]:
    """Fresh events until the time is up."""
    end = time.perf_counter() + seconds
    for body in cycle(pool):
        if time.perf_counter() >= end:
            return
        yield {**body, "id": str(uuid7())}


def _rate(
    write: Callable[[Iterator[Event]], int], pool: list[Event]
) -> tuple[int, float]:
    begun = time.perf_counter()
    taken = write(_events(pool, SECONDS))
    return taken, taken / (time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])

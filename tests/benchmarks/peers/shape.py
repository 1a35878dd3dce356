"""What a peer is to the bench. Imports nothing that a peer's environment may lack."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

Event = dict[str, Any]
BATCH = 1000


class Peer:
    """Another way to keep the same events in the same PostgreSQL.

    Both ways of writing take events until there are no more and return how many
    they took; each event is committed, or handed over for good, when they return.
    """

    name = ""
    one_by_one_is = ""
    bulk_is = ""
    """What its bulk call is; empty when its documentation has none."""

    def prepare(self) -> None:
        """Make its tables, start its server."""

    def one_by_one(self, events: Iterator[Event]) -> int:
        raise NotImplementedError

    def bulk(self, events: Iterator[Event]) -> int:
        raise NotImplementedError

    def held(self) -> int:
        """How many events of those that it was given can be found in its record."""
        raise NotImplementedError

    def forked(self, events: Iterator[Event]) -> tuple[int, int] | None:
        """Of so many rows by 32 writers at once, how many fork its chain, if any."""
        return None


def batched(events: Iterator[Event]) -> Iterator[list[Event]]:
    while batch := list(islice(events, BATCH)):
        yield batch

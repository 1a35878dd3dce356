"""A hash chain in a table, as most of this field ships it: each row names the last.

The tail is read with ``ORDER BY id DESC LIMIT 1 FOR UPDATE`` in the transaction that
inserts, which is how such chains are written and why they fork: the lock is held on a
row that was the tail, and whoever waited for it goes on with what it had read.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import psycopg

from tests.benchmarks.peers import shape

WRITERS = 32
URL = os.environ["PEER_DATABASE_URL"]
TABLE = (
    "CREATE TABLE chain (id bigserial PRIMARY KEY, prev bytea NOT NULL,"
    " hash bytea NOT NULL, body jsonb NOT NULL)"
)
TAIL = "SELECT hash FROM chain ORDER BY id DESC LIMIT 1 FOR UPDATE"
# A row forks the chain when an earlier row named the same one as its predecessor.
FORKED = "SELECT count(*), count(*) - count(DISTINCT prev) FROM chain"


class Peer(shape.Peer):
    name = "a naive hash chain by psycopg"
    one_by_one_is = "one writer: read the tail, insert, commit"

    def prepare(self) -> None:
        with psycopg.connect(URL, autocommit=True) as connection:
            connection.execute(TABLE)

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        with psycopg.connect(URL, autocommit=True) as connection:
            return sum(1 for event in events if _append(connection, event))

    def held(self) -> int:
        return _one("SELECT count(*) FROM chain")[0]

    def forked(self, events: Iterator[shape.Event]) -> tuple[int, int]:
        with psycopg.connect(URL, autocommit=True) as connection:
            connection.execute("TRUNCATE chain")
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(self.one_by_one, _shared(events)))
        rows, forks = _one(FORKED)
        return rows, forks


def _append(connection: psycopg.Connection, event: shape.Event) -> bytes:
    body = json.dumps(event)
    with connection.transaction():
        tail = connection.execute(TAIL).fetchone()
        prev = bytes(tail[0]) if tail else bytes(32)
        digest = sha256(prev + body.encode()).digest()
        connection.execute(
            "INSERT INTO chain (prev, hash, body) VALUES (%s, %s, %s)",
            (prev, digest, body),
        )
    return digest


def _shared(events: Iterator[shape.Event]) -> list[Iterator[shape.Event]]:
    """The events, dealt out to the writers as lists of their own."""
    dealt = list(events)
    return [iter(dealt[n::WRITERS]) for n in range(WRITERS)]


def _one(query: str) -> tuple[int, ...]:
    with psycopg.connect(URL) as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    return found

"""What the signer has signed: small, its own, and never restored from a backup.

A state that is set back forgets signatures, and what is forgotten can be signed anew
with another content. So the file belongs to no backup, and one that is lost is not
made anew in silence (see `Signer.refuse_lost_state`).

Two processes may have it open: every change is read, compared and written in one
transaction, so there is never a second root for a size.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from audits.tlog.compact import Compact
from audits.tlog.hashing import EMPTY_ROOT

FILE = "state.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS signed (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
  peaks BLOB NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refused (
  origin TEXT PRIMARY KEY, kind TEXT NOT NULL, why TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, times INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS witnessed (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS accepted (
  at INTEGER NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS log_key (
  origin TEXT NOT NULL, master INTEGER NOT NULL, size INTEGER, ends INTEGER NOT NULL,
  overlap INTEGER NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (origin, master)
);
CREATE TABLE IF NOT EXISTS witness_key (name TEXT PRIMARY KEY, master INTEGER NOT NULL);
"""
WAIT = 10.0  # seconds for another process that writes


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest tree of a log that has a signature, and when it got it."""

    origin: str
    compact: Compact
    root: bytes
    at: int
    """Microseconds of Unix time."""

    @property
    def size(self) -> int:
        return self.compact.size


class Key(NamedTuple):
    """Out of which master a log's key comes, and since when."""

    master: int
    size: int | None
    """Of the first tree that it signs; None until the log records it."""
    ends: int
    """Until when the key before it signs too, in Unix seconds."""
    overlap: int
    """How long that was asked to be, in seconds."""
    person: str = ""
    reason: str = ""


def masters(keys: Sequence[Key], size: int, now: int) -> list[int]:
    """Out of which masters a tree of this size is signed at this second, oldest first.

    The tree that records a key is signed by the key before it too, whenever it is.
    """
    used = [each for each in keys if each.size is not None]
    found = []
    for at, key in enumerate(used, 1):
        later = used[at:]
        # SECURITY: who stops a key at once stops those before it, overlap or not.
        goes_on = all(now < each.ends for each in later)
        hands_over = [each.size for each in later[:1]] == [size]
        if (key.size or 0) <= size and (goes_on or hands_over):
            found.append(key.master)
    return found or [used[-1].master]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not signed."""

    origin: str
    kind: str
    why: str


class State:
    """The file, opened; one thread at a time."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Open the state of a folder, made when it is missing.

        Not durable means that a crash of the machine may lose it: fit for tests.
        """
        self.path = folder / FILE
        self._base = sqlite3.connect(
            self.path, timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        self.path.chmod(0o600)
        self._base.execute("PRAGMA journal_mode = WAL")
        # ORDER: what was signed is on the disk before the signature leaves.
        self._base.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._base.executescript(SCHEMA)

    def close(self) -> None:
        self._base.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction, from the first look to the last write."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def signed(self, origins: Iterable[str]) -> dict[str, Signed]:
        """What is known of these logs; nothing for a log that was never opened here."""
        query = "SELECT size, root, peaks, at FROM signed WHERE origin = ?"
        found = {}
        for origin in origins:
            row = self._base.execute(query, [origin]).fetchone()
            if row is not None:
                size, root, peaks, at = row
                compact = Compact.from_bytes(size, peaks)
                found[origin] = Signed(origin, compact, root, at)
        return found

    def begin(self, origin: str, at: int) -> bool:
        """Begin a log with the empty tree; False when it is known already."""
        return self._base.execute(
            "INSERT INTO signed VALUES (?, 0, ?, x'', ?) ON CONFLICT DO NOTHING",
            [origin, EMPTY_ROOT, at],
        ).rowcount > 0  # fmt: skip

    def advance(self, signed: Signed) -> None:
        """Write down what is signed next; a refusal from before is over."""
        self._base.execute(
            "INSERT INTO signed VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
            " SET size = ?2, root = ?3, peaks = ?4, at = ?5",
            [signed.origin, signed.size, signed.root, signed.compact.to_bytes(),
             signed.at],
        )  # fmt: skip
        self._base.execute("DELETE FROM refused WHERE origin = ?", [signed.origin])

    def accept(self, signed: Signed, at: int) -> None:
        """Begin a log in the midst of it, and keep for ever that this was done."""
        self.advance(signed)
        self._base.execute(
            "INSERT INTO accepted VALUES (?, ?, ?)", [at, signed.origin, signed.size]
        )

    def keys(self, origin: str) -> list[Key]:
        """The keys of a log, oldest first."""
        query = (
            "SELECT master, size, ends, overlap, person, reason FROM log_key"
            " WHERE origin = ? ORDER BY master"
        )
        found = [Key(*row) for row in self._base.execute(query, [origin])]
        # A log from before there was a second master has the first one's.
        if found and found[0].size == 0:
            return found
        return [Key(1, 0, 0, 0), *found]

    def keep_key(self, origin: str, key: Key) -> None:
        """Write down that a log has, or is to get, a key out of this master."""
        self._base.execute(
            "INSERT OR REPLACE INTO log_key VALUES (?, ?, ?, ?, ?, ?, ?)",
            [origin, *key],
        )

    def rotations(self) -> list[str]:
        """The logs that have, or are to get, another key than their first."""
        query = (
            "SELECT DISTINCT origin FROM log_key WHERE size IS NOT 0 ORDER BY origin"
        )
        return [origin for (origin,) in self._base.execute(query)]

    def origins(self) -> list[str]:
        """All logs that it knows."""
        query = "SELECT origin FROM signed ORDER BY origin"
        return [origin for (origin,) in self._base.execute(query)]

    def newest_used(self) -> int:
        """The number of the newest master that any log has a key of."""
        query = "SELECT coalesce(max(master), 1) FROM log_key"
        return int(self._base.execute(query).fetchone()[0])

    def witness_master(self, name: str, master: int) -> int:
        """Out of which master the key of a witness's name comes: the first one given.

        So a name keeps its key, and a new name gets one out of the newest master.
        """
        self._base.execute(
            "INSERT INTO witness_key VALUES (?, ?) ON CONFLICT DO NOTHING",
            [name, master],
        )
        query = "SELECT master FROM witness_key WHERE name = ?"
        return int(self._base.execute(query, [name]).fetchone()[0])

    def witnessed(self, origin: str) -> tuple[int, bytes, int]:
        """Size, root and Unix time of the largest tree cosigned of another's log."""
        query = "SELECT size, root, at FROM witnessed WHERE origin = ?"
        row = self._base.execute(query, [origin]).fetchone()
        return row or (0, EMPTY_ROOT, 0)

    def witness(self, origin: str, size: int, root: bytes, at: int) -> None:
        self._base.execute(
            "INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?, ?)",
            [origin, size, root, at],
        )

    def refuse(self, refusal: Refusal, at: int) -> int:
        """Count a refusal; returns how often the log was refused for this reason."""
        return int(self._base.execute(
            "INSERT INTO refused VALUES (?1, ?2, ?3, ?4, ?4, 1) ON CONFLICT DO UPDATE"
            " SET times = CASE kind WHEN ?2 THEN times + 1 ELSE 1 END,"
            " first = CASE kind WHEN ?2 THEN first ELSE ?4 END,"
            " kind = ?2, why = ?3, last = ?4 RETURNING times",
            [refusal.origin, refusal.kind, refusal.why, at],
        ).fetchone()[0])  # fmt: skip

    def is_empty(self) -> bool:
        """Whether nothing was ever signed or begun with this state."""
        query = "SELECT NOT EXISTS (SELECT 1 FROM signed)"
        return bool(self._base.execute(query).fetchone()[0])

    def counts(self) -> dict[str, int]:
        """How many logs it knows, and when it last signed (Unix microseconds)."""
        query = "SELECT count(*), coalesce(max(at), 0) FROM signed"
        logs, newest = self._base.execute(query).fetchone()
        return {"logs": logs, "newest": newest}

    def refusals(self) -> Sequence[dict[str, object]]:
        """The logs that are refused now, the latest first."""
        rows = self._base.execute(
            "SELECT origin, kind, why, first, last, times FROM refused"
            " ORDER BY last DESC LIMIT 50"
        )
        names = ("origin", "kind", "why", "first", "last", "times")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def acceptances(self) -> Sequence[dict[str, object]]:
        """When it was told to begin in the midst of logs, and at which sizes."""
        times = self._base.execute(
            "SELECT DISTINCT at FROM accepted ORDER BY at DESC LIMIT 10"
        ).fetchall()
        query = "SELECT origin, size FROM accepted WHERE at = ? ORDER BY origin"
        return [
            {"at": at, "trees": self._base.execute(query, [at]).fetchall()}
            for (at,) in times
        ]

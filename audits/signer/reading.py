"""Reading a log as it is stored, to hash it again. Nothing is believed of it.

The signer has a connection of its own that can only read. Whatever the database says,
a hash that does not fit is found by whoever asked: rows that are missing, doubled or
exchanged lead to another root.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
import psycopg

from audits.tlog.hashing import leaf_hash
from audits.tlog.tile import TileRef, node_reader
from audits.tlog.tree import Reader

TILE = 256
# LIMIT: some megabytes at a time, however long a log has not been signed.
CHUNK = 4000
# All logs of a group at once: the way to the database and back costs more than a row.
ENTRIES = (
    "SELECT e.* FROM json_to_recordset(%s::json)"
    " AS s (log_class text, log_id integer, start bigint, until bigint), LATERAL ("
    "SELECT log_id, idx, entry FROM audits_entry WHERE log_class = s.log_class"
    " AND log_id = s.log_id AND idx >= s.start AND idx < s.until"
    " AND received_at >= %s ORDER BY idx) AS e"
)
EVER = datetime(1, 1, 1, tzinfo=UTC)
# SECURITY: whatever role it is, this session writes nothing.
# The one plan serves all groups: to plan anew costs ten times what the reading does.
# It reads by primary key, in whose order the entries are asked for: nothing is sorted.
SESSION = (
    "-c default_transaction_read_only=on -c timezone=UTC"
    " -c plan_cache_mode=force_generic_plan -c enable_sort=off"
)
Raw = psycopg.Connection[Any]


class Where(NamedTuple):
    """Where the entries of a log are."""

    log_id: int
    log_class: str


class Stretch(NamedTuple):
    """Entries of a log from `start` on, without that at `end`."""

    where: Where
    start: int
    end: int


class Entries:
    """The logs of one database."""

    def __init__(self, connect: Callable[[], Raw]) -> None:
        """`connect` gives the connection to use, each time anew."""
        self._connect = connect
        self._known: dict[str, Where] = {}

    def find(self, origins: Sequence[str]) -> Mapping[str, Where]:
        """Where these logs are; one that the database does not have is left out."""
        unknown = [each for each in origins if each not in self._known]
        if unknown:
            rows = self._rows(
                "SELECT origin, id, log_class FROM audits_log"
                " WHERE origin = ANY(%s::text[])",
                [unknown],
            )
            self._known.update({row[0]: Where(*row[1:]) for row in rows})
        return {each: self._known[each] for each in origins if each in self._known}

    def leaves(
        self, stretches: Sequence[Stretch], since: datetime = EVER
    ) -> Iterator[tuple[Where, list[bytes]]]:
        """The leaf hashes of these stretches, some thousand at a time.

        Those of a log end before the stretch does where the database has no next one.
        What was received before `since` is looked for only where it is missed: months
        that lie before it are not looked into.
        """
        missed = list(stretches)
        for received in dict.fromkeys((since, EVER)):
            pending, missed = missed, []
            while pending:
                parts = list(_parts(pending))
                found = self._leaves_of(parts, received)
                yield from found.items()
                rest = [_after(each, found.get(each.where, ())) for each in pending]
                missed += [
                    each
                    for each, part in zip(rest, parts, strict=True)
                    if each.start < part.end
                ]
                pending = [
                    each
                    for each, part in zip(rest, parts, strict=True)
                    if part.end <= each.start < each.end
                ]

    def _leaves_of(
        self, parts: Sequence[Stretch], received: datetime
    ) -> dict[Where, list[bytes]]:
        by_id = {each.where.log_id: each for each in parts}
        asked = [
            {**each.where._asdict(), "start": each.start, "until": each.end}
            for each in parts
        ]
        found = {}
        rows = self._rows(ENTRIES, [orjson.dumps(asked).decode(), received])
        for log_id, group in groupby(rows, itemgetter(0)):
            part = by_id[log_id]
            # A row that is missing ends what is read; so does one that stands twice.
            next_ones = takewhile(_is_next, enumerate(group, part.start))
            found[part.where] = [leaf_hash(entry) for _at, (*_, entry) in next_ones]
        return found

    def nodes(self, where: Where, size: int) -> Reader:
        """A reader of the nodes that the database has for the tree of `size`."""
        return node_reader(size, lambda refs: self._tiles(where, refs))

    def has_log(self, origin: str) -> bool:
        return bool(self._rows("SELECT 1 FROM audits_log WHERE origin = %s", [origin]))

    def saved(self) -> Sequence[tuple[str, str | None]]:
        """Every log with its newest saved checkpoint; no log without the tables."""
        try:
            return self._rows(
                "SELECT l.origin, (SELECT note FROM audits_checkpoint c"
                " WHERE c.log_id = l.id ORDER BY size DESC LIMIT 1)"
                " FROM audits_log l ORDER BY l.id",
                [],
            )
        except psycopg.errors.UndefinedTable:
            return []

    def records(self, origin: str, vkey: str) -> bool:
        """Whether the database has an entry by which the log got this key."""
        return bool(
            self._rows(
                "SELECT 1 FROM audits_log_key k JOIN audits_log l ON l.id = k.log_id"
                " WHERE l.origin = %s AND k.vkey = %s",
                [origin, vkey],
            )
        )

    def cosigned(self) -> Sequence[str]:
        """The checkpoints of others' logs that have our cosignature under them."""
        try:
            rows = self._rows("SELECT note FROM audits_witnessed WHERE size > 0", [])
        except psycopg.errors.UndefinedTable:
            return []
        return [text for (text,) in rows]

    def _tiles(self, where: Where, refs: Sequence[TileRef]) -> dict[TileRef, bytes]:
        stored = {
            (level, n): data
            for level, n, data in self._rows(
                "SELECT level, n, data FROM audits_tile WHERE log_id = %s AND"
                " (level, n) IN (SELECT * FROM unnest(%s::smallint[], %s::bigint[]))",
                [where.log_id, [ref.level for ref in refs], [ref.n for ref in refs]],
            )
        }
        return {
            ref: stored[ref.level, ref.n][: 32 * ref.width]
            if (ref.level, ref.n) in stored
            else self._right_edge(where, ref)
            for ref in refs
        }

    def _right_edge(self, where: Where, ref: TileRef) -> bytes:
        """A tile that is not full yet, from what it will be made of."""
        first, last = ref.n * TILE, ref.n * TILE + ref.width
        if ref.level == 0:
            found = self.leaves([Stretch(where, first, last)])
            return b"".join(each for _where, part in found for each in part)
        rows = self._rows(
            "SELECT root FROM audits_tile WHERE log_id = %s AND level = %s"
            " AND n >= %s AND n < %s ORDER BY n",
            [where.log_id, ref.level - 1, first, last],
        )
        return b"".join(row[0] for row in rows)

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with psycopg.Cursor(self._connect()) as cursor:
            cursor.execute(query, values, prepare=True, binary=True)
            return cursor.fetchall()


def _parts(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """The beginnings of these stretches that are read at once; some may be empty."""
    room = CHUNK
    for each in stretches:
        end = min(each.end, each.start + room)
        yield each._replace(end=end)
        room -= end - each.start


def _after(stretch: Stretch, found: Sequence[bytes]) -> Stretch:
    return stretch._replace(start=stretch.start + len(found))


def _is_next(row: tuple[int, tuple[int, int, bytes]]) -> bool:
    at, (_log_id, idx, _entry) = row
    return idx == at


def own_connection(url: str) -> Callable[[], Raw]:
    """A connection that only reads, opened when needed and again when it broke."""
    kept: list[Raw] = []

    def connect() -> Raw:
        if kept and kept[0].closed:
            kept.clear()
        if not kept:
            kept.append(
                psycopg.connect(
                    url, autocommit=True, options=SESSION, connect_timeout=5,
                    application_name="probatum signer",
                )
            )  # fmt: skip
        return kept[0]

    return connect

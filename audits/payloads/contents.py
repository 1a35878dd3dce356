"""Which payloads were erased: the entries that say so, and what they commit to.

A payload that is gone without such an entry was removed by somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from audits.log.models import Log
from audits.payloads.encoding import Part, SealBroken
from audits.payloads.keys import TAG_SIZE, Keys
from audits.payloads.selectors import keys_of, opened

TYPE = "subject_erased"
Ranges = list[tuple[int, int]]
ENTRIES = """
SELECT e.idx, e.received_at, e.entry, p.key, p.sealed
  FROM audits_entry e
  LEFT JOIN audits_payload p USING (log_class, log_id, idx, received_at)
 WHERE e.log_id = %s AND e.log_class = %s AND e.type = 'subject_erased'
   AND e.type <> 'prediction' AND e.idx > %s ORDER BY e.idx
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """One `subject_erased` entry, and which entries' payloads it says went."""

    idx: int
    at: datetime
    entry: bytes
    tag: bytes
    keys: int
    gone: int
    ranges: Ranges
    parts: Sequence[Part] = field(repr=False, default=())
    fault: str = ""

    def covers(self, idx: int) -> bool:
        return any(first <= idx <= last for first, last in self.ranges)


def erasures_of(log: Log, *, after: int = -1, keys: Keys | None = None) -> list[Erased]:
    """The log's entries of erasures beyond an index, in order."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [log.pk, log.log_class, after])
        rows = cursor.fetchall()
    if not rows:
        return []
    keys = keys or keys_of(log)
    return [_erased(keys, *row) for row in rows]


def erasure_of(log: Log, idx: int) -> Erased | None:
    """The erasure by which that entry's payload went; None when there is none.

    LIMIT: reads all later erasures of the log, some 30 microseconds each.
    """
    found = (each for each in erasures_of(log, after=idx) if each.covers(idx))
    return next(found, None)


def _erased(
    keys: Keys, idx: int, at: datetime, entry: bytes, key: int | None, sealed: bytes
) -> Erased:
    data = bytes(entry)
    try:
        said = orjson.loads(data)
        tag, version, gone = bytes.fromhex(said["tag"]), said["keys"], said["gone"]
    except (ValueError, KeyError, TypeError):
        said, tag, version, gone = {}, b"", 0, 0
    if not isinstance(said, dict) or said.get("type") != TYPE or len(tag) != TAG_SIZE:
        return Erased(idx, at, data, b"", 0, 0, [], (), "it erases nobody")
    parts: list[Part] = []
    try:
        parts = [] if key is None else opened(keys, key, bytes(sealed))
        listed: Any = next(part.value() for part in parts if part.role == "erased")
        ranges = [(int(first), int(last)) for first, last in listed["entries"]]
    except (SealBroken, StopIteration, ValueError, KeyError, TypeError):
        fault = "its list of erased entries is gone or does not open"
        return Erased(idx, at, data, tag, version, gone, [], parts, fault)
    fault = ""
    if sum(last - first + 1 for first, last in ranges) != gone:
        fault = f"it lists other entries than the {gone} that it counts"
    return Erased(idx, at, data, tag, version, gone, ranges, parts, fault)

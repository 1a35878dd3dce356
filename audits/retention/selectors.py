"""What may go, what stays until when, and why: the report that a dry run gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from audits.duties.encoding import months_after
from audits.duties.selectors import Keeping, Standing, keeping
from audits.log.models import Log, Pruned

PARTITIONS = """
SELECT to_date(right(c.relname, 6), 'YYYYMM'),
       sum(pg_total_relation_size(c.oid))::bigint
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent IN ('audits_entry_evidence'::regclass,
                       'audits_payload_evidence'::regclass)
 GROUP BY 1 ORDER BY 1
"""
# With the month as constants only its own partition is looked into; each log costs
# two probes of its index.
RANGES = """
SELECT l.id, e.first, e.last
  FROM unnest(%(logs)s::int[], %(from)s::bigint[]) AS l (id, below)
 CROSS JOIN LATERAL (
   SELECT min(idx) AS first, max(idx) AS last FROM audits_entry
    WHERE log_id = l.id AND log_class = 'evidence' AND idx >= l.below
      AND received_at >= %(start)s AND received_at < %(end)s) e
 WHERE e.first IS NOT NULL
"""
FIRST_AFTER = """
SELECT min(idx) FROM audits_entry WHERE log_id = %s AND log_class = 'evidence'
   AND received_at >= %s
"""


@dataclass(frozen=True, slots=True)
class LogMonth:
    """What one log received in one month, and what stands against removing it."""

    log: Log
    first: int
    last: int
    free_at: datetime
    """When the longest duty that stands now is over."""
    standing: tuple[Standing, ...]

    @property
    def entries(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the records: the logs that may go, and those that stay."""

    start: date
    size_on_disk: int
    """Of all logs of the installation together, which share the month's tables."""
    lines: tuple[LogMonth, ...]

    @property
    def entries(self) -> int:
        return sum(line.entries for line in self.lines)

    @property
    def free(self) -> list[LogMonth]:
        return [line for line in self.lines if not line.standing]

    @property
    def kept(self) -> list[LogMonth]:
        return [line for line in self.lines if line.standing]

    @property
    def free_at(self) -> datetime:
        """When the last of its logs may go, unless something new stands against it."""
        return max(line.free_at for line in self.lines)


def end_of(month: date) -> datetime:
    """The first instant after a month, in UTC: what was received before goes."""
    return months_after(datetime(month.year, month.month, 1, tzinfo=UTC), 1)


def months_of(logs: Iterable[Log], now: datetime) -> list[Month]:
    """The months in which these logs received what they still have, oldest first."""
    by_pk = {log.pk: log for log in logs}
    kept, below = keeping(by_pk.values()), removed_below(by_pk)
    found = []
    for start, size in _partitions():
        if end_of(start) > now:
            break
        lines = _lines(start, by_pk, below, kept, now)
        if lines:
            found.append(Month(start, size, lines))
    return found


def removed_below(logs: Iterable[int]) -> dict[int, int]:
    """The first index of each log that was not removed."""
    below = dict.fromkeys(logs, 0)
    rows = Pruned.objects.filter(log__in=list(below)).order_by("entry")
    below.update(rows.values_list("log", "payloads_from"))
    return below


def first_after(log: Log, month: date) -> int | None:
    """The first entry that the log received after a month, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_AFTER, [log.pk, end_of(month)])
        found: int | None = cursor.fetchone()[0]
    return found


def _partitions() -> Sequence[tuple[date, int]]:
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        rows: list[tuple[date, int]] = cursor.fetchall()
    return rows


def _lines(
    start: date,
    logs: dict[int, Log],
    below: dict[int, int],
    kept: dict[int, Keeping],
    now: datetime,
) -> tuple[LogMonth, ...]:
    end = end_of(start)
    values: dict[str, Any] = {
        "logs": list(logs),
        "from": [below[pk] for pk in logs],
        "start": datetime(start.year, start.month, 1, tzinfo=UTC),
        "end": end,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANGES, values)
        rows = cursor.fetchall()
    return tuple(
        LogMonth(
            logs[pk],
            first,
            last,
            months_after(end, kept[pk].months),
            tuple(kept[pk].against(newest=end, now=now)),
        )
        for pk, first, last in rows
    )

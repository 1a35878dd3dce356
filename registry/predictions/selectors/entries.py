"""Reading a log's predictions by keyset: as quick at ten million entries as at ten.

Every question is answered from an index. Where a filter has none (predictions among
reviews, what nobody reviewed, several filters at once) a bounded stretch of the log
is looked through, and the page says which, so that one request never reads it all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from audits.events.models import KnownName
from audits.log.models import Head, Log, Pruned
from audits.log.selectors import REMOVABLE, minimum_index, newest_removal
from audits.metrics.models import DayFigure
from audits.oversight.models import Act

# LIMIT: entries that one page looks through where no index answers its filters.
STRETCH = 50_000
# LIMIT: reviews that one page starts from.
REVIEWS = 2_000
PAGE = 50
ROW = (
    "e.idx, e.event_id, e.type, e.received_at, e.occurred_at, e.model_version, e.flags"
)
CHANGED = [Act.OVERRIDDEN, Act.REVERSED, Act.DISREGARDED, Act.NOT_USED, Act.STOPPED]


class Reviewed(StrEnum):
    """Which predictions, by what people made of them."""

    NO = "no"
    YES = "yes"
    OVERRIDDEN = "overridden"
    NOT_CONFIRMED = "not_confirmed"


ACTS = {
    Reviewed.YES: list(Act),
    Reviewed.OVERRIDDEN: [Act.OVERRIDDEN],
    Reviewed.NOT_CONFIRMED: CHANGED,
}
TYPES = {
    "prediction": _("Predictions"), "review": _("Reviews"), "act": _("Acts"),
    "heartbeat": _("Heartbeats"), "gap_declared": _("Gaps declared"),
    "gap_filled": _("Gaps filled"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows; the empty value of each filter leaves it out."""

    type: str = "prediction"
    model_version: str = ""
    since: date | None = None
    until: date | None = None
    reviewed: Reviewed | None = None
    flagged: bool = False
    before: int | None = None
    after: int | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a list shows it."""

    idx: int
    event_id: UUID | None
    type: str
    received_at: datetime
    occurred_at: datetime | None
    model_version: str
    flags: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page, newest first, and where the neighbour pages begin."""

    lines: Sequence[Line]
    size: int
    newer: int | None = None
    older: int | None = None
    looked_from: int | None = None
    looked_to: int | None = None
    removal: Pruned | None = None


@dataclass(slots=True)
class _Query:
    """The range to read and the conditions within it, as SQL."""

    log: Log
    lo: int
    hi: int
    rising: bool
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values += values

    def shorten(self, length: int) -> None:
        """Keep only the near end of the range."""
        if self.rising:
            self.hi = min(self.hi, self.lo + length)
        else:
            self.lo = max(self.lo, self.hi - length)

    def run(self, limit: int) -> list[Line]:
        order = "ASC" if self.rising else "DESC"
        where = "".join(f" AND {condition}" for condition in self.conditions)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {ROW} FROM audits_entry e"  # noqa: S608 - our own words
                " WHERE e.log_id = %s AND e.log_class = %s"
                f" AND e.idx >= %s AND e.idx < %s{where}"
                f" ORDER BY e.idx {order} LIMIT {limit:d}",
                [self.log.pk, self.log.log_class, self.lo, self.hi, *self.values],
            )
            lines = [Line(*row) for row in cursor.fetchall()]
        return lines[::-1] if self.rising else lines


def index_at(log: Log, size: int, at: datetime) -> int:
    """The first index received at or after `at`; `size` when there is none.

    Receipt times never decrease along a log, so that a binary search finds it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE search(lo, hi) AS ("
            " VALUES (%s::bigint, %s::bigint) UNION ALL"
            " SELECT CASE WHEN e.received_at < %s THEN m.mid + 1 ELSE s.lo END,"
            "        CASE WHEN e.received_at < %s THEN s.hi ELSE m.mid END"
            " FROM search s CROSS JOIN LATERAL (SELECT (s.lo + s.hi) / 2 AS mid) m"
            " CROSS JOIN LATERAL (SELECT received_at FROM audits_entry"
            "  WHERE log_id = %s AND log_class = %s AND idx = m.mid) e"
            " WHERE s.lo < s.hi) SELECT lo FROM search WHERE lo = hi",
            [minimum_index(log), size, at, at, log.pk, log.log_class],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else size


def day_range(
    log: Log, size: int, since: date | None, until: date | None
) -> tuple[int, int]:
    """The indexes received from the first day to the last, both included (UTC)."""
    lo = index_at(log, size, _midnight(since)) if since else 0
    hi = index_at(log, size, _midnight(until) + timedelta(days=1)) if until else size
    return lo, hi


def _midnight(on: date) -> datetime:
    # LIMIT: the calendar's last year has no day after its last one.
    return datetime.combine(min(on, date(9998, 12, 31)), time(), UTC)


def entries(log: Log, filters: Filters) -> EntryPage:
    """One page of the log's entries under the filters, newest first."""
    size = Head.objects.only("size").get(log=log).size
    removal = newest_removal(log)
    lo, hi = day_range(log, size, filters.since, filters.until)
    if removal is not None and filters.type in REMOVABLE:
        lo = max(lo, removal.entries_from)
    rising = filters.after is not None
    if filters.after is not None:
        lo = max(lo, filters.after + 1)
    if filters.before is not None:
        hi = min(hi, filters.before)
    query = _Query(log, lo, max(lo, hi), rising)
    _narrow(query, filters)
    found = query.run(filters.limit + 1)
    page = _page(found, query, filters, size, (lo, max(lo, hi)))
    return replace(page, removal=removal)


def _narrow(query: _Query, filters: Filters) -> None:
    """Turn filters into conditions; shorten the range where no index answers."""
    answered = _indexed(query, filters)
    if filters.reviewed in ACTS:
        query.add("e.idx = ANY(%s)", _reviewed_indexes(query, filters))
        answered = 1
    elif filters.reviewed == Reviewed.NO:
        query.add(
            "e.type = 'prediction' AND NOT EXISTS (SELECT FROM audits_review r"
            " WHERE r.log_id = e.log_id AND r.prediction_idx = e.idx)"
        )
        answered = 0
    if answered != 1:
        query.shorten(STRETCH)


def _indexed(query: _Query, filters: Filters) -> int:
    """Add the filters on columns; how many of them an index of its own answers."""
    answered = 0
    if filters.model_version:
        query.add("e.model_version = %s", filters.model_version)
        answered += 1
    if filters.flagged:
        query.add("e.flags <> 0")
        answered += 1
    if filters.type in ("review", "act"):
        query.add("e.type = %s AND e.type <> 'prediction'", filters.type)
        return answered + 1
    if answered:  # only predictions name a version or are flagged
        return answered
    if filters.type:
        query.add("e.type = %s", filters.type)
        return 0
    return 1  # every entry: the primary key answers


def _reviewed_indexes(query: _Query, filters: Filters) -> list[int]:
    """The nearest predictions with such a review; the range ends at the last one."""
    order = "ASC" if query.rising else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prediction_idx, act FROM audits_review"  # noqa: S608
            " WHERE log_id = %s AND log_class = %s"
            " AND prediction_idx >= %s AND prediction_idx < %s"
            f" ORDER BY prediction_idx {order} LIMIT {REVIEWS:d}",
            [query.log.pk, query.log.log_class, query.lo, query.hi],
        )
        rows = cursor.fetchall()
    if len(rows) == REVIEWS:
        # The last one may have reviews beyond the limit: the next page has it.
        last = rows[-1][0]
        length = last - query.lo if query.rising else query.hi - last - 1
        query.shorten(max(length, 1))
    wanted = ACTS[Reviewed(filters.reviewed or Reviewed.YES)]
    return sorted({idx for idx, act in rows if act in wanted})


def _page(
    found: list[Line],
    query: _Query,
    filters: Filters,
    size: int,
    whole: tuple[int, int],
) -> EntryPage:
    more = len(found) > filters.limit
    if query.rising:
        lines = found[-filters.limit :]
        top = lines[0].idx if lines else query.hi - 1
        newer = top if more or query.hi < whole[1] else None
        older = lines[-1].idx if lines else query.lo
        at_bottom = older <= whole[0]
    else:
        lines = found[: filters.limit]
        bottom = lines[-1].idx if more and lines else query.lo
        older = bottom
        at_bottom = not more and query.lo <= whole[0]
        newest = lines[0].idx if lines else query.hi - 1
        newer = newest if filters.before is not None else None
    shortened = (query.lo, query.hi) != whole and not more
    return EntryPage(
        lines,
        size,
        newer=newer,
        older=None if at_bottom else older,
        looked_from=query.lo if shortened else None,
        looked_to=query.hi - 1 if shortened else None,
    )


def by_id(log: Log, text: str) -> Sequence[Line]:
    """Entries whose id is, or begins with, these hexadecimal digits; at most a page."""
    digits = text.replace("-", "").lower()
    lo, hi = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ROW} FROM audits_event_id i JOIN audits_entry e"  # noqa: S608
            " ON e.log_id = i.log_id AND e.log_class = i.log_class AND e.idx = i.idx"
            " WHERE i.log_id = %s AND i.log_class = %s AND i.event_id BETWEEN %s AND %s"
            f" ORDER BY i.event_id LIMIT {PAGE:d}",
            [log.pk, log.log_class, lo, hi],
        )
        return [Line(*row) for row in cursor.fetchall()]


def version_names(log: Log) -> Sequence[str]:
    """The model versions that the registry has, or that events have named."""
    known = KnownName.objects.filter(log=log, kind=KnownName.Kind.MODEL_VERSION)
    seen = DayFigure.objects.filter(log=log, name="events")
    names = set(known.values_list("name", flat=True)[:200])
    names |= set(seen.values_list("model_version", flat=True).distinct()[:200])
    return sorted(names)

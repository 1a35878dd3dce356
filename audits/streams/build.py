"""Following a log for its streams, seconds behind; owning up to what is missing.

1. What is known of a stream is derived from entries alone, in the order of their
   indexes. It can be thrown away and read again, and any reader of the log's files
   comes to the same (audits.tlog.streams).
2. The row lock of the log's mark is the turn: two workers never read an entry twice,
   nor declare a gap twice.
3. A gap is declared in the log itself, once it is older than the grace. Before that,
   the log's lock is taken and the rest of it read, so that nothing is declared missing
   that has just come. Whoever appends events never waits for this.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from audits.log.models import Head, Log
from audits.log.services import Leaf, extend, lock_tail, stamp
from audits.streams.encoding import declared_leaf, filled_leaf, silent_leaf
from audits.streams.models import Gap, Stream, StreamDay, StreamMark
from audits.tlog import stream as pure
from audits.tlog.streams import DECLARED, EVENT, FILLED, HEARTBEAT, Streams, extract

BATCH = 5000
# LIMIT: after so many periods without a heartbeat a source counts as silent.
PERIODS = 3
# LIMIT: this many of a stream's holes are listed one by one; all are counted.
LISTED = 500
TYPES = [EVENT, HEARTBEAT, DECLARED, FILLED]


def follow(log: Log) -> int:
    """Read up to one batch of new entries; returns how many there were."""
    with transaction.atomic():
        return _read(_turn(log), Head.objects.only("size").get(log=log).size)


def _turn(log: Log) -> StreamMark:
    StreamMark.objects.get_or_create(log=log)
    mark = StreamMark.objects.select_for_update().get(log=log)
    mark.log = log
    return mark


def _read(mark: StreamMark, size: int) -> int:
    first, until = mark.idx, min(size, mark.idx + BATCH)
    if until <= first:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx, entry FROM audits_entry WHERE log_id = %s AND idx >= %s"
            " AND idx < %s AND type = ANY(%s) ORDER BY idx",
            [mark.log_id, first, until, TYPES],
        )
        rows = [(idx, bytes(entry)) for idx, entry in cursor]
    streams = Streams(lambda key: _known(mark.log, *key))
    streams.take(extract(rows, orjson.loads))
    for each in streams.known.values():
        _keep(mark.log, each)
    _count(mark.log, streams)
    mark.idx = until
    mark.save(update_fields=["idx"])
    return until - first


def _known(log: Log, source: str, epoch: str) -> pure.Stream:
    row = Stream.objects.filter(log=log, source=source, epoch=epoch).first()
    return pure.Stream.from_json(row.state) if row else pure.Stream(source, epoch)


def _keep(log: Log, found: pure.Stream) -> None:
    holes = list(found.holes())
    since = [noticed for _first, _last, noticed in found.undeclared()]
    row, _made = Stream.objects.update_or_create(
        log=log,
        source=found.source,
        epoch=found.epoch,
        defaults={
            "state": found.as_json(),
            "present": found.present,
            "missing": sum(hole.size for hole in holes) + found.folded_missing,
            "gaps": len(holes) + found.folded_holes,
            "late": found.late_count,
            "faults": found.fault_count,
            "ended": found.ended,
            "silent": found.silent and not found.ended,
            "heard_at": found.heard or None,
            "expected_by": _expected_by(found),
            "undeclared_since": min(since, default=None),
            "filled": bool(found.late),
        },
    )
    row.holes.all().delete()
    Gap.objects.bulk_create(
        Gap(
            stream=row,
            first=hole.first,
            last=hole.last,
            noticed_at=hole.noticed,
            after_at=hole.after or None,
            before_at=hole.before or None,
            spent=hole.spent,
            declared=hole.declared,
        )
        for hole in holes[-LISTED:]
    )


def _expected_by(found: pure.Stream) -> datetime | None:
    if not found.beat or found.ended:
        return None
    period = timedelta(seconds=found.beat["every"])
    return datetime.fromisoformat(found.heard) + PERIODS * period


def _count(log: Log, streams: Streams) -> None:
    rows = [
        (log.pk, source, day, count if numbered else 0, 0 if numbered else count)
        for (source, day, numbered), count in sorted(streams.days.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audits_streamday (log_id, source, day, numbered, not_numbered)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (log_id, source, day) DO UPDATE"
            " SET numbered = audits_streamday.numbered + EXCLUDED.numbered,"
            " not_numbered = audits_streamday.not_numbered + EXCLUDED.not_numbered",
            rows,
        )


def own_up(log: Log, now: datetime) -> int:
    """Declare old gaps and silent sources in the log, and what came late after all.

    Returns how many entries that made. Call it when the log was followed to its end.
    """
    if not _due(log, now).exists():
        return 0
    with transaction.atomic():
        mark = _turn(log)
        tail = lock_tail(log)
        # ORDER: behind the log's lock nothing can come any more while we declare.
        while _read(mark, tail.compact.size):
            continue
        leaves = list(_leaves(log, now))
        if leaves:
            extend(tail, leaves, now)
    return len(leaves)


def _grace() -> timedelta:
    return timedelta(seconds=settings.STREAM_GRACE_SECONDS)


def _due(log: Log, now: datetime):  # type: ignore[no-untyped-def]
    return Stream.objects.filter(
        Q(filled=True)
        | Q(undeclared_since__lte=now - _grace())
        | Q(expected_by__lt=now, silent=False),
        log=log,
    )


def _leaves(log: Log, now: datetime) -> Iterator[Leaf]:
    before = stamp(now - _grace()).decode()
    for row in _due(log, now).order_by(F("pk")):
        found = pure.Stream.from_json(row.state)
        if found.late:
            yield filled_leaf(found)
        if (leaf := declared_leaf(found, before)) is not None:
            yield leaf
        if row.expected_by and row.expected_by < now and not row.silent:
            yield silent_leaf(found)


def forget(log: Log) -> None:
    """Throw away all that is known of the log's streams; `follow` reads it again."""
    with transaction.atomic():
        mark = _turn(log)
        Stream.objects.filter(log=log).delete()
        StreamDay.objects.filter(log=log).delete()
        mark.idx = 0
        mark.save(update_fields=["idx"])

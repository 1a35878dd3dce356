"""Log coverage: how much of what sources numbered has come, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from audits.log.models import Head, Log
from audits.streams.models import Gap, Stream, StreamDay, StreamMark
from audits.tlog.stream import Stream as Epoch

# LIMIT: a source that fell silent longer ago is history: the table still shows it.
ALARM_DAYS = 7
# LIMIT: a page and a dossier list so many; the numbers above them count all.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What one source numbered, and what came of it."""

    source: str
    present: int = 0
    missing: int = 0
    gaps: int = 0
    late: int = 0
    faults: int = 0
    not_numbered: int = 0

    @property
    def percent(self) -> str:
        """Of the numbered events, rounded down; empty when there are none."""
        return percent_of(self.present, self.missing)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a log over a period, or over its whole life."""

    log: Log
    since: date | None
    until: date | None
    sources: tuple[SourceCoverage, ...]
    silent: tuple["SilentStream", ...] = field(default=())
    read_to: int = 0
    size: int = 0

    def _sum(self, name: str) -> int:
        return sum(getattr(each, name) for each in self.sources)

    @property
    def present(self) -> int:
        return self._sum("present")

    @property
    def missing(self) -> int:
        return self._sum("missing")

    @property
    def gaps(self) -> int:
        return self._sum("gaps")

    @property
    def late(self) -> int:
        return self._sum("late")

    @property
    def faults(self) -> int:
        return self._sum("faults")

    @property
    def not_numbered(self) -> int:
        return self._sum("not_numbered")

    @property
    def percent(self) -> str:
        """Of the numbered events, rounded down; empty when there are none."""
        return percent_of(self.present, self.missing)


@dataclass(frozen=True, slots=True)
class SilentStream:
    """A source that sent heartbeats and sends none any more, without saying so."""

    source: str
    epoch: str
    heard_at: datetime
    last: int


@dataclass(frozen=True, slots=True)
class StreamFault:
    """What is wrong with a stream: which rule, at which number, in which entry."""

    source: str
    epoch: str
    what: str
    number: int
    index: int


def percent_of(present: int, missing: int) -> str:
    """The share that came, one digit, rounded down: 100 only when nothing is missing.

    Empty when there is nothing to take a share of.
    """
    total = present + missing
    if not total:
        return ""
    tenths = present * 1000 // total
    return f"{tenths // 10}.{tenths % 10}" if missing else "100"


def coverage(
    log: Log, *, since: date | None = None, until: date | None = None
) -> Coverage:
    """The coverage of the days from `since` to `until`, both included.

    A gap belongs to the day on which it was noticed.
    """
    found = {
        row["source"]: row
        for row in _between(StreamDay.objects.filter(log=log), "day", since, until)
        .values("source")
        .annotate(present=Sum("numbered"), not_numbered=Sum("not_numbered"))
    }
    streams = _streams(log, since, until)
    mark = StreamMark.objects.filter(log=log).first()
    return Coverage(
        log=log,
        since=since,
        until=until,
        sources=tuple(
            _of_source(name, found.get(name, {}), streams.get(name, {}))
            for name in sorted(found.keys() | streams.keys())
        ),
        silent=tuple(silent_streams(log)),
        read_to=mark.idx if mark else 0,
        size=Head.objects.only("size").get(log=log).size,
    )


def _between(
    rows: QuerySet[Any], field_name: str, since: date | None, until: date | None
) -> QuerySet[Any]:
    if since is not None:
        rows = rows.filter(**{f"{field_name}__gte": since})
    if until is not None:
        rows = rows.filter(**{f"{field_name}__lte": until})
    return rows


def _streams(log: Log, since: date | None, until: date | None) -> dict[str, Any]:
    if since is None and until is None:
        rows = Stream.objects.filter(log=log).values("source")
        sums = rows.annotate(
            numbered=Sum("present"), lost=Sum("missing"), holes_found=Sum("gaps"),
            came_late=Sum("late"), wrong=Sum("faults"),
        )  # fmt: skip
        return {row["source"]: row for row in sums}
    gaps = Gap.objects.filter(stream__log=log)
    noticed = _between(gaps, "noticed_at__date", since, until)
    counts = noticed.values(source=F("stream__source")).annotate(
        lost=Sum(F("last") - F("first") + 1), holes_found=Count("pk")
    )
    return {row["source"]: row for row in counts}


def _of_source(name: str, days: dict[str, int], sums: dict[str, int]) -> SourceCoverage:
    return SourceCoverage(
        source=name,
        # Over all time a repeated number counts once; a day counts all that came.
        present=sums.get("numbered", days.get("present", 0)),
        missing=sums.get("lost", 0),
        gaps=sums.get("holes_found", 0),
        late=sums.get("came_late", 0),
        faults=sums.get("wrong", 0),
        not_numbered=days.get("not_numbered", 0),
    )


def listed_gaps(
    log: Log, *, since: date | None = None, until: date | None = None
) -> Sequence[Gap]:
    """The gaps that were noticed last, with their streams."""
    rows = Gap.objects.filter(stream__log=log).select_related("stream")
    rows = _between(rows, "noticed_at__date", since, until)
    return list(rows.order_by("-noticed_at", "-first")[:MOST_SHOWN])


def listed_faults(log: Log) -> list[StreamFault]:
    """What contradicts itself in the log's streams; the newest entries first."""
    rows = Stream.objects.filter(log=log, faults__gt=0).order_by("-heard_at")
    found = [
        StreamFault(row.source, row.epoch, each["what"], each["number"], each["index"])
        for row in rows[:MOST_SHOWN]
        for each in row.state["faults"]
    ]
    return sorted(found, key=lambda fault: -fault.index)[:MOST_SHOWN]


def headline(log: Log) -> tuple[str, int]:
    """The share that came and the number of gaps, as last read: one question."""
    sums = Stream.objects.filter(log=log).aggregate(
        numbered=Sum("present"), lost=Sum("missing"), holes_found=Sum("gaps")
    )
    share = percent_of(sums["numbered"] or 0, sums["lost"] or 0)
    return share, sums["holes_found"] or 0


def silent_streams(log: Log) -> list[SilentStream]:
    """Sources of the log that are expected and not heard."""
    return silent_streams_of([log.pk]).get(log.pk, [])


def silent_streams_of(logs: Iterable[int]) -> dict[int, list[SilentStream]]:
    """By log, the sources that are expected and not heard: one question for all."""
    found: dict[int, list[SilentStream]] = {}
    for row in _silent_rows(logs, timezone.now()):
        found.setdefault(row.log_id, []).append(_silent(row))
    return found


def _silent_rows(logs: Iterable[int], now: datetime) -> QuerySet[Stream]:
    rows = Stream.objects.filter(
        Q(silent=True) | Q(expected_by__lt=now), log__in=list(logs)
    )
    recent = rows.filter(ended="", heard_at__gte=now - timedelta(days=ALARM_DAYS))
    return recent.order_by("log_id", "-heard_at")


def _silent(row: Stream) -> SilentStream:
    state = Epoch.from_json(row.state)
    last = max(state.top, state.claimed)
    return SilentStream(row.source, row.epoch, row.heard_at or timezone.now(), last)

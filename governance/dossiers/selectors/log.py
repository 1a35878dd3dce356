"""What a dossier says of the log, all of it below one signed checkpoint."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Max, Min

from audits.anchors.selectors import find_meta_log
from audits.events.models import Flag
from audits.log.models import Entry, Log, Pruned
from audits.log.selectors import minimum_index, ml_dsa_vkeys, vkeys
from audits.tlog.checkpoint import parse
from audits.tlog.note import parse_note

# Reviews stand unless they confirm another one or were corrected, as the figures of
# oversight count them.
COUNTED = (
    "SELECT (coalesce(e.occurred_at, e.received_at) AT TIME ZONE 'UTC')::date AS day,"
    " e.type, e.model_version, e.flags,"
    " r.confirms IS NULL AND NOT EXISTS ("
    "  SELECT 1 FROM audits_review c WHERE c.log_id = r.log_id"
    "  AND c.prediction_idx = r.prediction_idx AND c.corrects = r.review_id"
    "  AND c.idx < %s) AS stands,"
    " r.act IN ('overridden', 'reversed') AS changed, count(*)"
    " FROM audits_entry e"
    " LEFT JOIN audits_review r ON r.log_id = e.log_id AND r.idx = e.idx"
    " WHERE e.log_class = %s AND e.log_id = %s AND e.idx < %s"
    " GROUP BY 1, 2, 3, 4, 5, 6"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The state of a log that a dossier speaks of, and the note that says so."""

    size: int
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day (UTC): predictions, reviews that stand, and those that changed it."""

    day: date
    predictions: int
    reviews: int
    changed: int


@dataclass(frozen=True, slots=True)
class Removed:
    """What went under the retention duty, and the entry of the log that says so."""

    month: date
    at: datetime
    before: int
    entry: int


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The log at the checkpoint, in figures."""

    origin: str
    vkey: str
    size: int
    root: str
    checkpoint: str
    first_at: datetime | None
    last_at: datetime | None
    by_type: tuple[tuple[str, int], ...]
    by_version: tuple[tuple[str, int], ...]
    unknown_version: int
    unknown_deployment: int
    late: int
    per_day: tuple[DayCount, ...]
    removed: tuple[Removed, ...] = ()
    """What was removed before, so that the figures do not count it."""
    meta_vkeys: tuple[str, ...] = ()
    """The keys of the meta-log that its anchors lie in, of every kind."""

    @property
    def predictions(self) -> int:
        return dict(self.by_type).get("prediction", 0)


def sealed(note: str) -> Sealed:
    """What a signed checkpoint says."""
    checkpoint = parse(parse_note(note.encode()).text)
    return Sealed(checkpoint.size, checkpoint.root.hex(), note)


def log_facts(log: Log, state: Sealed) -> LogFacts:
    """Count the entries below the checkpoint, in one pass over them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [state.size, log.log_class, log.pk, state.size])
        rows = cursor.fetchall()
    types: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    flagged: Counter[int] = Counter()
    days: Counter[tuple[date, str]] = Counter()
    for day, kind, version, flags, stands, changed, count in rows:
        types[kind] += count
        for bit in Flag.NAMES:
            flagged[bit] += count if flags & bit else 0
        if kind == "prediction":
            versions[version] += count
            days[day, kind] += count
        elif kind == "review" and stands:
            days[day, kind] += count
            days[day, "changed"] += count if changed else 0
    first, last = _span(log, state.size)
    return LogFacts(
        origin=log.origin,
        vkey=vkeys(log)[-1],
        size=state.size,
        root=state.root,
        checkpoint=state.checkpoint,
        first_at=first,
        last_at=last,
        by_type=tuple(sorted(types.items())),
        by_version=tuple(sorted(versions.items())),
        unknown_version=flagged[Flag.UNKNOWN_MODEL_VERSION],
        unknown_deployment=flagged[Flag.UNKNOWN_DEPLOYMENT],
        late=flagged[Flag.LATE],
        per_day=tuple(
            DayCount(
                day, days[day, "prediction"], days[day, "review"], days[day, "changed"]
            )
            for day in sorted({day for day, _kind in days})
        ),
        removed=tuple(
            Removed(row.month, row.pruned_at, row.payloads_from, row.entry)
            for row in Pruned.objects.filter(log=log, entry__lt=state.size).order_by(
                "entry"
            )
        ),
        meta_vkeys=_meta_vkeys(),
    )


def _meta_vkeys() -> tuple[str, ...]:
    meta = find_meta_log()
    return (*vkeys(meta), *ml_dsa_vkeys(meta)) if meta else ()


def _span(log: Log, size: int) -> tuple[datetime | None, datetime | None]:
    """When the first and the last entry below `size` that are kept were received."""
    ends = [minimum_index(log), max(size - 1, 0)]
    rows = Entry.objects.filter(
        log=log, log_class=log.log_class, idx__in=ends, idx__lt=size
    )
    found = rows.aggregate(first=Min("received_at"), last=Max("received_at"))
    return found["first"], found["last"]

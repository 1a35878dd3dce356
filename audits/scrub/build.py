"""The work of a scrub, in short turns that a worker may die in.

1. A run's row says how far it is; a claim is a lease, renewed with each step.
2. A step reads 4,096 entries and is saved with what it found, in one transaction, by
   the holder of the claim only: nothing is skipped, nothing counted twice.
3. A log is read to the newest checkpoint that was saved when its turn came.
"""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from structlog import get_logger

from audits.census.selectors import AT_ONCE, Census
from audits.log.models import Head, Log
from audits.log.selectors import inclusion_path, newest_checkpoint, verifier
from audits.scrub.models import Fault, ScrubRun
from audits.scrub.selectors import PERIODS, due_at
from audits.tlog.checkpoint import Checkpoint, open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import ProofInvalid
from audits.tlog.report import LimitReached, Report
from audits.tlog.tile import WIDTH, TileRef
from audits.tlog.tree import check_inclusion

logger = get_logger(__name__)
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=100)
# LIMIT: one tile of 256 in each hundred, but a small log's at least and no more than
# a worker reads in seconds.
SHARE = 100
TILES_OF_A_LOG = 40
TILES_OF_A_RUN = 400
# LIMIT: faults of one log that are worth listing; the next is looked for elsewhere.
FAULTS_OF_A_LOG = 50
# What the reading of a row may end with that somebody wrote by hand.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)


class ClaimLost(Exception):
    """Another worker goes on with the run."""


def plan(now: datetime) -> None:
    """Write down the runs that are due, unless the one before still goes on."""
    for kind, period in PERIODS.items():
        due = due_at(kind, now)
        last = ScrubRun.objects.filter(kind=kind).order_by("-due_at").first()
        if last is not None and (last.finished_at is None or last.due_at >= due):
            continue
        missed = max((due - last.due_at) // period - 1, 0) if last else 0
        run = ScrubRun(kind=kind, due_at=due, missed=missed)
        # Two workers that plan at once: the row is there once.
        ScrubRun.objects.bulk_create([run], ignore_conflicts=True)
    ScrubRun.objects.filter(finished_at__lt=now - KEPT).delete()


def work(seconds: float) -> None:
    """Plan what is due, then work on what waits for about so many seconds."""
    plan(timezone.now())
    until = monotonic() + seconds
    for run in ScrubRun.objects.filter(finished_at=None).order_by("-kind"):
        if not _claim(run):
            continue
        try:
            if run.kind == ScrubRun.Kind.SAMPLE:
                _sample(run, until)
            else:
                _everything(run, until)
        except ClaimLost:
            logger.warning("scrub_goes_on_elsewhere", run=str(run.pk))


def _claim(run: ScrubRun) -> bool:
    now, claim = timezone.now(), uuid.uuid4()
    free = Q(claim=None) | Q(claimed_until__lt=now)
    rows = ScrubRun.objects.filter(free, pk=run.pk, finished_at=None)
    started = run.started_at or now
    if not rows.update(claim=claim, claimed_until=now + LEASE, started_at=started):
        return False
    # Whoever had it may have gone further since we read the row.
    run.refresh_from_db()
    return True


def _save(run: ScrubRun, **fields: object) -> None:
    """Write down how far the run is; ClaimLost when it is not ours any more."""
    held = ScrubRun.objects.filter(pk=run.pk, claim=run.claim)
    if not held.update(claimed_until=timezone.now() + LEASE, **fields):
        raise ClaimLost
    run.refresh_from_db()


def _finish(run: ScrubRun) -> None:
    _save(run, claim=None, finished_at=timezone.now())


def _tell(run: ScrubRun, log: Log, report: Report) -> int:
    """Keep what was found; a fault that is known already is only seen again."""
    now = timezone.now()
    for found in report.faults:
        logger.error("scrub_fault", log=log.origin, where=found.where, what=found.what)
    rows = [
        Fault(log=log, kind=run.kind, where=each.where, what=each.what, found_at=now,
              seen_at=now)
        for each in report.faults
    ]  # fmt: skip
    Fault.objects.bulk_create(
        {(row.where, row.what): row for row in rows}.values(),
        update_conflicts=True,
        unique_fields=["log", "where", "what"],
        update_fields=["seen_at"],
    )
    return len(rows)


def _everything(run: ScrubRun, until: float) -> None:
    while monotonic() < until:
        log = Log.objects.filter(pk=run.log_id).first()
        if log is not None and run.next < run.size:
            _step(run, log)
        elif not _next_log(run):
            _finish(run)
            return
    _save(run, claim=None)


def _next_log(run: ScrubRun) -> bool:
    log = Log.objects.filter(pk__gt=run.log_id).order_by("pk").first()
    if log is None:
        return False
    saved = newest_checkpoint(log)
    size = saved.size if saved else 0
    _save(run, log_id=log.pk, size=size, next=0, peaks=b"", tree_known=True)
    return True


def _step(run: ScrubRun, log: Log) -> None:
    report = Report("scrub", limit=FAULTS_OF_A_LOG)
    tree = Compact.from_bytes(run.next, bytes(run.peaks)) if run.tree_known else None
    census, read = Census(log, report, tree, run.next), 0
    try:
        read = _read(census, run.size)
        if census.next == run.size:
            _hold_head(census)
    except LimitReached:
        census.next = run.size
    with transaction.atomic():
        found = _tell(run, log, report)
        ended = census.next >= run.size
        known = census.tree is not None and census.tree.size == census.next
        _save(
            run,
            next=census.next,
            peaks=census.tree.to_bytes() if known and census.tree else b"",
            tree_known=known,
            entries=F("entries") + read,
            faults=F("faults") + found,
            logs=F("logs") + int(ended),
        )


def _read(census: Census, end: int) -> int:
    """One step; rows that cannot even be read are a fault, and no end of the run."""
    first = census.next
    try:
        return len(census.step(end))
    except UNREADABLE as error:
        last = min(first + AT_ONCE, end)
        where = f"entry {census.next}, or one after it up to {last - 1}"
        census.report.fault(where, f"it cannot be read: {error}")
        census.next, census.tree = last, None
        return 0


def _hold_head(census: Census) -> None:
    head = Head.objects.filter(log=census.log).first()
    if head is None:
        census.report.fault("head", "the log has none")
    else:
        census.hold_head(head)


def _sample(run: ScrubRun, until: float) -> None:
    tiles, entries, faults, logs = TILES_OF_A_RUN, 0, 0, 0
    others = list(Log.objects.all())
    while others and tiles and monotonic() < until:
        log = others.pop(secrets.randbelow(len(others)))
        report = Report("scrub", limit=FAULTS_OF_A_LOG)
        before = tiles
        for checkpoint, n in chosen_tiles(log, report, tiles):
            tiles -= 1
            entries += _hold_tile(log, checkpoint, n, report)
            _save(run)
        logs += tiles < before
        faults += _tell(run, log, report)
    _save(run, entries=entries, faults=faults, logs=logs)
    _finish(run)


def chosen_tiles(
    log: Log, report: Report, most: int
) -> Iterator[tuple[Checkpoint, int]]:
    """One tile at random out of each of so many equal parts of the log's life."""
    saved = newest_checkpoint(log)
    if saved is None:
        return
    try:
        opened = open_checkpoint(saved.note.encode(), verifier(log))
    except ProofInvalid as error:
        report.fault(f"checkpoint of size {saved.size}", error)
        return
    size = opened.checkpoint.size
    tiles = -(-size // WIDTH)
    parts = min(-(-tiles // SHARE), TILES_OF_A_LOG, most)
    for part in range(parts):
        first, end = tiles * part // parts, tiles * (part + 1) // parts
        yield opened.checkpoint, first + secrets.randbelow(end - first)


def _hold_tile(log: Log, checkpoint: Checkpoint, n: int, report: Report) -> int:
    """Hold a tile's entries to their payloads, the tile, and the signed tree."""
    first = n * WIDTH
    end = min(first + WIDTH, checkpoint.size)
    try:
        leaves = Census(log, report, first=first).step(end)
        if len(leaves) == end - first:
            _hold_path(log, checkpoint, first, leaves, report)
    except LimitReached:
        return end - first
    except UNREADABLE as error:
        report.fault(TileRef(0, n).path, f"its entries cannot be read: {error}")
        return 0
    return len(leaves)


def _hold_path(
    log: Log,
    checkpoint: Checkpoint,
    first: int,
    leaves: Sequence[bytes],
    report: Report,
) -> None:
    """Prove one entry of a tile: its path folds all others of the tile with it."""
    index, size = first + secrets.randbelow(len(leaves)), checkpoint.size
    try:
        path = inclusion_path(log, index, size)
        leaf = leaves[index - first]
        check_inclusion(index, size, leaf, checkpoint.root, path)
    except (ProofInvalid, LookupError):
        where = TileRef(0, first // WIDTH).path
        report.fault(where, "it does not lead to the root of the newest checkpoint")

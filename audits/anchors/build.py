"""The meta-log: what all logs of the installation stated, in one log for all.

1. A checkpoint is appended after it was signed and saved, so that the meta-log never
   states what no log stated.
2. A log's opening stands before its first checkpoint.
3. Where each checkpoint stands is written in the same transaction.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from structlog import get_logger

from audits.anchors import encoding
from audits.anchors.models import Anchored, MetaLog
from audits.anchors.selectors import find_meta_log, unanchored
from audits.log.keys import (
    NotSigned,
    hand_over,
    ml_dsa_vkey,
    pending_rotations,
    status,
)
from audits.log.models import Checkpoint, Entry, Log, LogClass, LogKey
from audits.log.seal import save_rotation
from audits.log.services import Leaf, extend, lock_tail, lock_tails, open_log
from audits.tlog.checkpoint import parse
from audits.tlog.note import parse_note

logger = get_logger(__name__)
TITLE = "meta"
# LIMIT: leaves of one append, so that a thousand new logs do not become one statement.
AT_ONCE = 500
# LIMIT: of one entry, which may have 60,000 bytes; an origin has at most 255.
TREES = 150
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@transaction.atomic
def meta_log(*, at: datetime) -> Log:
    """The installation's meta-log, opened on first use."""
    if found := find_meta_log():
        return found
    with connection.cursor() as cursor:
        # ORDER: two beats at once must not open two meta-logs.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('meta_log'))")
    if found := find_meta_log():
        return found
    log = open_log(path=TITLE, title=TITLE, log_class=LogClass.EVIDENCE, at=at)
    MetaLog.objects.create(log=log)
    return log


@transaction.atomic
def append_changed(meta: Log, *, now: datetime) -> int:
    """Append every log's newest checkpoint that is not there yet; returns how many."""
    tail = lock_tail(meta)
    # ORDER: behind the lock, or two beats at once would append the same ones.
    found = unanchored(meta)[:AT_ONCE]
    is_there = Exists(Anchored.objects.filter(log=OuterRef("pk")))
    logs = Log.objects.filter(is_there, pk__in=[each.log_id for each in found])
    known = set(logs.values_list("pk", flat=True))
    leaves: list[Leaf] = []
    rows: list[Anchored] = []
    for saved in found:
        if saved.log_id not in known:
            leaves.append(encoding.opening(saved.log))
        rows.append(
            Anchored(
                log=saved.log, size=saved.size, idx=tail.compact.size + len(leaves)
            )
        )
        stated = parse(parse_note(saved.note.encode()).text)
        leaves.append(encoding.checkpoint(stated, saved.note))
    if leaves:
        extend(tail, leaves, now)
        Anchored.objects.bulk_create(rows)
    return len(found)


def record_signer(meta: Log, *, now: datetime) -> None:
    """Append what the signer tells of keys and of its state, and was not recorded yet.

    Raises SignerAway, and NotSigned when it refuses.
    """
    _record_ml_dsa(meta, now)
    _record_acceptances(meta, now)
    pending = {each["origin"]: each for each in reversed(pending_rotations())}
    # A log that is not in this database is another one's, or was never opened.
    for log in Log.objects.filter(origin__in=pending).order_by("pk"):
        try:
            _record_rotation(meta, log, pending[log.origin], now)
        except NotSigned:
            # One log that is refused must not keep the others waiting.
            logger.exception("rotation_not_signed", origin=log.origin)
    _save_rotations(now)


@transaction.atomic
def _record_ml_dsa(meta: Log, now: datetime) -> None:
    vkey = ml_dsa_vkey(meta.origin)
    if LogKey.objects.filter(log=meta, vkey=vkey).exists():
        return
    tail = lock_tail(meta)
    # ORDER: behind the lock, as in `append_changed`.
    key, is_new = LogKey.objects.get_or_create(
        log=meta, vkey=vkey, defaults={"idx": tail.compact.size, "recorded_at": now}
    )
    if is_new:
        extend(tail, [encoding.key_added(meta.origin, key.vkey)], now)


@transaction.atomic
def _record_acceptances(meta: Log, now: datetime) -> None:
    told = {each["at"]: each["trees"] for each in status()["accepted"]}
    if not told:
        return
    tail = lock_tail(meta)
    rows = Entry.objects.filter(log=meta, type=encoding.STATE_ACCEPTED)
    known = {
        orjson.loads(bytes(entry))["accepted"]
        for entry in rows.order_by("-idx").values_list("entry", flat=True)
    }
    leaves = []
    for at, trees in sorted(told.items()):
        accepted = EPOCH + timedelta(microseconds=at)
        for start in range(0, len(trees), TREES):
            leaf = encoding.state_accepted(accepted, trees[start : start + TREES])
            if encoding.stamped(accepted) not in known:
                leaves.append(leaf)
    if leaves:
        extend(tail, leaves, now)


@transaction.atomic
def _record_rotation(
    meta: Log, log: Log, asked: Mapping[str, str], now: datetime
) -> None:
    """In the log itself and in the meta-log, in one transaction.

    If we stop here, the signer has a statement that nothing records: it makes another.
    """
    tails = {tail.log: tail for tail in lock_tails({log: [], meta: []})}
    idx = tails[log].compact.size
    note, seconds = hand_over(log.origin, idx + 1)
    ends = datetime.fromtimestamp(seconds, UTC)
    for into, tail in tails.items():
        extend(tail, [encoding.key_rotated(into, asked, note, idx + 1, ends)], now)
    LogKey.objects.create(
        log=log, vkey=asked["new"], idx=idx, ends=ends, recorded_at=now
    )


def _save_rotations(now: datetime) -> None:
    """Save the trees that record new keys, which the old keys sign whenever asked."""
    saved = Checkpoint.objects.filter(log=OuterRef("log"), size=OuterRef("idx") + 1)
    rows = LogKey.objects.filter(~Exists(saved), ends__isnull=False)
    for key in rows.select_related("log").order_by("pk"):
        save_rotation(log=key.log, size=key.idx + 1, at=now)

"""The meta-log: what all logs of the installation stated, in one log for all.

1. A checkpoint is appended after it was signed and saved, so that the meta-log never
   states what no log stated.
2. A log's opening stands before its first checkpoint.
3. Where each checkpoint stands is written in the same transaction.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from audits.anchors import encoding
from audits.anchors.models import Anchored, MetaLog
from audits.anchors.selectors import find_meta_log, unanchored
from audits.log.models import Log, LogClass
from audits.log.services import Leaf, extend, lock_tail, open_log
from audits.tlog.checkpoint import parse
from audits.tlog.note import parse_note

TITLE = "meta"
# LIMIT: leaves of one append, so that a thousand new logs do not become one statement.
AT_ONCE = 500


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

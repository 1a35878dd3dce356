"""Carrying out an approved removal.

1. Figures and streams are brought up first: they outlive the entries that they count.
2. In one transaction each log gets its tombstone, and the database's function checks
   it and drops the partitions. If we stop anywhere, nothing was removed or said.
3. The writers of these logs wait meanwhile. LIMIT: for what the month's tables have to
   keep, which is written anew, some ten thousand entries a second; mostly that is acts
   of people, and little. Writers of other logs wait only while tables are exchanged.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from structlog import get_logger

from audits.duties.selectors import Keeping, keeping
from audits.log.models import Log
from audits.log.selectors import node_hashes
from audits.log.services import Leaf, Tail, check_clock, extend_all, lock_tails
from audits.metrics.build import BATCH as FIGURES
from audits.metrics.build import roll_up_log
from audits.payloads.selectors import keys_of
from audits.retention.encoding import Stone, minimum_of, tombstone
from audits.retention.models import Removal
from audits.retention.selectors import end_of, first_after, removed_below
from audits.streams.build import BATCH as NUMBERS
from audits.streams.build import follow
from audits.tlog.tree import root

logger = get_logger(__name__)
LEASE = timedelta(minutes=30)
# Less than PostgreSQL's deadlock_timeout: whoever waits for us is never the one that
# is given up; we are, and try again.
PATIENCE = "900ms"


def work() -> int:
    """Carry out what was approved; returns how many removals were."""
    done = 0
    waiting = Removal.objects.filter(finished_at=None, withdrawn_at=None)
    for removal in waiting.exclude(approved_at=None).order_by("approved_at"):
        done += _try(removal)
    return done


def _try(removal: Removal) -> bool:
    """One try, by whoever claims it; what goes wrong is kept for people to read."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    own = Removal.objects.filter(pk=removal.pk)
    open_ones = own.filter(free, finished_at=None, withdrawn_at=None)
    if not open_ones.update(claimed_until=now + LEASE, tries=F("tries") + 1):
        return False
    try:
        removed = carry_out(removal)
    except DatabaseError as error:
        # What the database refuses, and a lock that did not come in time: nothing was
        # removed, and the next try may find it otherwise.
        trouble = str(error).partition("CONTEXT:")[0].strip()
        logger.warning("removal_refused", removal=str(removal.pk), trouble=trouble)
        own.update(claimed_until=None, trouble=trouble)
        return False
    logger.info("removal_carried_out", removal=str(removal.pk), entries=removed)
    return True


def carry_out(removal: Removal) -> int:
    """Append the tombstones and remove, or neither; returns how many entries went."""
    logs = list(removal.logs.order_by("pk"))
    for log in logs:
        _bring_up(log)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        now = timezone.now()
        tails = lock_tails(dict.fromkeys(logs, ()))
        grown = [(tail, [_leaf(tail, removal)]) for tail in tails]
        for tail in tails:
            check_clock(tail, now)
        extend_all(grown, now)
        removed = _prune(removal.month, logs)
        Removal.objects.filter(pk=removal.pk).update(
            finished_at=now, removed=removed, claimed_until=None, trouble=""
        )
    return removed


def _bring_up(log: Log) -> None:
    while roll_up_log(log) == FIGURES:
        continue
    while follow(log) == NUMBERS:
        continue


def _prune(month: date, logs: Sequence[Log]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audits_prune(%s, %s)", [month, [log.pk for log in logs]])
        removed: int = cursor.fetchone()[0]
    return removed


def _leaf(tail: Tail, removal: Removal) -> Leaf:
    log, size = tail.log, tail.compact.size
    kept = keeping([log])[log.pk]
    # A log that received nothing since ends where its tombstone will stand.
    end = first_after(log, removal.month)
    end = size if end is None else end
    stone = Stone(
        month=removal.month,
        first=removed_below([log.pk])[log.pk],
        end=end,
        months=kept.months,
        root=root(minimum_of(end), node_hashes(log, size)),
    )
    return tombstone(keys_of(log), stone, _parts(removal, kept))


def _parts(removal: Removal, kept: Keeping) -> dict[str, Any]:
    return {
        "removal": {
            "id": str(removal.pk),
            "until": end_of(removal.month).isoformat(),
            "duties": [
                {"source": duty.source, "ground": duty.citation, "months": duty.months}
                for duty in kept.duties
            ],
        },
        "person": {
            "prepared": removal.prepared_by,
            "approved": removal.approved_by,
        },
    }

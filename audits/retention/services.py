"""Two people remove records: one prepares, another approves. A worker carries it out.

Nothing is ever removed by a rule alone. What is gone cannot be brought back, and a
claim, an inspection or an incident of this week makes no row in any table.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.log.services import lock_tail
from audits.retention.models import Removal
from audits.retention.selectors import months_of
from audits.trail.services import Actor, record


class RemovalRefused(Exception):
    """It may not be removed, or not by this person; says why."""


@transaction.atomic
def prepare_removal(
    *, logs: Sequence[Log], month: date, record_in: Log, by: Actor, at: datetime
) -> Removal:
    """Prepare the removal of what logs received up to the end of a month.

    Logs against which something stands are left out. Raises RemovalRefused when none
    is left, or when another removal for some of them still waits.
    """
    # ORDER: two who prepare at once wait for each other here.
    lock_tail(record_in)
    waiting = Removal.objects.filter(logs__in=logs, withdrawn_at=None, finished_at=None)
    if waiting.exists():
        raise RemovalRefused(
            _("A removal for these logs waits already: approve or withdraw it first.")
        )
    free = removable(logs, month, at)
    if not free:
        raise RemovalRefused(
            _("Nothing received up to the end of %(month)s may be removed now.")
            % {"month": f"{month:%Y-%m}"}
        )
    removal = Removal.objects.create(
        month=month, record_in=record_in, prepared_by=asdict(by), prepared_id=by.id,
        prepared_at=at,
    )  # fmt: skip
    removal.logs.set(free)
    _record("removal.prepared", removal, by, at)
    return removal


def removable(logs: Sequence[Log], month: date, now: datetime) -> list[Log]:
    """Of these logs, those that have something up to that month and may lose it."""
    some, not_all = {}, set()
    for each in months_of(logs, now):
        for line in each.lines if each.start <= month else ():
            some[line.log.pk] = line.log
            if line.standing:
                not_all.add(line.log.pk)
    return [log for pk, log in some.items() if pk not in not_all]


@transaction.atomic
def approve_removal(*, removal: Removal, by: Actor, at: datetime) -> None:
    """Let a worker carry it out. Raises RemovalRefused for whoever prepared it."""
    if by.id == removal.prepared_id:
        raise RemovalRefused(
            _("You prepared this removal: another person has to approve it.")
        )
    waiting = Removal.objects.filter(pk=removal.pk, approved_at=None, withdrawn_at=None)
    approved = {"approved_by": asdict(by), "approved_id": by.id, "approved_at": at}
    if not waiting.update(**approved):
        raise RemovalRefused(_("It was approved or withdrawn already."))
    removal.refresh_from_db()
    _record("removal.approved", removal, by, at)


@transaction.atomic
def withdraw_removal(*, removal: Removal, by: Actor, at: datetime) -> None:
    """Give a removal up, as long as it was not carried out."""
    waiting = Removal.objects.filter(
        pk=removal.pk, withdrawn_at=None, finished_at=None, claimed_until=None
    )
    if not waiting.update(withdrawn_at=at):
        raise RemovalRefused(_("It was carried out or withdrawn already."))
    _record("removal.withdrawn", removal, by, at)


def _record(verb: str, removal: Removal, by: Actor, at: datetime) -> None:
    logs = sorted(removal.logs.values_list("origin", flat=True))
    record(
        log=removal.record_in,
        verb=verb,
        subject=f"removal:{removal.pk}",
        by=by,
        at=at,
        details={"month": f"{removal.month:%Y-%m}", "logs": logs},
    )

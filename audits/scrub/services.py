"""Acknowledging what a scrub found: a person's act, with a reason, in the log."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.scrub.models import Fault
from audits.trail.services import Actor, record


class AlreadyAcknowledged(Exception):
    """Somebody was first; says who."""


@transaction.atomic
def acknowledge(
    *, faults: Sequence[Fault], reason: str, record_in: Log, by: Actor, at: datetime
) -> None:
    """End the alarms of faults, each with an act. They stay listed, and found again.

    It is recorded in a log of the caller's choice: the faulty one may be no place.
    """
    for fault in faults:
        open_ones = Fault.objects.filter(pk=fault.pk, acknowledged_at=None)
        if not open_ones.update(
            acknowledged_at=at, acknowledged_by=by.name, reason=reason
        ):
            fault.refresh_from_db()
            raise AlreadyAcknowledged(
                _("%(person)s has acknowledged this fault already.")
                % {"person": fault.acknowledged_by}
            )
        _record(fault, reason, record_in, by, at)


def _record(fault: Fault, reason: str, record_in: Log, by: Actor, at: datetime) -> None:
    record(
        log=record_in,
        verb="fault.acknowledged",
        subject=fault,
        by=by,
        at=at,
        details={
            "log": fault.log.origin,
            "where": fault.where,
            "what": fault.what,
            "found_at": fault.found_at.isoformat(),
            "reason": reason,
        },
    )

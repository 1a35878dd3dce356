"""Setting and ending duties, placing and lifting holds: acts of named people."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.duties.models import Duty, Hold
from audits.log.models import Log
from audits.trail.services import Actor, record


class AlreadyEnded(Exception):
    """Somebody was first; says who."""


@dataclass(frozen=True, slots=True)
class DutyOf:
    """What a duty asks: where it comes from, its words, and for how many months."""

    source: str
    citation: str
    months: int


@transaction.atomic
def set_duty(*, log: Log, duty: DutyOf, by: Actor, at: datetime) -> Duty:
    """Keep the records of a log for so many months after receipt at least."""
    row = Duty.objects.create(log=log, set_by=by.name, set_at=at, **asdict(duty))
    details = asdict(duty)
    record(log=log, verb="duty.set", subject=row, by=by, at=at, details=details)
    return row


@transaction.atomic
def end_duty(*, duty: Duty, reason: str, by: Actor, at: datetime) -> None:
    """End a duty: from now on only the others decide."""
    open_ones = Duty.objects.filter(pk=duty.pk, ended_at=None)
    if not open_ones.update(ended_by=by.name, ended_at=at, ended_reason=reason):
        duty.refresh_from_db()
        raise AlreadyEnded(
            _("%(person)s has ended this duty already.") % {"person": duty.ended_by}
        )
    details = {"reason": reason, "months": duty.months}
    record(log=duty.log, verb="duty.ended", subject=duty, by=by, at=at, details=details)


@transaction.atomic
def place_hold(*, log: Log, reason: str, by: Actor, at: datetime) -> Hold:
    """Let nothing of the log be removed until somebody lifts the hold."""
    row = Hold.objects.create(log=log, reason=reason, placed_by=by.name, placed_at=at)
    details = {"reason": reason}
    record(log=log, verb="hold.placed", subject=row, by=by, at=at, details=details)
    return row


@transaction.atomic
def lift_hold(*, hold: Hold, reason: str, by: Actor, at: datetime) -> None:
    """End a hold, with the reason why it is no longer needed."""
    open_ones = Hold.objects.filter(pk=hold.pk, lifted_at=None)
    if not open_ones.update(lifted_by=by.name, lifted_at=at, lifted_reason=reason):
        hold.refresh_from_db()
        raise AlreadyEnded(
            _("%(person)s has lifted this hold already.") % {"person": hold.lifted_by}
        )
    details = {"reason": reason}
    record(
        log=hold.log, verb="hold.lifted", subject=hold, by=by, at=at, details=details
    )

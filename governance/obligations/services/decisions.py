"""Deciding about what others submitted: accepting it, or sending it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor
from governance.obligations.models import Obligation, Period
from governance.obligations.services.acts import (
    ActRefused,
    locked,
    note,
    open_next,
    period_in,
    review_due,
)
from registry.people.models import User


@transaction.atomic
def accept(
    *, period: Period, approver: User, revision: int, by: Actor, at: datetime
) -> Period:
    """Accept evidence, or that a duty does not apply, as a second person.

    A duty that has to be met again gets its next period with its day. Raises
    ActRefused for whoever submitted it, and when nothing waits.
    """
    row, found = _waiting(period, approver, revision)
    agreed = found.state == Period.State.SAID_NOT_APPLICABLE
    found.state = Period.State.NOT_APPLICABLE if agreed else Period.State.ACCEPTED
    found.decided_by, found.decided_at, found.decision_note = approver, at, ""
    found.current = not found.event
    found.save()
    due = None if agreed or found.event else review_due(row, at.date())
    if due:
        open_next(row, found, at, due=due)
    note(
        row, "agreed_not_applicable" if agreed else "accepted", by, at,
        period=found.number, next_due=due.isoformat() if due else "",
    )  # fmt: skip
    return found


@transaction.atomic
def send_back(
    *,
    period: Period,
    reviewer: User,
    reason: str,
    revision: int,
    by: Actor,
    at: datetime,
) -> Period:
    """Return it to whoever submitted it, with a reason."""
    if not reason.strip():
        raise ActRefused(_("Say what is missing."), "reason")
    row, found = _waiting(period, reviewer, revision)
    found.state = Period.State.IN_PROGRESS
    found.decided_by, found.decided_at = reviewer, at
    found.decision_note = reason.strip()
    found.save()
    note(row, "returned", by, at, period=found.number, reason=found.decision_note)
    return found


def _waiting(period: Period, person: User, revision: int) -> tuple[Obligation, Period]:
    row = locked(period.obligation, revision)
    told = _("Nothing waits for a decision here; reload the page.")
    found = period_in(row, period, Period.WAITING, told)
    if found.submitted_by_id == person.pk:
        raise ActRefused(_("You submitted it yourself. A second person decides."))
    return row, found

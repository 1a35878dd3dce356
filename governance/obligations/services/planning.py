"""Planning duties: who owns them, by when, how often they are looked at again."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor
from governance.obligations.models import Obligation, Period
from governance.obligations.services.acts import (
    ActRefused,
    locked,
    may_own,
    note,
    open_next,
    period_in,
    review_due,
)
from registry.people.models import User

LONGEST_REVIEW = 120  # LIMIT: months; what waits for longer is no review
STILL_OPEN = (
    Period.State.OPEN,
    Period.State.IN_PROGRESS,
    Period.State.SUBMITTED,
    Period.State.SAID_NOT_APPLICABLE,
)


@transaction.atomic
def assign_owner(
    *,
    obligations: Iterable[tuple[Obligation, int]],
    owner: User | None,
    by: Actor,
    at: datetime,
) -> int:
    """Give duties, each of the revision that was read, to one person, or to nobody.

    All or none. Returns how many changed hands. Raises ActRefused for somebody who
    does not work in the organisation, and EditedMeanwhile.
    """
    changed = 0
    for each, revision in sorted(obligations, key=lambda pair: str(pair[0].pk)):
        row = locked(each, revision)
        if owner is not None and not may_own(owner, row, at):
            raise ActRefused(
                _("The owner has to be somebody who works in your organisation."),
                "owner",
            )
        if row.owner == owner:
            continue
        row.owner = owner
        row.save(update_fields=["owner"])
        note(row, "assigned", by, at, owner=str(owner.pk) if owner else "")
        changed += 1
    return changed


@transaction.atomic
def state_due(
    *,
    period: Period,
    due_on: date,
    reason: str,
    revision: int,
    by: Actor,
    at: datetime,
) -> Period:
    """State another day by which to be done, with the reason for it."""
    if not reason.strip():
        raise ActRefused(_("Say why this day."), "reason")
    row = locked(period.obligation, revision)
    told = _("This period is closed; its day stays as it was.")
    found = period_in(row, period, STILL_OPEN, told)
    if found.due_basis == Period.Basis.COUNTED:
        raise ActRefused(
            _("This day was counted from an event by the Act. Nobody can move it.")
        )
    before = found.due_on.isoformat() if found.due_on else ""
    found.due_on, found.due_reason = due_on, reason.strip()
    found.due_at, found.due_later_on = None, None
    found.due_basis = Period.Basis.STATED
    found.save()
    note(
        row, "due_stated", by, at,
        was=before, due_on=due_on.isoformat(), reason=found.due_reason,
    )  # fmt: skip
    return found


@transaction.atomic
def set_review(
    *,
    obligation: Obligation,
    months: int | None,
    revision: int,
    by: Actor,
    at: datetime,
) -> Obligation:
    """Say after how many months the duty is looked at again; None: not at all.

    When its standing period is accepted already, the next one opens at once.
    """
    if months is not None and not 1 <= months <= LONGEST_REVIEW:
        raise ActRefused(_("Choose 1 to 120 months, or leave it empty."), "months")
    row = locked(obligation, revision)
    row.review_months = months
    row.save(update_fields=["review_months"])
    last = row.periods.filter(current=True, event="").first()
    if last and months and last.state == Period.State.ACCEPTED and last.decided_at:
        due = review_due(row, last.decided_at.date())
        open_next(row, last, at, due=due)
    note(row, "review_set", by, at, months=months)
    return row


@transaction.atomic
def open_again(
    *, obligation: Obligation, reason: str, revision: int, by: Actor, at: datetime
) -> Period:
    """Open a new period of a duty whose standing one is closed, with a reason."""
    if not reason.strip():
        raise ActRefused(_("Say why it has to be met again."), "reason")
    row = locked(obligation, revision)
    last = row.periods.get(current=True, event="")
    told = _("Its period is open already.")
    last = period_in(row, last, Period.CLOSED, told)
    made = open_next(row, last, at, due=None)
    Period.objects.filter(pk=made.pk).update(due_reason=reason.strip())
    note(row, "opened_again", by, at, reason=reason.strip(), period=made.number)
    return made

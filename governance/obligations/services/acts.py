"""What all acts on duties share: the lock, the revision, the trail, the next period."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.law.duties_load import catalogue
from governance.obligations.contents.derived import next_due
from governance.obligations.models import Obligation, Period
from registry.people.models import Membership, Role, User
from registry.systems.services import EditedMeanwhile, FactsWrong

ROWS = {row.id: row for row in catalogue().rows}
LIMIT = 10_000


class ActRefused(FactsWrong):
    """The act is not the person's to do, or does not fit; the text says why."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__({field: reason})


def locked(obligation: Obligation, revision: int) -> Obligation:
    """The duty under a lock, as the caller read it. Raises EditedMeanwhile."""
    row = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("system__log", "operator", "owner")
        .get(pk=obligation.pk)
    )
    if row.revision != revision:
        raise EditedMeanwhile(row)
    return row


def period_in(
    obligation: Obligation, period: Period, states: Iterable[str], refusal: str
) -> Period:
    """The period as it stands under the lock, when its state allows the act."""
    # ORDER: a derivation moves the due day of a period without the duty's lock.
    row = obligation.periods.select_for_update().get(pk=period.pk)
    if obligation.ended_at:
        raise ActRefused(_("This duty no longer binds; what was written stays."))
    if row.state not in states:
        raise ActRefused(refusal)
    return row


def note(
    obligation: Obligation, verb: str, by: Actor, at: datetime, **details: Any
) -> None:
    """Count the revision, and write the act into the system's log."""
    obligation.revision += 1
    obligation.save(update_fields=["revision"])
    record(
        log=obligation.system.log,
        verb=f"duty.{verb}",
        subject=obligation,
        by=by,
        at=at,
        details={
            "duty": obligation.duty,
            "operator": str(obligation.operator_id),
            **details,
        },
    )


def may_own(person: User, obligation: Obligation, at: datetime) -> bool:
    """Whether the person works in the organisation; an authority does not."""
    held = Membership.objects.filter(
        user=person, organisation=obligation.system.organisation_id
    ).exclude(role=Role.AUTHORITY)
    return person.is_active and any(role.holds_at(at) for role in held)


def open_next(
    obligation: Obligation, after: Period, at: datetime, *, due: date | None
) -> Period:
    """Open the next standing period; the one before it is history."""
    Period.objects.filter(pk=after.pk).update(current=False)
    last = obligation.periods.order_by("-number").values_list("number", flat=True)[0]
    return Period.objects.create(
        obligation=obligation,
        number=last + 1,
        opened_at=at,
        due_on=due,
        due_basis=Period.Basis.REVIEW if due else Period.Basis.LAW,
    )


def review_due(obligation: Obligation, done: date) -> date | None:
    """When the duty has to be met again: by the Act's period, else by the officer's."""
    row = ROWS.get(obligation.duty)
    by_law = next_due(row.deadlines, done) if row else None
    if by_law or not obligation.review_months:
        return by_law
    return months_after(done, obligation.review_months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))

"""Starting the clock of a time limit: an event, whose awareness, and the day it gives.

The answer of the law room is kept with its steps, so that what was counted can be read
later; `due` is the safe day, `latest_reading` stands beside it and is never planned by.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor
from governance.law.deadlines import Deadline, DeadlineInvalid, Moment, deadline
from governance.law.limit import find
from governance.obligations.models import Obligation, Period
from governance.obligations.services.acts import ROWS, ActRefused, locked, note
from registry.systems.models import MemberState


def limits_of(obligation: Obligation) -> tuple[str, ...]:
    """The ids of the time limits that the Act sets for a duty."""
    row = ROWS.get(obligation.duty)
    return row.deadlines if row else ()


def count(
    *,
    obligation: Obligation,
    limit: str,
    aware: Mapping[str, Moment],
    country: str,
) -> Deadline:
    """Count a limit of the duty without keeping anything. Raises ActRefused."""
    if limit not in limits_of(obligation):
        raise ActRefused(_("The Act sets no such time limit for this duty."), "limit")
    if country and country not in MemberState.values:
        raise ActRefused(_("Choose a Member State."), "country")
    try:
        return deadline(limit, aware or None, country or None)
    except DeadlineInvalid as fault:
        raise ActRefused(str(fault)) from fault


@transaction.atomic
def start_clock(
    *,
    obligation: Obligation,
    limit: str,
    event: str,
    aware: Mapping[str, Moment],
    country: str,
    revision: int,
    by: Actor,
    at: datetime,
) -> Period:
    """Open a period for one event, due by the plain count from the earlier awareness.

    Raises ActRefused, also for a duty that no longer binds, and EditedMeanwhile.
    """
    if not event.strip():
        raise ActRefused(_("Say what happened."), "event")
    row = locked(obligation, revision)
    if row.ended_at:
        raise ActRefused(_("This duty no longer binds; what was written stays."))
    found = count(obligation=row, limit=limit, aware=aware, country=country)
    numbers = row.periods.order_by("-number").values_list("number", flat=True)
    latest = _day(found.latest_reading) if found.latest_reading else None
    due = _day(found.due)
    made = Period.objects.create(
        obligation=row,
        number=numbers[0] + 1,
        event=event.strip(),
        opened_at=at,
        due_on=due,
        due_at=found.due if isinstance(found.due, datetime) else None,
        due_later_on=latest if latest != due else None,
        due_basis=Period.Basis.COUNTED,
        counted=found.as_json(),
    )
    note(
        row, "clock_started", by, at,
        period=made.number, limit=limit, event=made.event, country=country,
        aware={who: when.isoformat() for who, when in aware.items()},
        due=found.due.isoformat(), first=find(limit).first,
    )  # fmt: skip
    return made


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment

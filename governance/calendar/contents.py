"""Due days as a page and a feed show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.calendar.encoding import Event
from governance.obligations.contents.lines import ROWS
from governance.obligations.contents.words import other_day
from governance.obligations.models import Obligation, Period


@dataclass(frozen=True, slots=True)
class Due:
    """A period with the row of the catalogue that it is of."""

    period: Period
    title: str
    citation: str


def told(period: Period) -> Due:
    """A due day with the words of its duty."""
    row = ROWS.get(period.obligation.duty)
    return Due(period, row.title if row else "", row.citation if row else "")


def by_day(periods: Iterable[Period]) -> list[tuple[date, list[tuple[Any, list[Due]]]]]:
    """Due days in their order, each with its systems, each with its duties."""
    days: dict[date, dict[Any, list[Due]]] = {}
    for period in periods:
        if period.due_on:
            systems = days.setdefault(period.due_on, {})
            systems.setdefault(period.obligation.system, []).append(told(period))
    return [(day, list(systems.items())) for day, systems in days.items()]


def event_of(period: Period) -> Event:
    """A due day for a calendar program; its id never changes."""
    due, row = told(period), period.obligation
    when = period.due_at or period.due_on
    if when is None:
        raise ValueError(f"{period} has no due day")
    path = reverse("obligations:one", args=[row.system_id, row.pk])
    return Event(
        uid=f"{period.pk}@{settings.LOG_HOST}",
        start=when,
        summary=f"{due.title} ({due.citation}): {row.system.name}",
        description="\n".join(_said(period, row)),
        url=f"{settings.BASE_URL}{path}",
    )


def _said(period: Period, row: Obligation) -> list[str]:
    said = [period.event] if period.event else []
    said.append(_("Operator: %(name)s") % {"name": row.operator.name})
    said.append(_("Owner: %(name)s") % {"name": row.owner or _("nobody")})
    said.append(_("State: %(state)s") % {"state": period.get_state_display()})
    if not row.established:
        said.append(_("Whether it binds is not established: a fact is missing."))
    if other := other_day(period):
        said.append(
            _("Not settled: %(other)s. Plan by the earlier.") % {"other": other}
        )
    return said

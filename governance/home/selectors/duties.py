"""Duties that need a person: those they own, and those they may decide about."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.home.selectors.need import MOST, Need
from governance.obligations.access import ACCEPT, VIEW
from governance.obligations.contents.lines import ROWS
from governance.obligations.contents.words import countdown
from governance.obligations.models import Period
from governance.obligations.selectors import due_for, waiting_for
from registry.people.models import User
from registry.systems.models import AISystem

READ = MOST * 20  # LIMIT: periods that are read to fill the list


def to_do(user: User, systems: dict[Any, AISystem], today: date) -> Iterator[Need]:
    """Duties of this person that are due within thirty days, or overdue."""
    for system, rows in _by_system(due_for(user, systems, today)[:READ], systems):
        first = rows[0]
        left = countdown(first.due_on, today)
        yield Need(
            ngettext(
                "Meet a duty for %(system)s", "Meet %(n)s duties for %(system)s",
                len(rows),
            ) % {"n": len(rows), "system": system},
            _("You own it: %(duty)s, %(left)s.")
            % {"duty": _title(first), "left": left}
            if len(rows) == 1
            else _("You own them. The first: %(duty)s, %(left)s.")
            % {"duty": _title(first), "left": left},
            system,
            _address(system, rows, f"?owner={user.pk}"),
        )  # fmt: skip


def to_decide(
    user: User, systems: dict[Any, AISystem], allowed: set[str]
) -> Iterator[Need]:
    """Evidence that others submitted, and that this person may accept."""
    if not {ACCEPT, VIEW} <= allowed:
        return
    for system, rows in _by_system(waiting_for(user, systems)[:READ], systems):
        first = rows[0]
        yield Need(
            ngettext(
                "Decide about a duty of %(system)s",
                "Decide about %(n)s duties of %(system)s",
                len(rows),
            ) % {"n": len(rows), "system": system},
            _("%(who)s submitted it: %(duty)s. A second person accepts or returns it.")
            % {"who": first.submitted_by, "duty": _title(first)},
            system,
            _address(system, rows, "#decide"),
            first.submitted_at,
        )  # fmt: skip


def _by_system(
    rows: Iterable[Period], systems: dict[Any, AISystem]
) -> list[tuple[AISystem, list[Period]]]:
    found: dict[AISystem, list[Period]] = {}
    for row in rows:
        found.setdefault(systems[row.obligation.system_id], []).append(row)
    return list(found.items())


def _title(period: Period) -> str:
    row = ROWS.get(period.obligation.duty)
    return f"{row.title} ({row.citation})" if row else period.obligation.duty


def _address(system: AISystem, rows: list[Period], narrowed: str) -> str:
    if len(rows) == 1:
        return reverse("obligations:one", args=[system.pk, rows[0].obligation_id])
    return reverse("obligations:of_system", args=[system.pk]) + narrowed

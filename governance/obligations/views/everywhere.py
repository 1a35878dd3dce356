"""The duties of all systems of an organisation: side by side, and as a list."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.obligations.access import systems_with_duties
from governance.obligations.build import keep_current
from governance.obligations.contents.lines import ORDER, ROWS
from governance.obligations.contents.matrix import cell, matrix
from governance.obligations.models import Period
from governance.obligations.selectors import current_periods, derived_since
from registry.people.access import PersonRequest
from registry.systems.models import AISystem

SYSTEMS = 6  # LIMIT: columns that fit beside the names of the duties
LINES = 50  # LIMIT: lines of the list on one page


@require_safe
def everywhere(request: PersonRequest) -> HttpResponse:
    """A matrix of duties and systems, or the list of what is to be done."""
    systems = systems_with_duties(request.user).filter(
        organisation=request.organisation
    )
    as_list = request.GET.get("view") == "list"
    context = _list(request, systems) if as_list else _matrix(request, systems)
    return render(
        request,
        "governance/obligations/all.html",
        {"as_list": as_list, "today": timezone.localdate(), **context},
    )


def _start(request: PersonRequest) -> int:
    """Where the page begins; cursors of both directions name a place."""
    text = request.GET.get("before") or request.GET.get("after") or "0"
    # LIMIT: no list is longer; and Python reads no number of 5,000 digits.
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _pages(start: int, size: int, *, more: bool) -> dict[str, str]:
    return {
        "newer": str(max(0, start - size)) if start else "",
        "older": str(start + size) if more else "",
    }


def _matrix(request: PersonRequest, systems: QuerySet[AISystem]) -> dict[str, Any]:
    start, today = _start(request), timezone.localdate()
    rows = list(systems.filter(classifications__state="approved").distinct()
                [start : start + SYSTEMS + 1])  # fmt: skip
    shown = rows[:SYSTEMS]
    keep_current(shown, today, timezone.now())
    periods = current_periods([system.pk for system in shown]).filter(event="")
    return {
        "systems": shown,
        "rows": matrix(shown, periods.order_by("obligation__operator__name"), today),
        "unclassified": systems.exclude(classifications__state="approved").count(),
        **_pages(start, SYSTEMS, more=len(rows) > SYSTEMS),
    }


def _list(request: PersonRequest, systems: QuerySet[AISystem]) -> dict[str, Any]:
    start, today = _start(request), timezone.localdate()
    state, owner = request.GET.get("state", ""), request.GET.get("owner", "")
    periods = current_periods(systems.order_by().values("pk"))
    if state in Period.State.values:
        periods = periods.filter(state=state)
    else:
        periods, state = periods.exclude(state__in=Period.CLOSED), ""
    if owner == "me":
        periods = periods.filter(obligation__owner=request.user)
    elif owner == "nobody":
        periods = periods.filter(obligation__owner__isnull=True)
    ordered = periods.order_by(F("due_on").asc(nulls_last=True), "pk")
    rows = list(ordered[start : start + LINES + 1])
    rows_shown = sorted(
        rows[:LINES],
        key=lambda p: (
            p.due_on is None,
            p.due_on or today,
            ORDER.get(p.obligation.duty, 0),
        ),
    )
    return {
        "lines": [(p, ROWS.get(p.obligation.duty), cell(p, today)) for p in rows_shown],
        "states": Period.State.choices,
        "wanted": {"state": state, "owner": owner},
        "derived_since": derived_since(systems.order_by().values("pk")),
        **_pages(start, LINES, more=len(rows) > LINES),
    }

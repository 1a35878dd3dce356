"""Pages of predictions, and what they share: a system's frame, a period, cursors."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.people.access import acting
from registry.people.models import Organisation, User
from registry.predictions.render import csv_file
from registry.predictions.services.taking_out import record_export
from registry.systems.models import AISystem
from registry.systems.selectors import system_header

# The periods that figures are shown for, in days; the first is the default.
PERIODS = (90, 30, 7, 365)


def person(request: HttpRequest) -> User:
    """Who is signed in; the middleware lets nobody else reach a page."""
    return cast(User, request.user)


def organisation(request: HttpRequest) -> Organisation | None:
    """The organisation that the person works in at the moment."""
    return getattr(request, "organisation", None)


def system_page(
    request: HttpRequest,
    template: str,
    system: AISystem,
    tab: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Answer with a page under the header and tabs of a system."""
    header = system_header(system, person(request), tab)
    return render(
        request,
        f"registry/predictions/{template}",
        {**header, **context},
        status=status,
    )


def period(request: HttpRequest) -> tuple[int, date]:
    """The chosen period in days, and its first day (UTC)."""
    chosen = request.GET.get("days", "")
    days = int(chosen) if chosen in map(str, PERIODS) else PERIODS[0]
    return days, timezone.now().date() - timedelta(days=days - 1)


def cursor(request: HttpRequest, name: str) -> int | None:
    """An index out of the query string; None for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def exported(
    request: HttpRequest,
    system: AISystem,
    name: str,
    head: Sequence[object],
    rows: Sequence[Sequence[object]],
) -> HttpResponse:
    """The table as a CSV file; that a person took it out goes into the trail."""
    record_export(
        system=system,
        details={"file": name, "lines": len(rows), "query": request.GET.urlencode()},
        by=acting(person(request), system.organisation),
        at=timezone.now(),
    )
    return csv_file(name, head, rows)

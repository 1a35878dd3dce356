"""The page of a log's coverage: what is missing, since when, and what to do."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from registry.predictions.access import VIEW
from registry.predictions.contents.coverage import shown
from registry.predictions.views import PERIODS, period, person, system_page
from registry.systems.access import get_allowed_system


@require_GET
def log_coverage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The coverage of a system's log, over its whole life or a period."""
    system = get_allowed_system(person(request), pk, VIEW)
    days, since = period(request) if request.GET.get("days") else (None, None)
    return system_page(
        request,
        "coverage.html",
        system,
        "predictions",
        shown=shown(system.log, since=since, until=None),
        days=days,
        since=since,
        periods=sorted(PERIODS),
    )

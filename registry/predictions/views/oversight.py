"""Human oversight across a person's systems (what waits), and of one system."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from registry.predictions.access import REVIEW, VIEW
from registry.predictions.contents.lists import Row, queue_rows
from registry.predictions.contents.oversight import Oversight, oversight_figures
from registry.predictions.forms import REASONS
from registry.predictions.selectors.queue import NEWEST, newest_predictions
from registry.predictions.selectors.reviews import review_page
from registry.predictions.views import (
    PERIODS,
    cursor,
    exported,
    organisation,
    period,
    person,
    system_page,
)
from registry.systems.access import get_allowed_system, may_on, visible_systems
from registry.systems.models import AISystem

# LIMIT: systems the queue looks at, and lines it shows.
SYSTEMS = 20
LINES = 50


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Predictions that nobody has reviewed, among the newest of each system."""
    user = person(request)
    seen = visible_systems(user).filter(organisation=organisation(request))
    systems = {
        system.log_id: system for system in seen[:SYSTEMS] if may_on(user, VIEW, system)
    }
    newest = newest_predictions([system.log for system in systems.values()])
    waiting = [line for line in newest if line.waits]
    by_confidence = request.GET.get("sort") == "confidence"
    rows = queue_rows(waiting if by_confidence else waiting[:LINES])
    if by_confidence:
        rows.sort(key=lambda pair: _least_sure_first(pair[1]))
    return render(
        request,
        "registry/predictions/queue.html",
        {
            "rows": [(systems[line.log_id], row) for line, row in rows[:LINES]],
            "waiting": len(waiting),
            "looked_at": len(newest),
            "newest": NEWEST,
            "by_confidence": by_confidence,
            "systems": list(systems.values()),
            "reviews_any": any(may_on(user, REVIEW, s) for s in systems.values()),
        },
    )


def _least_sure_first(row: Row) -> tuple[bool, float]:
    return (row.confidence is None, row.confidence or 0.0)


@require_GET
def oversight(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How people oversee one system: rates, versions, acts, days, reviews."""
    system = get_allowed_system(person(request), pk, VIEW)
    days, since = period(request)
    found = oversight_figures(system.log, since)
    if wanted := request.GET.get("csv"):
        return _csv(request, system, found, wanted)
    page = review_page(
        system.log, before=cursor(request, "before"), after=cursor(request, "after")
    )
    return system_page(
        request,
        "oversight.html",
        system,
        "oversight",
        found=found,
        page=page,
        reviews=[
            (each, REASONS.get(each.reason_code, each.reason_code))
            for each in page.rows
        ],
        days=days,
        since=since,
        periods=sorted(PERIODS),
    )


def _csv(
    request: HttpRequest, system: AISystem, found: Oversight, wanted: str
) -> HttpResponse:
    head = ("predictions", "reviews", "overridden", "override_rate", "low", "high")
    groups = found.days if wanted == "days" else found.versions
    first = "day" if wanted == "days" else "model_version"
    rows = [
        (
            each.name, each.events, each.reviews, each.overridden,
            rate.value, rate.low, rate.high,
        )
        for each in groups
        for rate in [each.override_rate]
    ]  # fmt: skip
    name = f"{system.slug}-oversight-{first}"
    return exported(request, system, name, (first, *head), rows)

"""Lists of predictions, of one system and across systems; charts; the trail."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.events.models import Flag
from registry.people.access import demand
from registry.predictions.access import TRAIL, VIEW
from registry.predictions.contents.acts import act_lines
from registry.predictions.contents.coverage import headline
from registry.predictions.contents.figures import Chart, charts
from registry.predictions.contents.lists import Row, queue_rows, rows_of
from registry.predictions.forms import FilterForm
from registry.predictions.selectors.entries import (
    EntryPage,
    by_id,
    entries,
    version_names,
)
from registry.predictions.selectors.queue import newest_predictions
from registry.predictions.selectors.trail import trail_page
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

# Systems and predictions of each that the page across systems shows.
SYSTEMS = 50
NEWEST = 5


@require_GET
def list_predictions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The entries of a system's log, newest first, filtered by the query string."""
    system = get_allowed_system(person(request), pk, VIEW)
    form = FilterForm(request.GET, versions=version_names(system.log))
    page, rows = EntryPage([], 0), []
    if form.is_valid():
        page = _found(form, system)
        rows = rows_of(system.log, page.lines)
    if request.GET.get("format") == "csv":
        name = f"{system.slug}-predictions"
        return exported(request, system, name, CSV_HEAD, [*map(_csv_row, rows)])
    return system_page(
        request,
        "list.html",
        system,
        "predictions",
        form=form,
        page=page,
        rows=rows,
        filtered=any(request.GET.get(name) for name in form.fields if name != "type"),
        csv_query=_with(request, format="csv"),
        coverage=headline(system.log),
        may_see_erasures=may_on(person(request), TRAIL, system),
    )


def _found(form: FilterForm, system: AISystem) -> EntryPage:
    if beginning := form.cleaned_data["id"]:
        return EntryPage(by_id(system.log, beginning), 0)
    return entries(system.log, form.filters())


CSV_HEAD = (
    "index", "id", "type", "received_at", "occurred_at", "model_version", "output",
    "confidence", "flags", "last_review",
)  # fmt: skip


def _csv_row(row: Row) -> list[object]:
    line, review = row.line, row.last_review
    return [
        line.idx, line.event_id, line.type, line.received_at.isoformat(),
        line.occurred_at.isoformat() if line.occurred_at else None,
        line.model_version, row.output, row.confidence,
        " ".join(Flag.names(line.flags)), review.act if review else None,
    ]  # fmt: skip


def _with(request: HttpRequest, **more: str) -> str:
    query = request.GET.copy()
    for name, value in more.items():
        query[name] = value
    return query.urlencode()


@require_GET
def all_predictions(request: HttpRequest) -> HttpResponse:
    """The newest predictions of every system that the person sees here."""
    user = person(request)
    seen = visible_systems(user).filter(organisation=organisation(request))
    systems = [system for system in seen[:SYSTEMS] if may_on(user, VIEW, system)]
    found: dict[int, list[Row]] = {}
    lines = newest_predictions([system.log for system in systems], NEWEST)
    for line, row in queue_rows(lines):
        found.setdefault(line.log_id, []).append(row)
    return render(
        request,
        "registry/predictions/all.html",
        {"systems": [(system, found.get(system.log_id, [])) for system in systems]},
    )


@require_GET
def figures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Charts of a system's predictions, each with its table and its CSV."""
    system = get_allowed_system(person(request), pk, VIEW)
    days, since = period(request)
    shown = charts(system.log, since)
    if wanted := request.GET.get("csv"):
        return _chart_csv(request, system, shown, wanted)
    return system_page(
        request,
        "figures.html",
        system,
        "predictions",
        charts=shown,
        days=days,
        since=since,
        periods=sorted(PERIODS),
    )


def _chart_csv(
    request: HttpRequest, system: AISystem, shown: list[Chart], wanted: str
) -> HttpResponse:
    for chart in shown:
        if chart.key == wanted:
            rows = [(day.isoformat(), *values) for day, values in chart.rows]
            name = f"{system.slug}-{wanted}"
            return exported(request, system, name, ("day", *chart.names), rows)
    raise Http404(_("There is no such figure in this period."))


@require_GET
def trail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What people did with the system in Probatum, newest first."""
    system = get_allowed_system(person(request), pk, TRAIL)
    page = trail_page(
        system.log, before=cursor(request, "before"), after=cursor(request, "after")
    )
    acts = act_lines(page.rows)
    return system_page(request, "trail.html", system, "trail", page=page, acts=acts)


@require_GET
def organisation_trail(request: HttpRequest) -> HttpResponse:
    """What people did in the organisation beside its systems: roles, keys and more."""
    where = organisation(request)
    if where is None:
        raise Http404(_("You hold no role in any organisation."))
    demand(person(request), TRAIL, where)
    page = trail_page(
        where.log, before=cursor(request, "before"), after=cursor(request, "after")
    )
    context = {"page": page, "acts": act_lines(page.rows), "organisation": where}
    return render(request, "registry/predictions/organisation_trail.html", context)

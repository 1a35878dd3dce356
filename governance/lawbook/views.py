"""Pages of the law: dates, time limits, duties, changes of the data, what-if."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.classification.contents.interview import readable
from governance.classification.contents.words import edition_title
from governance.classification.forms.acts import LawForm
from governance.classification.selectors import standing
from governance.law import changelog
from governance.law import timeline as law_timeline
from governance.law.classify import choose_edition
from governance.law.deadlines import Deadline, DeadlineInvalid, deadline
from governance.law.limit import Limit, limits
from governance.law.load import law
from governance.lawbook.access import VIEW
from governance.lawbook.contents import catalogue, dates
from governance.lawbook.contents.parts import by_part
from governance.lawbook.contents.whatif import supposed
from governance.lawbook.forms import CatalogueForm, DeadlineForm, TimelineForm
from registry.systems.access import get_allowed_system
from registry.systems.selectors import system_header

FEW = 20  # LIMIT: so many rows are read at a glance, and not folded


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """Every dated change, edition beside edition, and where the sources stop."""
    form = TimelineForm(request.GET)
    chosen = form.chosen()
    edition = chosen["edition"] or ""
    told = law_timeline.as_json()
    context = {
        "form": form,
        "rows": dates.rows(law().editions, chosen["kind"] or "", edition),
        "editions": [e for e in law().editions if edition in ("", e.id)],
        "source": told,
        "unknown_after": date.fromisoformat(told["status_unknown_after"]),
        "checked_on": date.fromisoformat(told["checked_on"]),
    }
    return render(request, "governance/lawbook/timeline.html", context)


@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """The time limits; each leads to its calculator."""
    words = _words(request)
    wanted = words.casefold()
    rows = [
        limit
        for limit in limits().values()
        if wanted
        in f"{limit.citation} {limit.title} {limit.bearer} {limit.trigger}".casefold()
    ]
    context = {
        "q": words,
        "groups": [
            (_("What operators keep"), [r for r in rows if r.addressee == "operator"]),
            (
                _("What binds authorities"),
                [r for r in rows if r.addressee != "operator"],
            ),
        ],
        "found": len(rows),
    }
    return render(request, "governance/lawbook/deadlines.html", context)


@require_safe
def count(request: HttpRequest, limit_id: str) -> HttpResponse:
    """Count one time limit from an event; both readings, and every step."""
    limit = limits().get(limit_id)
    if limit is None:
        raise Http404(_("There is no such time limit."))
    form = DeadlineForm(limit, request.GET or None)
    found = _counted(limit, form) if form.is_bound and form.is_valid() else None
    context = {
        "limit": limit,
        "form": form,
        "events": [(form[f"{who}day"], form[f"{who}time"]) for who in form.who],
        "found": found,
        "edition": edition_title(found.edition) if found else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "governance/lawbook/count.html", context, status=status)


def _counted(limit: Limit, form: DeadlineForm) -> Deadline | None:
    try:
        return deadline(
            limit.id,
            form.since(),
            form.cleaned_data["country"] or None,
            edition=form.cleaned_data["edition"] or None,
            holidays=form.cleaned_data["holidays"],
        )
    except DeadlineInvalid as fault:
        form.add_error(None, str(fault))
        return None


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The catalogue: whom each row names, from when, at what cost, and beside what."""
    form = CatalogueForm(request.GET)
    chosen = form.chosen()
    on = chosen["on"] or timezone.localdate()
    edition, hypothetical = choose_edition(on, chosen["edition"] or None)
    rows = catalogue.shown(
        role=chosen["role"] or "",
        nature=chosen["nature"] or "",
        edition=edition,
        on=on,
        words=chosen["q"] or "",
    )
    context = {
        "form": form,
        "on": on,
        "edition": edition_title(edition),
        "hypothetical": hypothetical,
        "count": len(rows),
        "parts": by_part(rows, lambda each: each.row.id),
        "unfolded": "all" in request.GET or len(rows) <= FEW,
    }
    return render(request, "governance/lawbook/duties.html", context)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What changed in the law and in the data, why, and where the sources stop."""
    words = _words(request)
    wanted = words.casefold()
    rows = [
        change
        for change in reversed(changelog.changes())
        if wanted in f"{change.what} {change.why} {' '.join(change.ids)}".casefold()
    ]
    told = law_timeline.as_json()
    context = {
        "q": words,
        "rows": [(change, edition_title(change.edition)) for change in rows],
        "digest": changelog.digest(),
        "described": changelog.described(),
        "source": told,
        "unknown_after": date.fromisoformat(told["status_unknown_after"]),
        "checked_on": date.fromisoformat(told["checked_on"]),
    }
    return render(request, "governance/lawbook/changes.html", context)


@require_safe
def whatif(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which single answer would change what is said of a system, and how."""
    system = get_allowed_system(request.user, pk, VIEW)
    counts = standing(system)
    form = LawForm(request.GET, auto_id="law_%s", brief=True)
    context: dict[str, Any] = {"counts": counts, "law_form": form, "told": None}
    if counts is not None and form.is_valid():
        on, edition = form.law()
        answers = readable(counts.answers)
        told = supposed(answers, on or timezone.localdate(), edition or None)
        context |= {"told": told, "edition": edition_title(told.found.edition)}
    header = system_header(system, request.user, "classification")
    return render(
        request,
        "governance/lawbook/whatif.html",
        {**header, **context},
        status=422 if form.errors else 200,
    )


def _words(request: HttpRequest) -> str:
    """What was typed to look for, without characters that cannot be seen."""
    text = request.GET.get("q", "")
    return "".join(c if c.isprintable() else " " for c in text).strip()[:200]

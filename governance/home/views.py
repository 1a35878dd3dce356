"""Home answers "what needs me today?"; search finds what a person may see."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.home import contents, selectors
from governance.law.load import law
from registry.people.access import PersonRequest

FEW = 20  # LIMIT: so many provisions are read at a glance, and not folded


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """The work list of the person's roles, what changed, and four figures."""
    organisation = request.organisation
    if organisation is None:
        return render(request, "governance/home/no_role.html", status=200)
    now = timezone.now()
    context = {
        "needs": selectors.needs(request.user, organisation, now),
        "changes": selectors.changes(request.user, organisation),
        "counts": selectors.counts(request.user, organisation),
        "organisation": organisation,
        "now": now,
    }
    return render(request, "governance/home/home.html", context)


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Systems, versions, predictions by id, people and provisions of the Act."""
    words = re.sub(r"[\x00-\x1f]+", " ", request.GET.get("q", "")).strip()[:200]
    context: dict[str, Any] = {"q": words, "results": None}
    if words and request.organisation is not None:
        context["results"] = contents.found(
            request.user, request.organisation, words, _uuid(words)
        )
    return render(request, "governance/home/search.html", context)


@require_safe
def law_page(request: PersonRequest) -> HttpResponse:
    """The Act as this product knows it: every provision, with its dates."""
    words = re.sub(r"[\x00-\x1f]+", " ", request.GET.get("q", "")).strip()[:200]
    data, found = law(), contents.provisions(words)
    groups: dict[str, list[Any]] = {}
    for each in found:
        starts = [(e, data.starts[each.applies].get(e.id)) for e in data.editions]
        groups.setdefault(contents.leads_to(each), []).append((each, starts))
    context = {
        "q": words,
        "count": len(found),
        "groups": groups.items(),
        "unfolded": "all" in request.GET or len(found) <= FEW,
        "editions": data.editions,
        "digest": data.digest,
    }
    return render(request, "governance/home/law.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""The duties of one system, today or on another day, and giving them to people."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from governance.classification.contents.words import edition_title
from governance.classification.forms.acts import LawForm
from governance.law.classify import choose_edition
from governance.obligations.access import CHANGE, VIEW
from governance.obligations.build import keep_current
from governance.obligations.contents.derived import Answered
from governance.obligations.contents.lines import (
    FEW,
    ORDER,
    ROWS,
    Line,
    Wanted,
    duties_on,
    grouped,
    open_roles,
)
from governance.obligations.models import Obligation, Period
from governance.obligations.selectors import owners_in
from governance.obligations.services import assign_owner
from governance.obligations.views import page
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    today, now = timezone.localdate(), timezone.now()
    # The page is never behind the facts: what moved since is derived before it is read.
    keep_current([system], today, now)
    law_form, on, edition = _law(request.GET, today)
    seen = duties_on(system, on, edition)
    wanted = Wanted.of(request.GET.dict())
    lines = [line for line in seen.lines if wanted.has(line)]
    chosen, hypothetical = choose_edition(on, edition or None)
    groups = grouped(lines, today, by_law=on != today or hypothetical)
    unfolded = "all" in request.GET
    return page(
        request,
        "of_system",
        system,
        counts=seen.counts,
        acting=[each.acting for each in seen.said],
        on=on,
        today=today,
        looking=on != today or hypothetical,
        edition=edition_title(chosen),
        hypothetical=hypothetical,
        law_form=law_form,
        wanted=wanted,
        ticked=request.GET.get("ticked", ""),
        choices=_choices(seen.lines),
        groups=groups,
        unfolded=unfolded,
        folded=not unfolded and any(len(group.lines) > FEW for group in groups),
        shown=len(lines),
        ended=_ended(seen.rows),
        beside=_beside(seen.said),
        open_roles=open_roles(seen.said),
        people=owners_in(system.organisation, now),
    )


def _law(query: QueryDict, today: date) -> tuple[LawForm, date, str]:
    """The day and the edition that are asked for; today and the law in force else."""
    wanted = query.get("on") or query.get("edition")
    form = LawForm(query if wanted else None, auto_id="law_%s", brief=True)
    if not wanted or not form.is_valid():
        return form, today, ""
    on, edition = form.law()
    return form, on or today, edition


def _choices(lines: Sequence[Line]) -> dict[str, Any]:
    """What the lists can be narrowed to: only what stands in them."""
    owners = {line.row.owner for line in lines if line.row and line.row.owner}
    return {
        "operators": sorted({line.operator for line in lines}, key=str),
        "roles": sorted({role for line in lines for role in line.duty.borne_as}),
        "states": Period.State.choices,
        "owners": sorted(owners, key=str),
    }


def _ended(rows: Sequence[Obligation]) -> list[tuple[Obligation, Any]]:
    gone = [row for row in rows if row.ended_at]
    gone.sort(key=lambda row: ORDER.get(row.duty, -1))
    return [(row, ROWS.get(row.duty)) for row in gone]


def _beside(said: Sequence[Answered]) -> list[Any]:
    found = {duty.id: duty for each in said for duty in each.beside}
    return sorted(found.values(), key=lambda duty: ORDER[duty.id])


@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the ticked duties to one person, all or none."""
    system = get_allowed_system(request.user, pk, CHANGE)
    back = reverse("obligations:of_system", args=[system.pk])
    now = timezone.now()
    people = {str(p.pk): p for p in owners_in(system.organisation, now)}
    wanted = request.POST.get("owner", "")
    ticked = _ticked(request, system)
    if not ticked or (wanted and wanted not in people):
        messages.error(
            request, _("Nothing changed. Tick duties and choose a person first.")
        )
        return redirect(back)
    try:
        changed = assign_owner(
            obligations=ticked,
            owner=people.get(wanted),
            by=acting(request.user, system.organisation),
            at=now,
        )
    except (EditedMeanwhile, FactsWrong) as refused:
        messages.error(request, _("Nothing changed. %s") % refused)
        return redirect(back)
    said = ngettext("%(n)s duty changed hands.", "%(n)s duties changed hands.", changed)
    messages.info(request, said % {"n": changed})
    return redirect(back)


def _ticked(request: HttpRequest, system: AISystem) -> list[tuple[Obligation, int]]:
    """The ticked duties of this system, each of the revision that the page showed."""
    seen: dict[str, int] = {}
    for text in request.POST.getlist("duty"):
        pk, _colon, revision = text.partition(":")
        if revision.isdecimal() and len(revision) < 10:
            seen[pk] = int(revision)
    rows = Obligation.objects.filter(system=system)
    return [(row, seen[str(row.pk)]) for row in rows if str(row.pk) in seen]

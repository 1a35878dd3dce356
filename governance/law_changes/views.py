"""What a change of the law moves: an organisation's page, and one system's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.classification.access import ADD
from governance.classification.access import VIEW as VIEW_CLASSIFICATION
from governance.classification.contents.words import edition_title
from governance.law.load import edition_on
from governance.law_changes.access import START, VIEW, sees_all
from governance.law_changes.contents.derive import rules_now
from governance.law_changes.contents.why import Since
from governance.law_changes.contents.words import reasons, told
from governance.law_changes.forms import PlaceForm, StartForm
from governance.law_changes.models import LawMove, LawRun, Snapshot
from governance.law_changes.selectors import (
    looked_at,
    moves_of,
    newest_move,
    newest_run,
    open_moves,
    page_of,
    since_of,
    stale,
    summary_of,
)
from governance.law_changes.services import start_reassessment
from registry.people.access import PersonRequest, acting, demand, may
from registry.people.models import Organisation
from registry.systems.access import get_allowed_system, may_on, visible_systems
from registry.systems.selectors import system_header

Kind, State = LawRun.Kind, LawRun.State
# htmx: stop asking.
STOP = 286


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands towards the law of today."""

    compared: LawRun | None
    reassessed: LawRun | None
    assessed: int
    stale: int
    waiting: int

    @property
    def goes_on(self) -> LawRun | None:
        """The run that goes on now; the re-assessment before a comparison."""
        runs = (self.reassessed, self.compared)
        return next((r for r in runs if r and r.state == State.RUNNING), None)

    @property
    def undone(self) -> int:
        """Systems that a re-assessment would do something for."""
        return self.stale - self.waiting


@require_safe
def moves(request: PersonRequest) -> HttpResponse:
    """Which systems' findings, duties or dates move, and why, before anything does."""
    if request.organisation is None:
        return render(request, "governance/home/no_role.html")
    demand(request.user, VIEW, request.organisation)
    return _moves(request, request.organisation)


@require_safe
def progress(request: PersonRequest) -> HttpResponse:
    """How far the run is; when it is done, the page is asked to load again."""
    if request.organisation is None:
        return HttpResponse(status=STOP)
    demand(request.user, VIEW, request.organisation)
    if not sees_all(request.user, request.organisation):
        return HttpResponse(status=STOP)
    now = _standing(request.organisation)
    if now.goes_on is None:
        return HttpResponse(status=STOP, headers={"HX-Refresh": "true"})
    return render(request, "governance/law_changes/_progress.html", _progress(now))


@require_POST
def start(request: PersonRequest) -> HttpResponse:
    """Start the re-assessment; a second press starts no second one."""
    if request.organisation is None:
        return redirect("law_changes:moves")
    organisation = request.organisation
    demand(request.user, START, organisation)
    form = StartForm(request.POST)
    now = timezone.now()
    run = form.attempt(
        lambda: start_reassessment(
            organisation=organisation,
            read=form.cleaned_data["read"],
            started_by=request.user,
            by=acting(request.user, organisation),
            at=now,
        )
    )
    if run is None:
        return _moves(request, organisation, form)
    if run.started_at != now:
        messages.info(request, _("The re-assessment goes on already."))
    return redirect("law_changes:moves")


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What moves for one system: before, after, both readings, and why."""
    system = get_allowed_system(request.user, pk, VIEW_CLASSIFICATION)
    move = newest_move(system)
    waits = open_moves([system]).first() if move else None
    return render(
        request,
        "governance/law_changes/of_system.html",
        {
            **system_header(system, request.user, "classification"),
            "move": move,
            "before": edition_title(move.since_edition) if move else "",
            **(_of_move(move) if move else {}),
            "waits": waits,
            "may_add": may_on(request.user, ADD, system),
        },
    )


def _moves(
    request: PersonRequest, organisation: Organisation, form: StartForm | None = None
) -> HttpResponse:
    now = _standing(organisation)
    read = now.compared
    systems = visible_systems(request.user).filter(organisation=organisation)
    whole = sees_all(request.user, organisation)
    context: dict[str, Any] = {
        "now": now,
        "whole": whole,
        "may_start": may(request.user, START, organisation),
        "form": form or StartForm(initial={"read": read.pk if read else None}),
        "law": {"rules": rules_now(), "edition": edition_title(_edition())},
        **_progress(now),
    }
    if read is not None and read.state == State.DONE:
        rows = moves_of(read, systems)
        place = PlaceForm(request.GET).place()
        page, older = page_of(rows, place)
        since = [Since(*each) for each in since_of(read)]
        context |= {
            "read": read,
            "rows": page,
            "older": older,
            "moved": rows.count(),
            **_why(since, read, summary_of(read) if whole else []),
        }
    status = 422 if form is not None and form.errors else 200
    return render(request, "governance/law_changes/moves.html", context, status=status)


def _standing(organisation: Organisation) -> Standing:
    rules, today = rules_now(), timezone.localdate()
    compared = newest_run(organisation, Kind.COMPARE)
    behind = stale(organisation, rules, today)
    if compared is not None and (compared.rules, compared.edition) != (
        rules,
        edition_on(today),
    ):
        compared = None
    waiting = open_moves(behind.values("system")).filter(run__rules=rules)
    return Standing(
        compared=compared,
        reassessed=newest_run(organisation, Kind.REASSESS),
        assessed=Snapshot.objects.filter(system__organisation=organisation).count(),
        stale=behind.count(),
        waiting=waiting.count(),
    )


def _progress(now: Standing) -> dict[str, Any]:
    run = now.goes_on
    return {"run": run, "done": looked_at(run) if run else 0}


def _edition() -> str:
    return edition_on(timezone.localdate())


def _of_move(move: LawMove) -> dict[str, Any]:
    since = Since(move.since_rules, move.since_edition, move.since_known, move.since_on)
    return _why([since], move.run, [(row, 1) for row in move.moves])


def _why(
    since: list[Since], run: LawRun, rows: list[tuple[dict[str, Any], int]]
) -> dict[str, Any]:
    """What moves, with the entries of the changelog that name it, and why at all."""
    now = _law_of(run)
    return {"told": told(rows, since, now), "why": reasons(since, now)}


def _law_of(run: LawRun) -> Since:
    return Since(run.rules, run.edition, on=run.on)

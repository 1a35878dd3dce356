"""The tab, one classification in full, and its decision by a second person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.circumstances.selectors import acting_on
from governance.classification.access import ADD, APPROVE, VIEW
from governance.classification.contents.costs import costs_of
from governance.classification.contents.interview import readable
from governance.classification.contents.provenance import known
from governance.classification.contents.stands import since
from governance.classification.contents.unasked import unasked
from governance.classification.contents.words import account, edition_title, lines
from governance.classification.forms.acts import ApproveForm, LawForm, ReturnForm
from governance.classification.models import Classification
from governance.classification.selectors import (
    askable,
    draft_of,
    of_system,
    one_of,
    standing,
)
from governance.classification.services import (
    approve_classification,
    return_classification,
)
from governance.classification.views import page, person
from governance.classification.views.interview import arrived
from governance.law.classify import classify
from governance.law.verdict import Verdict
from registry.people.access import acting
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem

State = Classification.State
SHOWN = 50  # LIMIT: the newest; the API pages through all


@require_safe
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    rows = list(of_system(system)[:SHOWN])
    counts = standing(system)
    waiting = [row for row in rows if row.state == State.PROPOSED]
    asked = counts or next(iter(waiting), None)
    law_form, looked = _looked(request, asked)
    draft = draft_of(system, person(request))
    answers = draft.answers if draft else asked.answers if asked else {}
    may_add = may_on(request.user, ADD, system)
    return page(
        request,
        "overview",
        system,
        counts=counts,
        differs=since(counts) if counts else None,
        **(_told(counts) if counts else {}),
        waiting=[(row, Verdict.from_json(row.verdict)) for row in waiting],
        returned=_returned(request, rows),
        rows=[(row, Verdict.from_json(row.verdict)) for row in rows],
        draft=draft,
        people=askable(system, person(request), timezone.now()) if may_add else (),
        asking_back="overview",
        **(arrived(system, answers) if may_add else {}),
        asked=asked,
        law_form=law_form,
        looked=looked,
    )


def _looked(
    request: HttpRequest, asked: Classification | None
) -> tuple[LawForm | None, Any]:
    """The same answers by the law of another day, computed and not stored."""
    if asked is None:
        return None, None
    wanted = "on" in request.GET or "edition" in request.GET
    form = LawForm(request.GET if wanted else None, auto_id="law_%s", brief=True)
    if not wanted or not form.is_valid():
        return form, None
    on, edition = form.law()
    answers = readable(asked.answers)
    verdict = classify(answers, on or timezone.localdate(), edition or None)
    return form, account(verdict, answers)


def _returned(
    request: HttpRequest, rows: list[Classification]
) -> Classification | None:
    """The newest of the reader's own that came back, unless something followed."""
    mine = next((row for row in rows if row.author_id == person(request).pk), None)
    return mine if mine is not None and mine.state == State.RETURNED else None


def _told(row: Classification) -> dict[str, Any]:
    """The verdict, the answers with where they come from, and what was not asked."""
    verdict = Verdict.from_json(row.verdict)
    return {
        "told": account(
            verdict,
            row.answers,
            costs_of(verdict, readable(row.answers), acting_on(row.system, verdict.on)),
        ),
        "said": list(lines(row.answers, known(row.provenance))),
        "unasked": unasked(verdict, row.answers),
    }


@require_safe
def one(request: HttpRequest, pk: UUID, classification_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    return _one(request, system, one_of(system, classification_id))


@require_POST
def approve(request: HttpRequest, pk: UUID, classification_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, APPROVE)
    row = one_of(system, classification_id)
    form = ApproveForm(request.POST)
    done = form.attempt(
        lambda: approve_classification(
            classification=row,
            approver=person(request),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
            read_sha256=form.cleaned_data["read_sha256"],
        )
    )
    if done is None:
        return _one(request, system, row, approve_form=form)
    messages.info(request, _("Approved. Its findings are the system's from now on."))
    return redirect("classification:overview", system.pk)


@require_POST
def send_back(request: HttpRequest, pk: UUID, classification_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, APPROVE)
    row = one_of(system, classification_id)
    form = ReturnForm(request.POST)
    done = form.attempt(
        lambda: return_classification(
            classification=row,
            reviewer=person(request),
            note=form.cleaned_data["note"],
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if done is None:
        return _one(request, system, row, return_form=form)
    messages.info(request, _("Returned to %(author)s.") % {"author": row.author})
    return redirect("classification:overview", system.pk)


def _one(
    request: HttpRequest, system: AISystem, row: Classification, **forms: Any
) -> HttpResponse:
    return page(
        request,
        "one",
        system,
        row=row,
        edition=edition_title(row.edition),
        differs=since(row),
        mine=row.author_id == person(request).pk,
        **_told(row),
        **{
            "approve_form": ApproveForm(initial={"read_sha256": row.digest}),
            "return_form": ReturnForm(),
            **forms,
        },
    )

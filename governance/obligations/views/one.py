"""One duty: what the law asks, why, what was done, and the acts on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from governance.circumstances.selectors import acting_on
from governance.classification.contents.costs import cost_words
from governance.classification.selectors import standing
from governance.law.duties import Duty
from governance.obligations.access import VIEW, obligation_of, period_of
from governance.obligations.build import keep_current
from governance.obligations.contents.derived import answered
from governance.obligations.contents.lines import ROWS
from governance.obligations.contents.words import (
    crosswalk_lines,
    link_address,
)
from governance.obligations.forms import (
    DueForm,
    DutyForm,
    EvidenceForm,
    OwnerForm,
    ReasonForm,
    ReviewForm,
)
from governance.obligations.models import Obligation, Period
from governance.obligations.selectors import (
    history_of,
    linkable,
    owners_in,
)
from governance.obligations.services import ACTS, AtHand
from governance.obligations.views import page, person
from registry.documents.selectors import pickable
from registry.people.access import acting
from registry.predictions.access import TRAIL
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem

DONE = {
    "start": gettext_lazy("In progress."),
    "submit": gettext_lazy("Submitted. A second person accepts it or returns it."),
    "not_applicable": gettext_lazy("Written down. A second person has to agree."),
    "assign": gettext_lazy("The owner is written down."),
    "due": gettext_lazy("The day is written down. Reminders follow it."),
    "review": gettext_lazy("The review interval is written down."),
    "open_again": gettext_lazy("A new period is open."),
    "accept": gettext_lazy("Accepted, with your name and the time in the log."),
    "return": gettext_lazy("Returned, with your reason."),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that could not be carried out, with its act and its period."""

    act: str
    period: UUID
    form: DutyForm


@require_safe
def one(request: HttpRequest, pk: UUID, obligation_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    keep_current([system], timezone.localdate(), timezone.now())
    return _shown(request, system, obligation_of(system, obligation_id))


@require_POST
def act(request: HttpRequest, pk: UUID, obligation_id: UUID, act: str) -> HttpResponse:
    """Carry out one act on a duty; the page again when it is refused."""
    named = ACTS[act]
    system = get_allowed_system(request.user, pk, named.permission)
    row = obligation_of(system, obligation_id)
    period = period_of(row, _uuid(request.POST.get("period", "")))
    form = _form(act, row, period, request.POST)
    here = AtHand(
        row, period, person(request),
        acting(request.user, system.organisation), timezone.now(),
    )  # fmt: skip
    done = form.attempt(lambda: named.run(here, _told(form)))
    if done is None:
        row = obligation_of(system, obligation_id)
        return _shown(request, system, row, Refused(act, period.pk, form))
    messages.info(request, str(DONE[act]))
    return redirect("obligations:one", system.pk, row.pk)


def _told(form: DutyForm) -> Mapping[str, Any]:
    return form.evidence() if isinstance(form, EvidenceForm) else form.facts()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _form(act: str, row: Obligation, period: Period, data: Any = None) -> DutyForm:
    """The form of an act; its fields' ids are its own on the page."""
    options: dict[str, Any] = {
        "auto_id": f"{act}_{period.number}_%s",
        "initial": {"revision": row.revision},
    }
    kinds: dict[str, type[DutyForm]] = {
        "due": DueForm,
        "review": ReviewForm,
        "assign": OwnerForm,
        "submit": EvidenceForm,
        "not_applicable": ReasonForm,
        "open_again": ReasonForm,
        "return": ReasonForm,
    }
    if act == "assign":
        options["people"] = owners_in(row.system.organisation, timezone.now())
        options["initial"]["owner"] = row.owner_id
    if act == "submit":
        options["choices"] = pickable(row.system)
        options["things"] = linkable(row.system)
        options["initial"]["text"] = period.note
    if act == "due":
        options["initial"] |= {"due_on": period.due_on, "reason": period.due_reason}
    if act == "review":
        options["initial"]["months"] = row.review_months
    return kinds.get(act, DutyForm)(data, **options)


def _shown(
    request: HttpRequest,
    system: AISystem,
    row: Obligation,
    refused: Refused | None = None,
) -> HttpResponse:
    duty = _said(system, row)
    periods = list(
        row.periods.select_related("submitted_by", "decided_by")
        .prefetch_related("documents")
        .order_by("-number")
    )
    current = [p for p in periods if p.current]
    return page(
        request,
        "one",
        system,
        status=422 if refused else 200,
        row=row,
        duty=duty,
        asks=duty or ROWS.get(row.duty),
        cost=cost_words(duty.penalty) if duty else "",
        crosswalk=crosswalk_lines(duty.crosswalk) if duty else [],
        today=timezone.localdate(),
        current=[_with_forms(request, row, p, refused) for p in current],
        plan=_planning(row, current, refused),
        past=[_with_links(row, p) for p in periods if not p.current],
        # SECURITY: these are entries of the trail, which an authority does not read.
        history=history_of(row) if may_on(request.user, TRAIL, system) else None,
        refused=refused,
    )


def _said(system: AISystem, row: Obligation) -> Duty | None:
    """The duty as the law of today words it for this operator; None when it is gone."""
    counts = standing(system)
    today = timezone.localdate()
    mine = [a for a in acting_on(system, today) if a.operator.pk == row.operator_id]
    said = answered(counts.answers, mine, today) if counts else []
    return next((d for a in said for d in a.duties if d.id == row.duty), None)


def _with_links(row: Obligation, period: Period) -> dict[str, Any]:
    links = [(k["label"], link_address(k, row.system_id)) for k in period.links]
    return {"it": period, "links": links}


def _with_forms(
    request: HttpRequest, row: Obligation, period: Period, refused: Refused | None
) -> dict[str, Any]:
    """A period with what can be done about it, as it stands."""
    if row.ended_at:
        wanted: tuple[str, ...] = ()
    elif period.is_waiting:
        wanted = ("accept", "return")
    elif period.is_closed:
        wanted = ("open_again",)
    else:
        wanted = ("submit", "not_applicable", "due")
    return {
        **_with_links(row, period),
        "mine": period.submitted_by_id == person(request).pk,
        "form": {act: _given(act, row, period, refused) for act in wanted},
    }


def _planning(
    row: Obligation, current: list[Period], refused: Refused | None
) -> dict[str, forms.Form]:
    standing_now = next((p for p in current if not p.event), None)
    if row.ended_at or standing_now is None:
        return {}
    return {
        act: _given(act, row, standing_now, refused) for act in ("assign", "review")
    }


def _given(
    act: str, row: Obligation, period: Period, refused: Refused | None
) -> DutyForm:
    """The form that was refused, with what was typed; else a fresh one."""
    if refused and (refused.act, refused.period) == (act, period.pk):
        return refused.form
    return _form(act, row, period)

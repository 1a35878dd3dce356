"""One prediction: its page, a review of it, and its verification on the server."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audits.anchors.selectors import anchor_of
from audits.events.contents import IdConflict
from audits.log.selectors import vkeys
from audits.log.services import ClockWentBack
from audits.oversight.models import Act
from audits.oversight.services import ReviewRefused
from registry.people.access import acting
from registry.predictions.access import (
    DISCLOSE,
    REVIEW,
    VERIFY,
    VIEW,
    Found,
    Gone,
    find_in_system,
)
from registry.predictions.contents.acts import disclosure_lines
from registry.predictions.contents.event import contents_of, proof_of
from registry.predictions.contents.prediction import Prediction, prediction_of
from registry.predictions.forms import MEANINGS, REASONS, ReviewForm, uuid_or_none
from registry.predictions.selectors.trail import act_at, acts_on
from registry.predictions.services.disclosure import DISCLOSED
from registry.predictions.services.review import (
    Decision,
    new_ticket,
    read_ticket,
    review_prediction,
)
from registry.predictions.services.verification import (
    VERIFIED,
    subject_of_event,
    verify_event,
)
from registry.predictions.views import cursor, person, system_page
from registry.systems.access import get_allowed_system, may_on

Page = Callable[..., HttpResponse]


def or_gone(page: Page) -> Page:
    """Say of a prediction that was removed when, and which entry says so."""

    @wraps(page)
    def answer(
        request: HttpRequest, pk: UUID, event_id: UUID, **more: int
    ) -> HttpResponse:
        try:
            return page(request, pk, event_id, **more)
        except Gone as error:
            system = get_allowed_system(person(request), pk, VIEW)
            context = {"event_id": event_id, "removal": error.removed.pruned}
            return system_page(
                request, "gone.html", system, "predictions", status=410, **context
            )

    return answer


@require_GET
@or_gone
def detail(request: HttpRequest, pk: UUID, event_id: UUID) -> HttpResponse:
    """One prediction in plain words, with its proof and what people made of it."""
    found = _found(request, pk, event_id, VIEW)
    if found.entry.type == "review":
        about = contents_of(found.log, found.entry).fields["ref"]
        return redirect("predictions:detail", pk=pk, event_id=about)
    asked = request.GET.get("act", "")
    initial = {"act": asked if asked in Act.values else None}
    form = ReviewForm(initial={**initial, "next": request.GET.get("next", "")})
    corrects = uuid_or_none(request.GET.get("corrects", ""))
    return _page(request, found, form, corrects=corrects)


@require_POST
@or_gone
def review(request: HttpRequest, pk: UUID, event_id: UUID) -> HttpResponse:
    """Record what the person makes of the prediction."""
    found = _found(request, pk, event_id, REVIEW)
    user, now = person(request), timezone.now()
    confirming = "confirm" in request.POST
    form = ReviewForm(
        {**request.POST.dict(), "act": Act.CONFIRMED} if confirming else request.POST
    )
    corrects = None
    try:
        ticket = read_ticket(
            request.POST.get("ticket", ""), prediction=event_id, person=str(user.pk)
        )
        corrects = ticket.corrects
        if not form.is_valid():
            return _page(request, found, form, corrects=corrects, status=422)
        review_prediction(
            found=found,
            ticket=ticket,
            decision=Decision(Act.CONFIRMED) if confirming else form.decision(),
            by=acting(user, found.system.organisation),
            at=now,
        )
    except (ReviewRefused, IdConflict, ClockWentBack) as error:
        _explain(form, error)
        return _page(request, found, form, corrects=corrects, status=422)
    messages.info(request, _("Recorded in the log. It can be corrected, not undone."))
    if form.cleaned_data.get("next") == "queue":
        return redirect("predictions:queue")
    return redirect(_address(found) + "#reviews")


@require_POST
@or_gone
def verify(request: HttpRequest, pk: UUID, event_id: UUID) -> HttpResponse:
    """Check the evidence on the server, and leave the outcome in the trail."""
    found = _found(request, pk, event_id, VERIFY)
    by = acting(person(request), found.system.organisation)
    index = verify_event(found=found, by=by, at=timezone.now())
    return redirect(f"{_address(found)}?verified={index}#server-check")


def _found(request: HttpRequest, pk: UUID, event_id: UUID, permission: str) -> Found:
    system = get_allowed_system(person(request), pk, permission)
    return find_in_system(system, event_id)


def _address(found: Found) -> str:
    address = {"pk": found.system.pk, "event_id": found.entry.event_id}
    return reverse("predictions:detail", kwargs=address)


def _explain(form: ReviewForm, error: Exception) -> None:
    """Say on the form why nothing was stored, and what to do."""
    form.is_valid()
    if isinstance(error, ReviewRefused):
        known = error.field if error.field in ("output", "reason") else None
        form.add_error(known, f"{error.reason} {error.fix}")
    elif isinstance(error, IdConflict):
        form.add_error(
            None,
            _("This form was already sent with another decision, which is in the log. "
              "To change it, send the form below: it will be a further review."),
        )  # fmt: skip
    else:
        form.add_error(None, str(error))


def _page(
    request: HttpRequest,
    found: Found,
    form: ReviewForm,
    *,
    corrects: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    user, now = person(request), timezone.now()
    shown = prediction_of(contents_of(found.log, found.entry))
    event_id = UUID(str(found.entry.event_id))
    reviews_it = may_on(user, REVIEW, found.system)
    if corrects is not None and corrects not in {
        line.review.review_id for line in shown.reviews
    }:
        corrects = None
    # A form is served with a ticket of its own: a second click adds nothing.
    ticket = new_ticket(
        prediction=event_id, person=str(user.pk), shown_at=now, corrects=corrects
    )
    subject = subject_of_event(event_id)
    verified = cursor(request, "verified")
    return system_page(
        request,
        "detail.html",
        found.system,
        "predictions",
        status=status,
        entry=found.entry,
        shown=shown,
        form=form,
        ticket=ticket,
        confirmable=_confirmable(shown, found, user, now) if reviews_it else {},
        corrects=corrects,
        reviews_it=reviews_it,
        verifies_it=may_on(user, VERIFY, found.system),
        discloses_it=may_on(user, DISCLOSE, found.system),
        disclosures=disclosure_lines(acts_on(found.log, subject, DISCLOSED, 50)),
        reasons=REASONS,
        meanings=MEANINGS,
        proof=_proof_panel(found) | {"erased_by": shown.contents.erasure},
        anchor=anchor_of(found.log, found.entry.idx),
        checks=acts_on(found.log, subject, VERIFIED),
        check=act_at(found.log, verified, subject, VERIFIED)
        if verified is not None
        else None,
    )


def _confirmable(
    shown: Prediction, found: Found, user: Any, now: datetime
) -> dict[UUID, str]:
    """Tickets for a second person's confirmation, by the review to be confirmed."""
    return {
        line.review.review_id: new_ticket(
            prediction=line.review.prediction_id,
            person=str(user.pk),
            shown_at=now,
            confirms=line.review.review_id,
        )
        for line in shown.reviews
        if line.review.confirms is None
        and line.confirmed_by is None
        and line.corrected_by is None
        and line.review.person_name != str(user)
    }


def _proof_panel(found: Found) -> dict[str, Any]:
    proof = proof_of(found.log, found.entry.idx)
    address = {"event_id": found.entry.event_id}
    chosen = f"?log={found.log.origin}"
    return {
        "bundle_url": reverse("events_api:bundle", kwargs=address) + chosen,
        "proof_url": reverse("events_api:proof", kwargs=address) + chosen,
        "download_url": reverse("events_api:proof", kwargs=address)
        + f"{chosen}&download=1",
        "vkey": vkeys(found.log)[-1],
        "origin": found.log.origin,
        "index": found.entry.idx,
        "size": proof.checkpoint.size,
        "leaf_hash": bytes(found.entry.leaf_hash).hex(),
        "root": proof.checkpoint.root.hex(),
        "path_length": len(proof.file.path),
        "signed_at": None,
    }

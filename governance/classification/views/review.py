"""The first verdict after the screening; the review at the end, and the proposal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.circumstances.selectors import acting_on
from governance.classification.access import ADD
from governance.classification.contents.costs import costs_of
from governance.classification.contents.differences import differences
from governance.classification.contents.provenance import known
from governance.classification.contents.stands import stand, stand_of
from governance.classification.contents.unasked import unasked
from governance.classification.contents.words import Account, account, lines
from governance.classification.forms.acts import ProposeForm
from governance.classification.models import Classification
from governance.classification.selectors import askable, roles_asked, standing
from governance.classification.services import classify_system, digest_of
from governance.classification.views import page, person
from governance.classification.views.interview import (
    FIRST,
    REVIEW,
    Interview,
    arrived,
    interview_of,
    law_form,
    steps,
)
from governance.law.classify import classify
from governance.law.verdict import Verdict
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@require_safe
def first_verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the screening comes to: the verdict so far, and what is open."""
    system = get_allowed_system(request.user, pk, ADD)
    now = interview_of(system, request, timezone.localdate())
    if not now.walk.screened:
        return redirect("classification:wizard", system.pk)
    counted = now.walk.counted
    return page(
        request,
        "verdict",
        system,
        now=now,
        told=_told(system, now, classify(counted, now.on, now.edition)),
        said=[(ln, now.walk.page_of(ln.fact)) for ln in lines(counted)],
        steps=steps(FIRST),
        back=sum(each.screening for each in now.walk.pages),
        law_form=law_form(now),
        people=askable(system, person(request), timezone.now()),
        asking_back="verdict",
        **arrived(system, now.answers),
    )


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, ADD)
    now = interview_of(system, request, timezone.localdate())
    if not now.walk.screened:
        return redirect("classification:wizard", system.pk)
    verdict = classify(now.walk.counted, now.on, now.edition)
    digest = digest_of(now.walk.counted, verdict.as_json(), now.provenance)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    form.initial = {"read_sha256": digest}
    if form.is_bound and form.is_valid():
        if form.cleaned_data["read_sha256"] != digest:
            form.add_error(
                None,
                _("Your answers or the day have changed since you read this page. "
                  "Read it again, then propose."),
            )  # fmt: skip
            form.data = {"read_sha256": digest}
        elif made := form.attempt(lambda: _propose(request, system, now)):
            messages.info(request, _("Proposed. A second person decides now."))
            return redirect("classification:one", system.pk, made.pk)
    return _shown(request, system, now, verdict, form, digest)


def _told(system: AISystem, now: Interview, verdict: Verdict) -> Account:
    """The verdict in words, with our roles of the register until they are answered."""
    acting, counted = acting_on(system, now.on), now.walk.counted
    costs = costs_of(verdict, counted, acting)
    return account(verdict, counted, costs, roles_asked(acting))


def _propose(request: HttpRequest, system: AISystem, now: Interview) -> Classification:
    return classify_system(
        system=system,
        answers=now.walk.counted,
        author=person(request),
        on=now.on,
        edition=now.edition,
        provenance=now.provenance,
        by=acting(request.user, system.organisation),
        at=timezone.now(),
    )


def _shown(
    request: HttpRequest,
    system: AISystem,
    now: Interview,
    verdict: Verdict,
    form: ProposeForm,
    digest: str,
) -> HttpResponse:
    counts, counted = standing(system), now.walk.counted
    sources = known(now.provenance)
    return page(
        request,
        "review",
        system,
        form=form,
        now=now,
        told=_told(system, now, verdict),
        said=[(ln, now.walk.page_of(ln.fact)) for ln in lines(counted, sources)],
        unasked=unasked(verdict, counted),
        steps=steps(REVIEW),
        back=len(now.walk.pages),
        law_form=law_form(now),
        digest=digest,
        to_come=now.on > timezone.localdate(),
        counts=counts,
        differs=differences(stand_of(counts), stand(system, counted, verdict))
        if counts
        else None,
        people=askable(system, person(request), timezone.now()),
        asking_back="review",
        **arrived(system, now.answers),
    )

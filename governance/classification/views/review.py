"""The review at the end of the interview, and the proposal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.classification.access import ADD
from governance.classification.contents.words import account, differences, lines
from governance.classification.forms import ProposeForm
from governance.classification.models import Classification
from governance.classification.selectors import standing
from governance.classification.services import classify_system, digest_of
from governance.classification.views import page, person
from governance.classification.views.wizard import (
    Interview,
    interview_of,
    law_form,
    steps,
)
from governance.law.classify import classify
from governance.law.verdict import Verdict
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, ADD)
    now = interview_of(system, request, timezone.localdate())
    if not now.walk.finished:
        return redirect("classification:wizard", system.pk)
    verdict = classify(now.walk.counted, now.on, now.edition)
    digest = digest_of(now.walk.counted, verdict.as_json())
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


def _propose(request: HttpRequest, system: AISystem, now: Interview) -> Classification:
    return classify_system(
        system=system,
        answers=now.walk.counted,
        author=person(request),
        on=now.on,
        edition=now.edition,
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
    counts = standing(system)
    return page(
        request,
        "review",
        system,
        form=form,
        now=now,
        told=account(verdict, now.walk.counted),
        said=[(ln, now.walk.page_of(ln.fact)) for ln in lines(now.walk.counted)],
        steps=steps(None),
        back=len(now.walk.pages),
        law_form=law_form(now),
        digest=digest,
        to_come=now.on > timezone.localdate(),
        counts=counts,
        differs=differences(
            (counts.answers, Verdict.from_json(counts.verdict)),
            (now.walk.counted, verdict),
        )
        if counts
        else None,
    )

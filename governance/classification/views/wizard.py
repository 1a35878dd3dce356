"""The interview: a page of questions at a time, the screening first."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.classification.access import ADD
from governance.classification.contents.interview import Page, Walk, readable
from governance.classification.contents.words import Line, lines
from governance.classification.forms.acts import LawForm
from governance.classification.forms.questions import QuestionsForm
from governance.classification.selectors import (
    draft_of,
    of_system,
    one_of,
    registered,
)
from governance.classification.services import (
    DraftChanged,
    choose_law,
    discard_draft,
    keep_answers,
    seen_of,
    take_answers,
)
from governance.classification.views import page, person
from governance.classification.views.interview import (
    FULL,
    SCREEN,
    Interview,
    arrived,
    interview_of,
    law_form,
    stands_at,
    steps,
    tell_removed,
)
from governance.law.load import law
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem

DOCUMENTS = 30  # LIMIT: the newest documents that can be ticked beside a question


@require_http_methods(["GET", "POST"])
def wizard(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, ADD)
    now = interview_of(system, request, timezone.localdate())
    number = request.GET.get("page", "")
    named = number.isdecimal() and len(number) < 4
    asked = now.walk.page(int(number)) if named else now.walk.current
    if request.method == "POST":
        return _answered(request, system, now, asked)
    if asked is None:
        return redirect("classification:review", system.pk)
    seen = seen_of(now.draft, [question.id for question in asked.questions])
    return _shown(request, system, now, asked, _form(None, asked, now, system), seen)


def _answered(
    request: HttpRequest, system: AISystem, now: Interview, asked: Page | None
) -> HttpResponse:
    """Check what was answered on the page that was seen, keep it, and go on."""
    wanted = request.POST.get("asked", "").split(",")
    seen = tuple(q for q in law().questions.values() if q.id in wanted)
    if asked is None or not seen:
        return redirect("classification:wizard", system.pk)
    shown = Page(asked.number, asked.stage, seen, asked.complete)
    form = _form(request.POST, shown, now, system)
    if not form.is_valid():
        return _shown(request, system, now, shown, form, request.POST.get("seen", ""))
    try:
        found, gone = keep_answers(
            system=system,
            author=person(request),
            given=form.answers(),
            told=form.told(),
            seen=request.POST.get("seen", ""),
            at=timezone.now(),
            today=timezone.localdate(),
        )
    except DraftChanged:
        now = interview_of(system, request, timezone.localdate())
        return _changed(request, system, now, shown, form)
    tell_removed(request, gone)
    return redirect(_after(request, system, asked, found))


def _after(request: HttpRequest, system: AISystem, asked: Page, found: Walk) -> str:
    """The page that follows: of this part, else where the interview stands."""
    following = found.page(asked.number + 1)
    wizard_url = reverse("classification:wizard", args=[system.pk])
    if request.POST.get("then") == "review" and found.screened:
        return reverse("classification:review", args=[system.pk])
    if following is not None and following.screening == asked.screening:
        return f"{wizard_url}?page={following.number}"
    return stands_at(system, found) if asked.screening else wizard_url


def _changed(
    request: HttpRequest,
    system: AISystem,
    now: Interview,
    shown: Page,
    form: QuestionsForm,
) -> HttpResponse:
    """Say what stands now, keep what was chosen, and let the person decide."""
    stands = {q.id: now.answers[q.id] for q in shown.questions if q.id in now.answers}
    form.add_error(
        None,
        _("Since you opened this page, its questions were answered in another tab, or "
          "the law was changed or your answers were thrown away there. What you chose "
          "is kept here and not stored. Keep it to put it in place of what stands now.")
    )  # fmt: skip
    seen = seen_of(now.draft, [q.id for q in shown.questions])
    return _shown(request, system, now, shown, form, seen, [*lines(stands)])


def _form(
    data: Mapping[str, Any] | None, asked: Page, now: Interview, system: AISystem
) -> QuestionsForm:
    proposed = {
        q.id: (q.assume, _("An assumption that the law makes. Confirm or change it."))
        for q in asked.questions
        if q.assume
    }
    for fact, told in registered(system, timezone.localdate()).items():
        proposed[fact] = (told, _("From the register. Confirm or change it."))
    if now.draft:
        for fact, told in readable(now.draft.removed).items():
            proposed[fact] = (told, _("Your earlier answer. Confirm or change it."))
    return QuestionsForm(
        data,
        questions=asked.questions,
        answers=now.answers,
        proposed=proposed,
        provenance=now.draft.provenance if now.draft else {},
        documents=list(system.documents.order_by("-uploaded_at")[:DOCUMENTS]),
    )


def _shown(
    request: HttpRequest,
    system: AISystem,
    now: Interview,
    asked: Page,
    form: QuestionsForm,
    seen: str,
    stands: Sequence[Line] = (),
) -> HttpResponse:
    earlier = None if now.draft else of_system(system).first()
    return page(
        request,
        "wizard",
        system,
        form=form,
        asked=asked,
        seen=seen,
        stands=stands,
        now=now,
        steps=steps(SCREEN if asked.screening else FULL),
        progress=now.walk.progress(asked),
        back=asked.number - 1,
        then=request.POST.get("then") or request.GET.get("then", ""),
        said=[(line, now.walk.page_of(line.fact)) for line in lines(now.answers)],
        law_form=law_form(now),
        earlier=earlier,
        **arrived(system, now.answers),
    )


@require_POST
def change_law(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask by another day or edition from here on."""
    system = get_allowed_system(request.user, pk, ADD)
    form = LawForm(request.POST)
    if not form.is_valid():
        reasons = "; ".join(str(r) for each in form.errors.values() for r in each)
        messages.error(request, _("The law stays as it was. %s") % reasons)
        return redirect("classification:wizard", system.pk)
    on, edition = form.law()
    found, gone = choose_law(
        system=system,
        author=person(request),
        on=on,
        edition=edition,
        today=timezone.localdate(),
    )
    tell_removed(request, gone)
    return redirect(stands_at(system, found))


@require_POST
def take(request: HttpRequest, pk: UUID, classification_id: UUID) -> HttpResponse:
    """Begin with the answers of an earlier classification; never over a draft."""
    system = get_allowed_system(request.user, pk, ADD)
    earlier = one_of(system, classification_id)
    if draft_of(system, person(request)) is not None:
        messages.warning(
            request,
            _("You are answering already, and nothing of that was touched. Go on, or "
              "throw those answers away first."),
        )  # fmt: skip
        return redirect("classification:wizard", system.pk)
    found, gone = take_answers(
        classification=earlier,
        author=person(request),
        today=timezone.localdate(),
    )
    tell_removed(request, gone)
    return redirect(stands_at(system, found))


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    system = get_allowed_system(request.user, pk, ADD)
    discard_draft(system=system, author=person(request))
    messages.info(request, _("Your answers were thrown away. Nothing else changed."))
    return redirect("classification:overview", system.pk)

"""The interview: a page of questions at a time, then the review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from governance.classification.contents.interview import (
    STAGES,
    Page,
    Walk,
    readable,
    walk,
)
from governance.classification.contents.words import Line, lines
from governance.classification.forms import LawForm, QuestionsForm
from governance.classification.models import ClassificationDraft
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
from governance.law.classify import choose_edition
from governance.law.load import law
from governance.law.model import Question
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class Interview:
    """The draft as it stands today."""

    draft: ClassificationDraft | None
    answers: Mapping[str, Any]
    on: date
    edition: str
    hypothetical: bool
    walk: Walk


def interview_of(system: AISystem, request: HttpRequest, today: date) -> Interview:
    """What this person has answered so far; nothing when there is no draft."""
    draft = draft_of(system, person(request))
    answers = readable(draft.answers) if draft else {}
    on = draft.on if draft and draft.on else today
    wanted = draft.edition if draft else ""
    edition, hypothetical = choose_edition(on, wanted or None)
    found = walk(answers, on, wanted or None)
    return Interview(draft, answers, on, edition, hypothetical, found)


@require_http_methods(["GET", "POST"])
def wizard(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, ADD)
    now = interview_of(system, request, timezone.localdate())
    number = request.GET.get("page", "")
    asked = now.walk.page(int(number)) if number.isdecimal() else now.walk.current
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
            seen=request.POST.get("seen", ""),
            today=timezone.localdate(),
        )
    except DraftChanged:
        now = interview_of(system, request, timezone.localdate())
        return _changed(request, system, now, shown, form)
    tell_removed(request, gone)
    after = asked.number + 1
    if request.POST.get("then") == "review" or after > len(found.pages):
        return redirect(_next(system, found))
    return redirect(
        f"{reverse('classification:wizard', args=[system.pk])}?page={after}"
    )


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


def _next(system: AISystem, found: Walk) -> str:
    name = "review" if found.finished else "wizard"
    return reverse(f"classification:{name}", args=[system.pk])


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
        data, questions=asked.questions, answers=now.answers, proposed=proposed
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
        steps=steps(asked),
        back=asked.number - 1,
        then=request.POST.get("then") or request.GET.get("then", ""),
        said=[(line, now.walk.page_of(line.fact)) for line in lines(now.answers)],
        law_form=law_form(now),
        earlier=earlier,
    )


def steps(asked: Page | None) -> list[tuple[str, str]]:
    """The parts of the interview, each done, current or to come; review is last."""
    current = STAGES.index(asked.stage) if asked else len(STAGES)
    titles = [*(str(stage.title) for stage in STAGES), _("Review")]
    words = ("done", "current", "later")
    return [
        (title, words[(place >= current) + (place > current)])
        for place, title in enumerate(titles)
    ]


def law_form(now: Interview) -> LawForm:
    """The day and edition of the draft, to be changed."""
    kept = (now.draft.on, now.draft.edition) if now.draft else (None, "")
    return LawForm(initial={"on": kept[0], "edition": kept[1]})


def tell_removed(request: HttpRequest, gone: Iterable[Question]) -> None:
    """Say which answers went, and that they can come back."""
    texts = [f"“{question.text}”" for question in gone]
    if texts:
        messages.warning(
            request,
            _("These questions no longer matter, and their answers were taken away: "
              "%(questions)s If one is asked again, your answer is proposed.")
            % {"questions": " ".join(texts)},
        )  # fmt: skip


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
    return redirect(_next(system, found))


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
    return redirect(_next(system, found))


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    system = get_allowed_system(request.user, pk, ADD)
    discard_draft(system=system, author=person(request))
    messages.info(request, _("Your answers were thrown away. Nothing else changed."))
    return redirect("classification:overview", system.pk)

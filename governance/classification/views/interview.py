"""What the pages of an interview share: how it stands, its steps, what came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.classification.contents.interview import Walk, readable, walk
from governance.classification.contents.provenance import Given
from governance.classification.contents.words import Line, lines
from governance.classification.forms.acts import LawForm
from governance.classification.models import ClassificationDraft, FactRequest
from governance.classification.selectors import came_in, draft_of
from governance.classification.views import person
from governance.law.classify import choose_edition
from governance.law.facts import UNKNOWN
from governance.law.model import Question
from registry.systems.models import AISystem

SCREEN, FIRST, FULL, REVIEW = range(4)


@dataclass(frozen=True, slots=True)
class Interview:
    """The draft as it stands today."""

    draft: ClassificationDraft | None
    answers: Mapping[str, Any]
    on: date
    edition: str
    hypothetical: bool
    walk: Walk

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the answers that count come from, as the draft keeps it."""
        kept = self.draft.provenance if self.draft else {}
        return {fact: r for fact, r in kept.items() if fact in self.walk.counted}


def interview_of(system: AISystem, request: HttpRequest, today: date) -> Interview:
    """What this person has answered so far; nothing when there is no draft."""
    draft = draft_of(system, person(request))
    answers = readable(draft.answers) if draft else {}
    on = draft.on if draft and draft.on else today
    wanted = draft.edition if draft else ""
    edition, hypothetical = choose_edition(on, wanted or None)
    found = walk(answers, on, wanted or None)
    return Interview(draft, answers, on, edition, hypothetical, found)


def steps(current: int) -> list[tuple[str, str]]:
    """The parts of the interview, each done, current or to come."""
    titles = (_("Screening"), _("First verdict"), _("Full assessment"), _("Review"))
    words = ("done", "current", "later")
    return [
        (title, words[(place >= current) + (place > current)])
        for place, title in enumerate(titles)
    ]


def stands_at(system: AISystem, found: Walk) -> str:
    """Where the interview stands: among questions, at a first verdict, at the end."""
    name = "verdict" if found.screened else "wizard"
    name = "review" if found.finished else name
    return reverse(f"classification:{name}", args=[system.pk])


@dataclass(frozen=True, slots=True)
class CameIn:
    """What a colleague answered, in words, and is not taken in."""

    request: FactRequest
    line: Line


def arrived(system: AISystem, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What colleagues were asked for, and what they answered."""
    waiting, told = came_in(system, answers)
    return {
        "requests": [CameIn(row, _line(row, UNKNOWN)) for row in waiting],
        "came_in": [CameIn(row, _line(row, row.answer)) for row in told],
    }


def _line(row: FactRequest, answer: Any) -> Line:
    """A request as an answer in words, with its provenance."""
    answered_at = row.answered_at or row.asked_at
    said = Given(str(row.asked_of), answered_at, row.source, tuple(row.evidence))
    return next(lines({row.fact: answer}, {row.fact: said}))


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
            _("With that, these answers no longer matter and were taken away: "
              "%(questions)s If one is asked again, your answer is proposed.")
            % {"questions": " ".join(texts)},
        )  # fmt: skip

"""The interview as pages. Pure values over the law room.

Which page comes next follows from the answers alone, so Back, leaving and returning
need nothing but the answers that were kept. The screening comes first and ends in a
first verdict; the full assessment asks what only refines it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from governance.law.classify import classify
from governance.law.facts import AnswersInvalid, Facts, sources
from governance.law.load import law
from governance.law.model import SCREENING, Question
from governance.law.questions import questions

PER_PAGE = 8  # LIMIT: more questions on one page are skimmed, not read
USUAL = 12  # how many questions a screening has for most systems


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the interview; it begins with the question `first`."""

    id: str
    title: Promise
    first: str


# ORDER: as the law room asks.
STAGES = (
    Stage("scope", gettext_lazy("Whether the Act reaches it"), "infers"),
    Stage("purpose", gettext_lazy("What it does, and for whom"), "domains"),
    Stage("prohibited", gettext_lazy("Practices that are prohibited"), "manipulates"),
    Stage("other", gettext_lazy("Products, openness, models"), "product_law"),
    Stage("dates", gettext_lazy("Exemption and dates"), "profiling"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Questions that are asked together. `complete`: each has an answer."""

    number: int
    stage: Stage
    questions: tuple[Question, ...]
    complete: bool

    @property
    def screening(self) -> bool:
        """Whether it belongs to the screening; a page never mixes the two."""
        return self.questions[0].stage == SCREENING


@dataclass(frozen=True, slots=True)
class Progress:
    """The questions of a page among those of its part: "3 to 5 of about 12"."""

    first: int
    last: int
    about: int


@dataclass(frozen=True)
class Walk:
    """The interview so far: its pages, the answers that count, those that do not."""

    pages: tuple[Page, ...]
    counted: dict[str, Any]
    obsolete: tuple[Question, ...]

    @cached_property
    def current(self) -> Page | None:
        """The first page that lacks an answer; None when nothing is left to ask."""
        return next((page for page in self.pages if not page.complete), None)

    @property
    def finished(self) -> bool:
        return self.current is None

    @property
    def screened(self) -> bool:
        """Whether a first verdict stands: no question of the screening is left."""
        return self.current is None or not self.current.screening

    @property
    def left(self) -> int:
        """How many questions are due and have no answer."""
        asked = (question for page in self.pages for question in page.questions)
        return sum(question.id not in self.counted for question in asked)

    def progress(self, page: Page) -> Progress:
        """Where the page stands in the screening, or in the full assessment."""
        part = [p for p in self.pages if p.screening == page.screening]
        before = sum(len(p.questions) for p in part if p.number < page.number)
        known = sum(len(p.questions) for p in part)
        about = max(known, USUAL) if page.screening else known
        return Progress(before + 1, before + len(page.questions), about)

    def page(self, number: int) -> Page | None:
        """The page of that number, from 1."""
        return self.pages[number - 1] if 0 < number <= len(self.pages) else None

    def page_of(self, fact: str) -> int | None:
        """The number of the page that asks for a fact."""
        asking = asked_in(fact) or (fact,)
        return next(
            (p.number for p in self.pages if any(q.id in asking for q in p.questions)),
            None,
        )


def walk(answers: Mapping[str, Any], on: date, edition: str | None = None) -> Walk:
    """Ask from the beginning, taking the answers that are there.

    Raises AnswersInvalid and EditionUnknown.
    """
    counted: dict[str, Any] = {}
    skipped: set[str] = set()
    pages: list[Page] = []
    stages = _stages()
    while True:
        due = [q for q in questions(counted, on, edition) if q.id not in skipped]
        if not due:
            break
        stage = min((stages[q.id] for q in due), key=STAGES.index)
        asked = [q for q in due if stages[q.id] is stage][:PER_PAGE]
        known = [q.id for q in asked if q.id in answers]
        counted |= {fact: answers[fact] for fact in known}
        counted |= {f: told for f, told in answers.items() if {*asked_in(f)} & {*known}}
        skipped |= {q.id for q in asked} - set(known)
        complete = len(known) == len(asked)
        pages.append(Page(len(pages) + 1, stage, tuple(asked), complete))
    left = [fact for fact in answers if fact not in counted]
    if skipped:
        left = _surely_obsolete(left, counted, (on, edition))
    asked_for = law().questions
    obsolete = tuple(q for q in asked_for.values() if q.id in left)
    return Walk(tuple(pages), counted, obsolete)


def asked_in(fact: str) -> tuple[str, ...]:
    """The questions whose choices settle a fact, if it is not asked by itself."""
    question = law().questions.get(fact)
    return sources(question.asked_with) if question else ()


def _surely_obsolete(
    left: Iterable[str], counted: Mapping[str, Any], when: tuple[date, str | None]
) -> list[str]:
    """Answers on which nothing can hang any more, while questions are still open.

    Exemption and dates follow from the rest, and so does the full assessment: both
    are judged at the end.
    """
    still_open = {item.fact for item in classify(counted, *when).open_facts}
    still_open |= {source for fact in still_open for source in asked_in(fact)}
    stages, asked = _stages(), law().questions
    return [
        fact
        for fact in left
        if fact not in still_open
        and not still_open.intersection(asked_in(fact))
        and stages[fact] is not STAGES[-1]
        and asked[fact].stage == SCREENING
    ]


def _stages() -> dict[str, Stage]:
    """The stage of each question, by the order of asking."""
    first = {stage.first: stage for stage in STAGES}
    found, now = {}, STAGES[0]
    for fact in law().questions:
        now = first.get(fact, now)
        found[fact] = now
    return found


def facts_of(answers: Mapping[str, Any]) -> Facts:
    """What the law room can still read of answers; questions change with the law."""
    try:
        return Facts(answers, law().questions)
    except AnswersInvalid as fault:
        wrong = {problem.field for problem in fault.problems}
    rest = {fact: told for fact, told in answers.items() if fact not in wrong}
    return Facts(rest, law().questions)


def readable(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the answers that the law room can still read."""
    known = facts_of(answers).values
    return {fact: told for fact, told in answers.items() if fact in known}

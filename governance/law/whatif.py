"""Which single answer would change the verdict, and how.

Each question that was answered, or that is still open and matters, is answered in
every other way it can be, one at a time; what hangs on it is weighed again and
compared. The number of trials is bounded by the questions and their choices; answers
are never combined.

The order is by weight: first open questions whose answer would establish or remove a
finding, then other open ones, then answers given; within each the gravest finding
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from governance.law.classify import Outcome, outcomes, verdict_of
from governance.law.facts import UNKNOWN, Facts
from governance.law.load import law
from governance.law.model import Answers, Confidence, Kind, Question
from governance.law.questions import questions
from governance.law.rules import hanging_on, rules
from governance.law.verdict import Finding, Json, Verdict, plain
from governance.law.words import headline

GRAVITY = {kind: place for place, kind in enumerate(Kind)}
NONE = "none"
Trial = str | list[str]


class Change(StrEnum):
    """What becomes of a finding."""

    ESTABLISHES = "establishes"
    REMOVES = "removes"
    OPENS = "opens"
    DISPUTES = "disputes"
    SETTLES = "settles"
    MOVES = "moves"


DECIDES = frozenset({Change.ESTABLISHES, Change.REMOVES})


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one finding; label and timing as it would be, or as it was."""

    change: Change
    finding: str
    kind: Kind
    citation: str
    label: str
    timing: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One other answer to one question, and what it would change."""

    fact: str
    question: str
    who_knows: str
    open: bool
    now: str
    answer: Trial
    wording: str
    headline: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A question of which no other answer alone would change the verdict."""

    fact: str
    question: str
    now: str


@dataclass(frozen=True, slots=True)
class WhatIfs:
    """Every single answer that would change a verdict, the weightiest first."""

    on: date
    edition: str
    hypothetical: bool
    headline: str
    tried: int
    changes: tuple[WhatIf, ...]
    unmoved: tuple[Unmoved, ...]

    def as_json(self) -> Json:
        """The same as plain JSON values."""
        return plain(self)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the answers as they stand come to."""

    answers: Answers
    facts: Facts
    verdict: Verdict
    findings: Mapping[str, Finding]


def whatif(answers: Answers, on: date, edition: str | None = None) -> WhatIfs:
    """Every single answer, changed or given, that would change the verdict on a day.

    Raises AnswersInvalid and EditionUnknown.
    """
    facts = Facts(answers, law().questions)
    verdict = verdict_of(facts, on, edition)
    case = _Case(answers, facts, verdict, {item.id: item for item in verdict.findings})
    asked = _asked(answers, verdict, facts)
    trials = [
        (question, trial)
        for question in asked
        for trial in _trials(question, facts, verdict.edition)
    ]
    found = [item for trial in trials if (item := _try(case, *trial))]
    moving = {item.fact for item in found}
    return WhatIfs(
        on=on,
        edition=verdict.edition,
        hypothetical=verdict.hypothetical,
        headline=verdict.headline,
        tried=len(trials),
        changes=tuple(sorted(found, key=_weight)),
        unmoved=tuple(
            Unmoved(item.id, item.text, facts.wording(item.id))
            for item in asked
            if item.id not in moving
        ),
    )


def _asked(answers: Answers, verdict: Verdict, facts: Facts) -> list[Question]:
    """The questions that have an answer, are due, or keep a finding open.

    A fact that is asked with others is tried by itself once that question left it open.
    """
    due = {item.id for item in questions(answers, verdict.on, verdict.edition)}
    open_facts = {item.fact for item in verdict.open_facts}
    unasked = {f for f in open_facts if facts.asked_in(f) and not facts.answered(f)}
    asking = {source for fact in unasked for source in facts.asked_in(fact)}
    wanted = due | (open_facts - unasked) | asking | set(facts.values)
    return [item for item in law().questions.values() if item.id in wanted]


def _trials(question: Question, facts: Facts, edition: str) -> Iterator[Trial]:
    """Every other answer that the question can have."""
    now = facts.values.get(question.id, UNKNOWN)
    if isinstance(now, tuple) or question.kind == "multi":
        yield from _several(question, now if isinstance(now, tuple) else (UNKNOWN,))
        return
    if question.kind == "date":
        possible: Iterable[str] = _days(edition)
    else:
        possible = [item.id for item in question.choices] or ("yes", "no")
    yield from (item for item in possible if item != str(now))


def _several(question: Question, now: tuple[str, ...]) -> Iterator[Trial]:
    """One choice added or taken away, and "none" where that is a choice."""
    kept = [item for item in now if item != NONE]
    for choice in (item.id for item in question.choices):
        if choice == NONE:
            other = [NONE]
        elif choice in kept:
            other = [item for item in kept if item != choice]
        else:
            other = [choice] if kept == [UNKNOWN] else [*kept, choice]
        if other and other != list(now):
            yield other


def _days(edition: str) -> list[str]:
    """Not at all, and both sides of every day at which the law draws a line."""
    cutoffs = {
        item.grace[edition].cutoff
        for item in law().transitions
        if edition in item.grace
    }
    sides = (
        day - gap for day in sorted(cutoffs) for gap in (timedelta(1), timedelta())
    )
    return ["no", *(day.isoformat() for day in sides)]


def _try(case: _Case, question: Question, answer: Trial) -> WhatIf | None:
    """What another answer would change; None where it would change nothing."""
    verdict, edition = case.verdict, case.verdict.edition
    facts = Facts({**case.answers, question.id: answer}, law().questions)
    touched = hanging_on(edition).get(question.id, ())
    weighed = outcomes(touched, facts, verdict.on, edition)
    before = {id_: case.findings[id_] for id_ in weighed if id_ in case.findings}
    after = {id_: f for id_, f in weighed.items() if isinstance(f, Finding)}
    effects = tuple(_effects(before, after))
    if not effects:
        return None
    now = case.facts.values.get(question.id, UNKNOWN)
    return WhatIf(
        fact=question.id,
        question=question.text,
        who_knows=question.who_knows,
        open=UNKNOWN in now if isinstance(now, tuple) else now == UNKNOWN,
        now=case.facts.wording(question.id),
        answer=answer,
        wording=facts.wording(question.id),
        headline=_headline(case, weighed),
        effects=effects,
    )


def _headline(case: _Case, weighed: Mapping[str, Outcome]) -> str:
    """The verdict in one line, with what was weighed again in its place."""
    found = [
        item
        for rule in rules(case.verdict.edition)
        if isinstance(item := weighed.get(rule.id, case.findings.get(rule.id)), Finding)
    ]
    missing = {item.fact for finding in found for item in finding.missing}
    return headline(found, tuple(missing))


def _effects(
    before: Mapping[str, Finding], after: Mapping[str, Finding]
) -> Iterator[Effect]:
    for id_ in dict.fromkeys((*before, *after)):
        old, new = before.get(id_), after.get(id_)
        change = _change(old, new)
        shown = new or old
        if change and shown:
            said = (shown.kind, shown.citation, shown.label, shown.timing)
            yield Effect(change, id_, *said)


def _change(old: Finding | None, new: Finding | None) -> Change | None:
    if new is None:
        return Change.REMOVES
    if old is None or old.confidence is not new.confidence:
        if new.confidence is Confidence.NOT_ESTABLISHED:
            return Change.OPENS
        if old is None or old.confidence is Confidence.NOT_ESTABLISHED:
            return Change.ESTABLISHES
        disputed = new.confidence is Confidence.DISPUTED
        return Change.DISPUTES if disputed else Change.SETTLES
    dates = (new.applies_from, new.applies_from_later)
    moved = dates != (old.applies_from, old.applies_from_later)
    return Change.MOVES if moved else None


def _weight(item: WhatIf) -> tuple[int, int]:
    """Sorts by what a fact is worth fetching; ties keep the order of asking."""
    deciding = [effect for effect in item.effects if effect.change in DECIDES]
    group = (0 if deciding else 1) + (0 if item.open else 2)
    gravest = min(GRAVITY[effect.kind] for effect in deciding or item.effects)
    return group, gravest

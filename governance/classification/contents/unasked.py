"""Questions that were not asked, each with the answers that ruled it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.classification.contents.interview import asked_in
from governance.classification.contents.words import Line, lines
from governance.law.load import law
from governance.law.logic import Expr, names
from governance.law.model import Question
from governance.law.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Unasked:
    """Questions that the same answers ruled out. No reason: nothing hung on them."""

    because: Sequence[Line]
    questions: Sequence[Question]


def unasked(verdict: Verdict, answers: Mapping[str, Any]) -> list[Unasked]:
    """Every question that has no answer and is not open, by what ruled it out."""
    open_facts = {item.fact for item in verdict.open_facts}
    said = {line.fact: line for line in lines(answers)}
    reasons = _reasons(verdict)
    groups: dict[tuple[str, ...], list[Question]] = {}
    for question in law().questions.values():
        settled = {question.id, *asked_in(question.id)} & {*answers, *open_facts}
        if question.asked and not settled and not question.asked_with:
            because = reasons.get(question.id, ())
            shown = tuple(fact for fact in because if fact in said)
            groups.setdefault(shown, []).append(question)
    return [
        Unasked([said[fact] for fact in because], found)
        for because, found in groups.items()
    ]


def _reasons(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    """By question: the facts that ruled out what asks for it."""
    ruled = {row.provision: row.because for row in verdict.ruled_out}
    found: dict[str, dict[str, None]] = {}
    for provision in law().provisions:
        logic = provision.logic.get(verdict.edition)
        for fact in _named(logic, verdict.edition) if logic else ():
            because = _asking(ruled.get(provision.id, ()))
            for each in (fact, *asked_in(fact)):
                found.setdefault(each, {}).update(dict.fromkeys(because))
    return {fact: tuple(because) for fact, because in found.items()}


def _asking(facts: Sequence[str]) -> list[str]:
    """The facts, and the questions that ask for them."""
    return [each for fact in facts for each in (fact, *asked_in(fact))]


def _named(logic: Expr, edition: str) -> Iterator[str]:
    """The facts that a condition names, also through its terms."""
    for name in names(logic):
        if name in law().terms:
            yield from _named(law().terms[name][edition], edition)
        else:
            yield name.partition(".")[0]

"""Answers as people and files give them, made into facts, or refused with reasons.

A fact that nobody has answered and a fact answered "not_established" are both unknown.
The one difference: an unanswered question with `assume` counts as that value in a
verdict (and is shown there as an assumption), while "not_established" stays unknown,
unless the question presumes its value until somebody knows better.

Several facts can be asked in one question of several choices (`asked_with`): what was
chosen there settles them, and an answer to the fact itself goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from governance.law.logic import Expr, Memo, Truth, names, parsed, value
from governance.law.model import Answers, Question

UNKNOWN = Truth.UNKNOWN.value
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Value = str | tuple[str, ...] | date
# LIMIT: faults that are told of one set of answers; more than there are questions.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that cannot be read: which, why, and what would do."""

    field: str
    reason: str
    fix: str


class AnswersInvalid(ValueError):
    """Some answers name no question or no possible value; `problems` lists all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        texts = (f"{item.field}: {item.reason} {item.fix}" for item in problems)
        super().__init__("\n".join(texts))


class Facts:
    """The answers of one system, readable as truth values."""

    def __init__(self, answers: Answers, questions: Mapping[str, Question]) -> None:
        """Raises AnswersInvalid with every fault at once, and at most `MOST`."""
        self.questions = questions
        self.values: dict[str, Value] = {}
        self._truths: dict[str, Truth] = {}
        # Whether a transition covers the system, by its id and cut-off (`timing`).
        self.covered: dict[tuple[str, date], Truth] = {}
        self._decided: Memo = {}
        problems: list[Problem] = []
        for name, answer in answers.items():
            if len(problems) == MOST:
                break
            question = questions.get(name)
            if question is None:
                problems.append(_unknown(name, questions))
                continue
            try:
                self.values[name] = _read(question, answer)
            except ValueError as fault:
                problems.append(Problem(name, str(fault), _possible(question)))
        if problems:
            raise AnswersInvalid(problems)

    def answered(self, fact: str) -> bool:
        """Whether somebody gave an answer, "I cannot tell" included."""
        if fact in self.values:
            return True
        return any(source in self.values for source in self.asked_in(fact))

    def asked_in(self, fact: str) -> tuple[str, ...]:
        """The question whose choices settle the fact, if it is not asked by itself."""
        question = self.questions.get(fact)
        return sources(question.asked_with) if question else ()

    def given(self, atom: str) -> Truth:
        """The truth of a fact by what was answered, without assumptions."""
        fact, _, choice = atom.partition(".")
        answer = self.values.get(fact)
        if answer is None and not choice and self.asked_in(fact):
            return value(parsed(self.questions[fact].asked_with), self.given)
        if answer is None or answer == UNKNOWN:
            return Truth.UNKNOWN
        if not choice:
            return Truth(str(answer))
        chosen = answer if isinstance(answer, tuple) else (answer,)
        if choice in chosen:
            return Truth.YES
        return Truth.UNKNOWN if UNKNOWN in chosen else Truth.NO

    def decided(self, condition: Expr) -> Truth:
        """The truth of a condition by what was answered; each part is weighed once."""
        return value(condition, self.given, self._decided)

    def truth(self, atom: str) -> Truth:
        """The truth of a fact, assumptions included."""
        known = self._truths.get(atom)
        if known is None:
            known = Truth(self.assumed(atom) or self.given(atom))
            self._truths[atom] = known
        return known

    def assumed(self, atom: str) -> str | None:
        """The value that is taken because nobody has answered, if there is one."""
        question = self.questions.get(atom)
        if question is None or question.assume is None:
            return None
        known = question.presume and self.given(atom) is not Truth.UNKNOWN
        if known or (self.answered(atom) and not question.presume):
            return None
        if question.assume_if and self.decided(parsed(question.assume_if)) is not (
            Truth.YES
        ):
            return None
        return question.assume

    def day(self, fact: str) -> date | None:
        """A date that was answered."""
        value = self.values.get(fact)
        return value if isinstance(value, date) else None

    def wording(self, fact: str) -> str:
        """The answer in words, as a reason shows it."""
        value = self.assumed(fact) or self.values.get(fact) or self.given(fact).value
        chosen = value if isinstance(value, tuple) else (str(value),)
        texts = {UNKNOWN: "not established"}
        texts |= {item.id: item.text for item in self.questions[fact].choices}
        return "; ".join(texts.get(item, item) for item in chosen)


@cache
def sources(asked_with: str) -> tuple[str, ...]:
    """The questions whose choices a condition names, each once."""
    atoms = names(parsed(asked_with)) if asked_with else ()
    return tuple(dict.fromkeys(atom.partition(".")[0] for atom in atoms))


def _read(question: Question, answer: object) -> Value:
    """The value of one answer. Raises ValueError with the reason."""
    if answer is None or answer == UNKNOWN:
        return UNKNOWN if question.kind != "multi" else (UNKNOWN,)
    if question.kind == "date":
        return _day(answer)
    if question.kind == "multi":
        return tuple(_several(question, answer))
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    if answer not in _values(question):
        raise ValueError(f"{answer!r} is not a possible answer.")
    return str(answer)


def _day(answer: object) -> Value:
    if isinstance(answer, datetime) or not isinstance(answer, str | date):
        raise ValueError(f"{answer!r} is not a day.")
    if isinstance(answer, date) or answer == "no":
        return answer
    # Stricter than Python, which reads week dates and days without dashes as well.
    if not DAY.fullmatch(answer):
        raise ValueError(f"{answer!r} is not a day.")
    try:
        return date.fromisoformat(answer)
    except ValueError as fault:
        raise ValueError(f"{answer!r} is not in the calendar.") from fault


def _several(question: Question, answer: object) -> Iterator[str]:
    items = [answer] if isinstance(answer, str) else answer
    if not isinstance(items, list | tuple | set | frozenset) or not items:
        raise ValueError(f"{answer!r} is not a list of choices.")
    order = (*_values(question), UNKNOWN)
    # LIMIT: every other answer that is tried reads all answers again.
    if len(items) > len(order):
        raise ValueError("More choices are named than there are.")
    wrong = [item for item in items if item not in order]
    if wrong:
        raise ValueError(f"{wrong!r} are not possible answers.")
    if "none" in items and len(items) > 1:
        raise ValueError("'none' cannot stand beside another choice.")
    yield from (item for item in order if item in items)


def _values(question: Question) -> tuple[str, ...]:
    if question.kind == "yes_no":
        return ("yes", "no")
    return tuple(choice.id for choice in question.choices)


def _possible(question: Question) -> str:
    if question.kind == "date":
        return "Give a day as YYYY-MM-DD, 'no' or 'not_established'."
    some = "Choose one or several of" if question.kind == "multi" else "Choose one of"
    return f"{some}: {', '.join((*_values(question), UNKNOWN))}."


def _unknown(name: str, questions: Mapping[str, Question]) -> Problem:
    stem = str(name)[:4]
    near = [item for item in questions if item.startswith(stem)]
    fix = f"Did you mean {', '.join(near)}?" if near else "See 'questions --all'."
    return Problem(str(name), "no question has this id.", fix)

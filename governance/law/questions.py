"""Which questions the answers so far make necessary.

A question is due when it is unanswered and the outcome of some provision still hangs
on it. Gates come first: what hangs on a gate is asked only once the gate is answered,
and then also when the answer is "I cannot tell". So scope and purpose open the few
provisions that can matter; Art. 6(3) is asked only where Annex III may be met; dates
only where a finding has a transition. When the list is empty, nothing is left to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from governance.law.check import ROLES
from governance.law.classify import choose_edition
from governance.law.facts import Facts, sources
from governance.law.load import law
from governance.law.logic import All, Any, Atom, Expr, Not, Truth
from governance.law.model import SCREENING, Answers, Law, Question
from governance.law.rules import Rule, following, rules
from governance.law.timing import (
    CHANGED,
    PLACED,
    PUBLIC,
    fits,
    placed_before,
    relevant,
)


def questions(answers: Answers, on: date, edition: str | None = None) -> list[Question]:
    """The questions that are due now, in the order of asking; empty when done.

    Those of the screening come first; what only refines a verdict is due when none of
    them is left. Raises AnswersInvalid and EditionUnknown.
    """
    chosen, _ = choose_edition(on, edition)
    facts = Facts(answers, law().questions)
    due = {asking for fact in due_facts(facts, chosen) for asking in asks(fact)}
    found = [item for item in law().questions.values() if item.id in due]
    return [item for item in found if item.stage == SCREENING] or found


def asks(fact: str) -> tuple[str, ...]:
    """The question that asks for a fact: its own, or the one it is asked with."""
    return sources(law().questions[fact].asked_with) or (fact,)


def answered(answers: Answers) -> list[Question]:
    """The questions that were answered themselves, in the order of asking."""
    facts = Facts(answers, law().questions)
    return [item for item in law().questions.values() if item.id in facts.values]


def every_question() -> list[Question]:
    """All questions of all editions, in the order of asking."""
    return list(law().questions.values())


def due_facts(facts: Facts, edition: str) -> Iterator[str]:
    """The questions that are due, by their ids; some more than once.

    Roles matter only where the Act reaches the system or the model.
    """
    reached = False
    for rule in rules(edition):
        yield from due_in(rule.within, facts)
        if facts.decided(rule.within) is Truth.NO:
            continue
        reached = reached or bool(rule.provision.within)
        due = due_in(rule.core, facts)
        yield from due
        if due or facts.decided(rule.core) is Truth.NO:
            continue
        for condition, _ in rule.disputes:
            yield from due_in(condition, facts)
        for _, condition in following(rule.kind, edition):
            yield from due_in(condition, facts)
        yield from _about_dates(rule, edition, facts)
    if reached and not facts.answered(ROLES):
        yield ROLES


def due_in(expr: Expr, facts: Facts) -> list[str]:
    """The unanswered questions of an undecided condition that may be asked now."""
    if facts.decided(expr) is not Truth.UNKNOWN:
        return []
    if isinstance(expr, Atom):
        fact = expr.name.partition(".")[0]
        return [] if facts.answered(fact) else [fact]
    if isinstance(expr, Not):
        return due_in(expr.part, facts)
    found: list[str] = []
    for part in expr.parts:
        due = due_in(part, facts)
        found += due
        if stops(expr, due):
            break
    return found


def _screened(due: Iterable[str]) -> bool:
    """Whether the screening still has something to ask; the rest never holds it up."""
    asking = (law().questions[item] for fact in due for item in asks(fact))
    return any(question.stage == SCREENING for question in asking)


def stops(expr: All | Any, due: Sequence[str]) -> bool:
    """Whether what comes after waits for questions of the parts before it."""
    gates = law().questions
    gated = isinstance(expr, All) and any(gates[fact].gate for fact in due)
    return (gated or expr.strict) and _screened(due)


def _about_dates(rule: Rule, edition: str, facts: Facts) -> Iterator[str]:
    """Facts on which the day hangs, for a finding that is likely."""
    data: Law = law()
    for item in relevant(data, rule.provision.route, edition):
        grace = item.grace[edition]
        if facts.decided(item.only_if) is Truth.NO:
            continue
        if not any(facts.answered(fact) for fact in PLACED):
            yield PLACED[0]
        elif placed_before(facts, grace.cutoff) is not Truth.NO:
            yield from due_in(item.only_if, facts)
            if item.design_change and fits(item, grace, facts) is not Truth.NO:
                yield from (f for f in (PUBLIC, CHANGED) if not facts.answered(f))

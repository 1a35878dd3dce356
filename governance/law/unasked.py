"""Where each question stands: answered, due, waiting for another, or ruled out.

Most questions are never asked. Here it says why: in every condition in which a question
occurs, the smallest part that was decided without it names the facts that did so; a
part that waits for a gate, or for what must be settled first, names those questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from governance.law.check import ROLES
from governance.law.classify import choose_edition, steps
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import (
    ALWAYS,
    Atom,
    Expr,
    Not,
    Trace,
    Truth,
    names,
    replaced,
    trace,
)
from governance.law.model import Answers, Transition
from governance.law.questions import (
    asks,
    due_facts,
    due_in,
    questions,
    stops,
)
from governance.law.rules import Rule, following, rules, terms
from governance.law.timing import CHANGED, PLACED, PUBLIC, relevant
from governance.law.verdict import Step

DATES = (PLACED[0], CHANGED, PUBLIC)


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A question that is not due, and why.

    `because`: the answers that ruled it out. `waits_for`: the questions that come
    first.
    """

    fact: str
    question: str
    because: tuple[Step, ...]
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Every question of an edition: answered, due, or not asked and why."""

    answered: tuple[str, ...]
    due: tuple[str, ...]
    not_asked: tuple[NotAsked, ...]


@dataclass(slots=True)
class _Case:
    """One set of answers by the law of an edition, and what was weighed once."""

    facts: Facts
    edition: str
    traced: dict[int, Trace] = field(default_factory=dict)
    waiting: dict[int, list[str]] = field(default_factory=dict)

    def open(self, expr: Expr) -> bool:
        """Whether a condition is undecided."""
        return self.facts.decided(expr) is Truth.UNKNOWN

    def due(self, expr: Expr) -> list[str]:
        """The questions that a condition asks now."""
        if id(expr) not in self.waiting:
            self.waiting[id(expr)] = due_in(expr, self.facts)
        return self.waiting[id(expr)]


@dataclass(slots=True)
class _Why:
    """What keeps one question from being asked, as far as it is known."""

    fact: str
    case: _Case
    reasons: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    def decided(self, expr: Expr) -> None:
        """A decided condition gives the reason."""
        case = self.case
        self.reasons += trace(expr, case.facts.given, case.traced).reasons


def standing(answers: Answers, on: date, edition: str | None = None) -> Standing:
    """Where each question of an edition stands, in the order of asking.

    What may be answered and is never asked for is left out until it is answered, and
    so are facts that are asked with others. Raises AnswersInvalid and EditionUnknown.
    """
    chosen, _ = choose_edition(on, edition)
    facts = Facts(answers, law().questions)
    case = _Case(facts, chosen)
    now = tuple(question.id for question in questions(answers, on, chosen))
    later = {name for fact in due_facts(facts, chosen) for name in asks(fact)}
    left = [
        name
        for name in law().questions
        if name in _settles(chosen) and name not in {*now, *facts.values}
    ]
    return Standing(
        answered=tuple(name for name in law().questions if name in facts.values),
        due=now,
        not_asked=tuple(
            # What only refines a verdict waits until the screening is done.
            NotAsked(name, law().questions[name].text, (), now)
            if name in later
            else _not_asked(name, case)
            for name in left
        ),
    )


def _not_asked(name: str, case: _Case) -> NotAsked:
    found = [_Why(fact, case) for fact in _settles(case.edition)[name]]
    for why in found:
        if case.facts.answered(why.fact):
            why.reasons.append(why.fact)
            continue
        for rule in _where(case.edition)[why.fact]:
            _look(rule, why)
    waits = [asking for why in found for fact in why.waits for asking in asks(fact)]
    return NotAsked(
        fact=name,
        question=law().questions[name].text,
        because=tuple(steps([r for why in found for r in why.reasons], case.facts)),
        waits_for=tuple(dict.fromkeys(waits)),
    )


def _look(rule: Rule, why: _Why) -> None:
    """Why a rule does not ask for a fact: its scope, its condition, or what follows."""
    case = why.case
    for expr in (rule.within, rule.core):
        if why.fact in _inside(expr):
            _descend(expr, why)
            return
        if case.facts.decided(expr) is Truth.NO:
            why.decided(expr)
            return
    if due := case.due(rule.core):
        why.waits += due
        return
    _look_behind(rule, why)


def _look_behind(rule: Rule, why: _Why) -> None:
    """Why a settled finding does not ask for what only its duties and days need."""
    case = why.case
    conditions = [condition for condition, _ in rule.disputes]
    conditions += [condition for _, condition in following(rule.kind, case.edition)]
    for condition in conditions:
        if why.fact in _inside(condition):
            _descend(condition, why)
    for item in relevant(law(), rule.provision.route, case.edition):
        if why.fact in _dated(item):
            _undated(item, why)


def _undated(item: Transition, why: _Why) -> None:
    """Why a transition does not ask for a fact."""
    case = why.case
    placed = [name for name in PLACED if case.facts.answered(name)]
    if case.facts.decided(item.only_if) is Truth.NO:
        why.decided(item.only_if)
    elif not placed:
        why.waits.append(PLACED[0])
    else:
        why.reasons += placed


def _descend(expr: Expr, why: _Why) -> None:
    """Find the smallest part with the fact that was decided, or waits, without it."""
    if isinstance(expr, Not):
        _descend(expr.part, why)
    if isinstance(expr, Not | Atom):
        return
    case, before = why.case, list[str]()
    for part in expr.parts:
        if why.fact in _inside(part):
            if not case.open(part) or (case.open(expr) and not stops(expr, before)):
                _descend(part, why)
            elif case.open(expr):
                why.waits += before
            else:
                why.decided(expr)
        if not stops(expr, before):
            before += case.due(part)


@cache
def _where(edition: str) -> dict[str, list[Rule]]:
    """The rules that themselves need a fact, for every fact of an edition.

    What a rule needs only because it asks whether there are other findings is theirs.
    """
    found: dict[str, list[Rule]] = {ROLES: []}
    for rule in rules(edition):
        if rule.id == rule.provision.id:
            found[ROLES] += [rule] if rule.provision.within else []
            for fact in dict.fromkeys(_needed(rule, edition)):
                found.setdefault(fact, []).append(rule)
    return found


@cache
def _settles(edition: str) -> dict[str, list[str]]:
    """The facts that each question settles, its own or those asked with it."""
    found: dict[str, list[str]] = {}
    for fact in _where(edition):
        for name in asks(fact):
            found.setdefault(name, []).append(fact)
    return found


def _needed(rule: Rule, edition: str) -> Iterator[str]:
    item, words = rule.provision, terms(edition)
    own = [item.logic[edition], item.disputed_if.get(edition, ALWAYS)]
    if item.derogation:
        own += [words["exemption_ground"], words["exemption_doubt"]]
    conditions = [rule.within, *(replaced(expr, words) for expr in own)]
    conditions += [expr for _, expr in following(rule.kind, edition)]
    for expr in conditions:
        yield from (fact for fact in _inside(expr) if fact in law().questions)
    if item.lawful_if:
        yield item.lawful_if
    for transition in relevant(law(), item.route, edition):
        yield from _dated(transition)


def _dated(item: Transition) -> Iterable[str]:
    """The facts that a transition needs."""
    dates = DATES if item.design_change else DATES[:1]
    return (*dates, *_inside(item.only_if))


_FACTS: dict[int, tuple[Expr, tuple[str, ...]]] = {}


def _inside(expr: Expr) -> tuple[str, ...]:
    """The facts in a condition; each condition is looked through once."""
    known = _FACTS.get(id(expr))
    if known is None:
        found = dict.fromkeys(name.partition(".")[0] for name in names(expr))
        known = _FACTS[id(expr)] = expr, tuple(found)
    return known[1]

"""What rests on draft guidance alone: by the Act's text it would come out otherwise."""

from __future__ import annotations

from functools import cache

from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import Memo, Trace, Truth, names, trace, value
from governance.law.model import Guidance
from governance.law.rules import Rule, rules


class Guided:
    """One system under one edition, weighed without what only guidance asks."""

    def __init__(self, edition: str, facts: Facts) -> None:
        self._edition, self._facts = edition, facts
        # Where an answer follows guidance, the text of the Act would have another.
        self._followed = {
            fact
            for fact, said in _guided().items()
            if facts.given(fact) not in (Truth.UNKNOWN, said.otherwise)
        }
        self._by_text: dict[tuple[str, ...], Memo] = {}

    def status(self, rule: Rule, found: Trace) -> str:
        """The status of the guidance without which a rule would come out otherwise.

        Empty where the text of the Act is enough. `found` is what the rule came to.
        """
        if silence(self._edition)[id(rule.expr)] is found:
            return _in_silence(self._edition)[rule.id]
        return self.weighed(rule, found)

    def weighed(self, rule: Rule, found: Trace) -> str:
        """The same, always weighed anew."""
        text = {
            fact: Truth(_guided()[fact].otherwise)
            for fact in _guided_in(self._edition)[rule.id]
            if fact in self._followed or fact in found.open
        }
        if not text:
            return ""
        # ORDER: what is weighed by the text holds for rules with the same facts.
        memo = self._by_text.setdefault(tuple(text), {})
        alone = value(rule.expr, lambda a: text.get(a) or self._facts.truth(a), memo)
        if alone is found.truth:
            return ""
        return next(iter(_guided()[fact].status for fact in text))


@cache
def silence(edition: str) -> dict[int, Trace]:
    """What each condition comes to while no question is answered, by its identity.

    What nobody has answered anything about comes to the very same trace.
    """
    traces: dict[int, Trace] = {}
    nothing = _nothing()
    for rule in rules(edition):
        trace(rule.expr, nothing.truth, traces)
    return traces


@cache
def _in_silence(edition: str) -> dict[str, str]:
    """What hangs on guidance while no question is answered, by rule."""
    guided, traces = Guided(edition, _nothing()), silence(edition)
    return {
        rule.id: guided.weighed(rule, traces[id(rule.expr)]) for rule in rules(edition)
    }


def _nothing() -> Facts:
    return Facts({}, law().questions)


@cache
def _guided() -> dict[str, Guidance]:
    """The facts that matter by guidance and not by the text of the Act."""
    questions = law().questions.values()
    return {item.id: item.guidance for item in questions if item.guidance}


@cache
def _guided_in(edition: str) -> dict[str, tuple[str, ...]]:
    """For each rule the guided facts that its condition names."""
    return {
        rule.id: tuple(sorted(_guided().keys() & set(names(rule.expr))))
        for rule in rules(edition)
    }

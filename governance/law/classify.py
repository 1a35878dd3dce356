"""What the Act makes of a system: answers in, a set of findings out.

The order of the questions, and why:

1. Does it infer at all, and does the Act reach it (Art. 3(1), 2)? Else nothing follows.
2. Annex III, then Art. 5: a prohibited practice is never merely high-risk, and an
   exclusion that points to Art. 5 never removes a system from both lists, so both are
   tested and both reported.
3. Art. 6(1), Art. 50, models: independent regimes; every one that applies is reported.
4. Art. 6(3) only for what Annex III catches; the exemption is a finding of its own.

A verdict is a set, and the day never hides a finding: one that bites later says from
when. A condition that is not decided gives a finding with confidence "not established"
and the facts it hangs on; an unknown fact is never read as "no".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from governance.law.check import ROLES
from governance.law.facts import Facts
from governance.law.load import edition_on, law
from governance.law.logic import Memo, Trace, Truth, replaced, trace, value
from governance.law.model import (
    Answers,
    Confidence,
    Consequence,
    Guidance,
    Kind,
    Provision,
    Window,
)
from governance.law.rules import Rule, meanings, rules
from governance.law.timing import window
from governance.law.verdict import Duty, Finding, Missing, Ruled, Step, Verdict
from governance.law.words import DRAFT, headline, label, timing

DATELESS = frozenset({Kind.OUT_OF_SCOPE, Kind.NOT_AI, Kind.NOT_PERMITTED})


class EditionUnknown(ValueError):
    """An edition was asked for that the data does not hold."""


def classify(answers: Answers, on: date, edition: str | None = None) -> Verdict:
    """The findings for a system on a day.

    `edition` None means the law in force on `on`; any other edition is marked
    hypothetical. Raises AnswersInvalid and EditionUnknown.
    """
    return verdict_of(Facts(answers, law().questions), on, edition)


def verdict_of(facts: Facts, on: date, edition: str | None = None) -> Verdict:
    """The same from answers that were read before. Raises EditionUnknown."""
    chosen, hypothetical = choose_edition(on, edition)
    case = _Case(chosen, on, facts)
    memo: dict[int, Trace] = {}
    of = case.facts.truth
    traced = [(rule, trace(rule.expr, of, memo)) for rule in rules(chosen)]
    findings = tuple(
        _finding(rule, found, case)
        for rule, found in traced
        if found.truth is not Truth.NO
    )
    missing = {item.fact: item for f in findings for item in f.missing}
    return Verdict(
        on=on,
        edition=chosen,
        hypothetical=hypothetical,
        rules=law().digest[:16],
        headline=headline(findings, tuple(missing)),
        findings=findings,
        ruled_out=tuple(_ruled(traced, case)),
        open_facts=tuple(missing.values()),
        status_unknown_after=law().source.status_unknown_after,
    )


class _Case:
    """One system on one day under one edition; remembers the dates it worked out."""

    def __init__(self, edition: str, on: date, facts: Facts) -> None:
        self.edition, self.on, self.facts = edition, on, facts
        self._spans: dict[tuple[str, str], Window] = {}
        # What the text of the Act alone would have, where an answer follows guidance.
        self._text = {
            fact: Truth(said.otherwise)
            for fact, said in _guided().items()
            if facts.given(fact) not in (Truth.UNKNOWN, said.otherwise)
        }
        self._by_text: Memo = {}

    def guidance(self, rule: Rule, found: Trace) -> str:
        """The status of the guidance without which a rule would come out otherwise;
        empty where the text of the Act is enough."""
        open_ = [fact for fact in found.open if fact in _guided()]
        text = self._text | {fact: Truth(_guided()[fact].otherwise) for fact in open_}
        if not text:
            return ""
        # ORDER: what an open fact adds holds for this rule alone.
        memo: Memo = {} if open_ else self._by_text
        alone = value(rule.expr, lambda a: text.get(a) or self.facts.truth(a), memo)
        if alone is found.truth:
            return ""
        return next(iter(_guided()[fact].status for fact in text))

    def span(self, route: str, applies: str) -> Window:
        key = (route, applies)
        if key not in self._spans:
            when = (self.edition, self.on, self.facts)
            self._spans[key] = window(law(), route, applies, when)
        return self._spans[key]


@cache
def _guided() -> dict[str, Guidance]:
    """The facts that matter by guidance and not by the text of the Act."""
    questions = law().questions.values()
    return {item.id: item.guidance for item in questions if item.guidance}


def choose_edition(on: date, edition: str | None) -> tuple[str, bool]:
    """The edition to use, and whether it is not the law on that day."""
    standing = edition_on(on)
    known = [item.id for item in law().editions]
    if edition is not None and edition not in known:
        raise EditionUnknown(f"no edition {edition!r}; there are {', '.join(known)}")
    return edition or standing, (edition or standing) != standing


def _finding(rule: Rule, found: Trace, case: _Case) -> Finding:
    item, on, facts = rule.provision, case.on, case.facts
    dispute = _dispute(rule, facts) if found.truth is Truth.YES else ""
    confidence = Confidence.DISPUTED if dispute else Confidence.ESTABLISHED
    if found.truth is Truth.UNKNOWN:
        confidence = Confidence.NOT_ESTABLISHED
    span = case.span(item.route, item.applies)
    unless = _unless(rule, facts) if found.truth is Truth.UNKNOWN else ()
    guidance = case.guidance(rule, found)
    drafted = DRAFT if guidance and confidence is Confidence.ESTABLISHED else ""
    return Finding(
        id=rule.id,
        provision=item.id,
        kind=rule.kind,
        citation=rule.full,
        title=item.title,
        says=item.says,
        confidence=confidence,
        applies_from=span.earlier,
        applies_from_later=span.later,
        applies_now=span.earlier is not None and span.earlier <= on,
        label=drafted + label(rule, confidence, span, (on, unless)),
        timing=timing(span, on) if rule.kind not in DATELESS else "",
        bearers=item.bearers,
        concerns_us=_ours(item, facts),
        steps=tuple(steps(found.reasons, facts)),
        missing=tuple(_missing(found.open)),
        duties=tuple(_duties(rule, case)),
        dispute=dispute,
        unless=unless,
        guidance=guidance or (item.guidance if dispute == item.dispute else ""),
    )


def _unless(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """The open exceptions of a finding on which alone it hangs, in words."""
    if not rule.exceptions or value(rule.elements, facts.truth) is not Truth.YES:
        return ()
    unknown = Truth.UNKNOWN
    return tuple(
        says for expr, says in rule.exceptions if value(expr, facts.truth) is unknown
    )


def _dispute(rule: Rule, facts: Facts) -> str:
    """Why a finding is open to dispute, or nothing."""
    for condition, why in rule.disputes:
        if value(condition, facts.truth) is Truth.YES:
            return why
    return ""


def _ours(item: Provision, facts: Facts) -> Truth:
    """Whether a duty falls on us, by the roles that were answered."""
    held = [
        facts.given(f"{ROLES}.{choice.id}")
        for choice in law().questions[ROLES].choices
        if {choice.id, choice.also} & set(item.bearers)
    ]
    if Truth.YES in held:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in held else Truth.NO


def _asked(atoms: Iterable[str]) -> Iterable[str]:
    """The questions behind facts, each once, in order."""
    return dict.fromkeys(atom.partition(".")[0] for atom in atoms)


def steps(atoms: Iterable[str], facts: Facts) -> Iterable[Step]:
    """What was answered to the questions behind facts, each once."""
    for fact in _asked(atoms):
        question = law().questions[fact]
        yield Step(
            fact=fact,
            question=question.text,
            answer=facts.wording(fact),
            citation=question.citation,
            assumed=facts.assumed(fact) is not None,
        )


def _missing(atoms: Iterable[str]) -> Iterable[Missing]:
    return (_unknown(fact) for fact in _asked(atoms))


@cache
def _unknown(fact: str) -> Missing:
    question = law().questions[fact]
    return Missing(fact, question.text, question.who_knows)


def _duties(rule: Rule, case: _Case) -> Iterable[Duty]:
    for item in law().consequences.get(rule.kind, ()):
        truth = _follows(item, case.edition, case.facts)
        if truth is Truth.NO:
            continue
        span = case.span(rule.provision.route, item.applies)
        certain = truth is Truth.YES
        yield Duty(item.citation, item.text, span.earlier, span.later, certain)


def _follows(item: Consequence, edition: str, facts: Facts) -> Truth:
    if item.logic is None:
        return Truth.YES
    return value(replaced(item.logic[edition], meanings(edition)), facts.truth)


def _ruled(traced: Iterable[tuple[Rule, Trace]], case: _Case) -> Iterable[Ruled]:
    for rule, found in traced:
        if found.truth is Truth.NO and rule.id == rule.provision.id:
            because = tuple(_asked(found.reasons))
            guidance = case.guidance(rule, found)
            yield Ruled(rule.id, rule.full, rule.provision.title, because, guidance)

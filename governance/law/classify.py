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
from functools import cache, lru_cache

from governance.law.check import ROLES
from governance.law.facts import Facts
from governance.law.guidance import Guided, silence
from governance.law.load import edition_on, law
from governance.law.logic import Expr, Memo, Trace, Truth, trace, value
from governance.law.model import (
    Answers,
    Confidence,
    Kind,
    Window,
)
from governance.law.rules import Rule, following, resting_on, rules
from governance.law.timing import window
from governance.law.verdict import Duty, Finding, Missing, Ruled, Step, Verdict
from governance.law.words import DRAFT, headline, label, timing

Outcome = Finding | Ruled | None
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
    told = outcomes(rules(chosen), facts, on, chosen).values()
    findings = tuple(item for item in told if isinstance(item, Finding))
    missing = {item.fact: item for f in findings for item in f.missing}
    return Verdict(
        on=on,
        edition=chosen,
        hypothetical=hypothetical,
        rules=law().digest[:16],
        headline=headline(findings, tuple(missing)),
        findings=findings,
        ruled_out=tuple(item for item in told if isinstance(item, Ruled)),
        open_facts=tuple(missing.values()),
        status_unknown_after=law().source.status_unknown_after,
    )


def outcomes(
    weighed: Iterable[Rule], facts: Facts, on: date, edition: str
) -> dict[str, Outcome]:
    """What some of the possible findings come to, by their ids, in their order."""
    case = _Case(edition, on, facts)
    return {rule.id: _outcome(rule, case) for rule in weighed}


def _outcome(rule: Rule, case: _Case) -> Outcome:
    found = trace(rule.expr, case.facts.truth, case.traces)
    if found.truth is not Truth.NO:
        return _finding(rule, found, case)
    return _ruled(rule, found, case) if rule.id == rule.provision.id else None


class _Case:
    """One system on one day under one edition; remembers the dates it worked out."""

    def __init__(self, edition: str, on: date, facts: Facts) -> None:
        self.edition, self.on, self.facts = edition, on, facts
        # What nobody has answered anything about comes out as it does in silence.
        self.traces = dict(silence(edition))
        for fact in facts.values:
            for part in resting_on(edition).get(fact, ()):
                self.traces.pop(part, None)
        self._values: Memo = {}
        self._spans: dict[tuple[str, str], Window] = {}
        self._steps: dict[str, Step] = {}
        self._ours: dict[tuple[str, ...], Truth] = {}
        self._duties: dict[tuple[Kind, str], tuple[Duty, ...]] = {}
        self.guided = Guided(edition, facts)

    def truth(self, condition: Expr) -> Truth:
        """The truth of a condition; each part is weighed once."""
        return value(condition, self.facts.truth, self._values)

    def span(self, route: str, applies: str) -> Window:
        key = (route, applies)
        if key not in self._spans:
            when = (self.edition, self.on, self.facts)
            self._spans[key] = window(law(), route, applies, when)
        return self._spans[key]

    def step(self, fact: str) -> Step:
        """What was answered to a question, said once for all findings."""
        if fact not in self._steps:
            self._steps[fact] = _step(fact, self.facts)
        return self._steps[fact]

    def ours(self, bearers: tuple[str, ...]) -> Truth:
        """Whether a duty falls on us, by the roles that were answered."""
        if bearers not in self._ours:
            held = [
                self.facts.given(f"{ROLES}.{choice.id}")
                for choice in law().questions[ROLES].choices
                if {choice.id, choice.also} & set(bearers)
            ]
            sure = Truth.YES if Truth.YES in held else Truth.NO
            self._ours[bearers] = (
                Truth.UNKNOWN if (sure is Truth.NO and Truth.UNKNOWN in held) else sure
            )
        return self._ours[bearers]

    def duties(self, kind: Kind, route: str) -> tuple[Duty, ...]:
        """What follows from a finding: the same for all of a kind and a route."""
        key = (kind, route)
        if key not in self._duties:
            self._duties[key] = tuple(_duties(kind, route, self))
        return self._duties[key]


def choose_edition(on: date, edition: str | None) -> tuple[str, bool]:
    """The edition to use, and whether it is not the law on that day."""
    standing = edition_on(on)
    known = [item.id for item in law().editions]
    if edition is not None and edition not in known:
        raise EditionUnknown(f"no edition {edition!r}; there are {', '.join(known)}")
    return edition or standing, (edition or standing) != standing


def _finding(rule: Rule, found: Trace, case: _Case) -> Finding:
    item, on = rule.provision, case.on
    dispute = _dispute(rule, case) if found.truth is Truth.YES else ""
    confidence = Confidence.DISPUTED if dispute else Confidence.ESTABLISHED
    if found.truth is Truth.UNKNOWN:
        confidence = Confidence.NOT_ESTABLISHED
    span = case.span(item.route, item.applies)
    unless = _unless(rule, case) if found.truth is Truth.UNKNOWN else ()
    guidance = case.guided.status(rule, found)
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
        concerns_us=case.ours(item.bearers),
        steps=tuple(case.step(fact) for fact in _asked(found.reasons)),
        missing=_missing(found.open),
        duties=case.duties(rule.kind, item.route),
        dispute=dispute,
        unless=unless,
        guidance=guidance or (item.guidance if dispute == item.dispute else ""),
    )


def _unless(rule: Rule, case: _Case) -> tuple[str, ...]:
    """The open exceptions of a finding on which alone it hangs, in words."""
    if not rule.exceptions or case.truth(rule.elements) is not Truth.YES:
        return ()
    return tuple(
        says for expr, says in rule.exceptions if case.truth(expr) is Truth.UNKNOWN
    )


def _dispute(rule: Rule, case: _Case) -> str:
    """Why a finding is open to dispute, or nothing."""
    for condition, why in rule.disputes:
        if case.truth(condition) is Truth.YES:
            return why
    return ""


@lru_cache(maxsize=4096)
def _asked(atoms: tuple[str, ...]) -> tuple[str, ...]:
    """The questions behind facts, each once, in order."""
    return tuple(dict.fromkeys(atom.partition(".")[0] for atom in atoms))


def steps(atoms: Iterable[str], facts: Facts) -> Iterable[Step]:
    """What was answered to the questions behind facts, each once."""
    return (_step(fact, facts) for fact in _asked(tuple(atoms)))


def _step(fact: str, facts: Facts) -> Step:
    question = law().questions[fact]
    return Step(
        fact=fact,
        question=question.text,
        answer=facts.wording(fact),
        citation=question.citation,
        assumed=facts.assumed(fact) is not None,
    )


@lru_cache(maxsize=4096)
def _missing(atoms: tuple[str, ...]) -> tuple[Missing, ...]:
    return tuple(_unknown(fact) for fact in _asked(atoms))


@cache
def _unknown(fact: str) -> Missing:
    question = law().questions[fact]
    return Missing(fact, question.text, question.who_knows)


def _duties(kind: Kind, route: str, case: _Case) -> Iterable[Duty]:
    for item, condition in following(kind, case.edition):
        truth = case.truth(condition)
        if truth is not Truth.NO:
            span = case.span(route, item.applies)
            certain = truth is Truth.YES
            yield Duty(item.citation, item.text, span.earlier, span.later, certain)


def _ruled(rule: Rule, found: Trace, case: _Case) -> Ruled:
    because = _asked(found.reasons)
    guidance = case.guided.status(rule, found)
    return Ruled(rule.id, rule.full, rule.provision.title, because, guidance)

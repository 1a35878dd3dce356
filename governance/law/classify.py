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

from governance.law.facts import Facts
from governance.law.load import edition_on, law
from governance.law.logic import Expr, Truth, open_names, reasons, replaced, value
from governance.law.model import Answers, Confidence, Consequence, Kind, Provision
from governance.law.rules import Rule, meanings, rules
from governance.law.timing import window
from governance.law.verdict import Duty, Finding, Missing, Ruled, Step, Verdict
from governance.law.words import headline, label, timing

ROLES = "our_roles"
DATELESS = frozenset({Kind.OUT_OF_SCOPE, Kind.NOT_AI})


class EditionUnknown(ValueError):
    """An edition was asked for that the data does not hold."""


def classify(answers: Answers, on: date, edition: str | None = None) -> Verdict:
    """The findings for a system on a day.

    `edition` None means the law in force on `on`; any other edition is marked
    hypothetical. Raises AnswersInvalid and EditionUnknown.
    """
    chosen, hypothetical = choose_edition(on, edition)
    facts = Facts(answers, law().questions)
    when = (chosen, on, facts)
    truths = [(rule, value(rule.expr, facts.truth)) for rule in rules(chosen)]
    findings = tuple(
        _finding(rule, truth, when) for rule, truth in truths if truth is not Truth.NO
    )
    missing = {item.fact: item for f in findings for item in f.missing}
    return Verdict(
        on=on,
        edition=chosen,
        hypothetical=hypothetical,
        rules=law().digest[:16],
        headline=headline(findings, tuple(missing)),
        findings=findings,
        ruled_out=tuple(_ruled(truths, facts)),
        open_facts=tuple(missing.values()),
    )


def choose_edition(on: date, edition: str | None) -> tuple[str, bool]:
    """The edition to use, and whether it is not the law on that day."""
    standing = edition_on(on)
    known = [item.id for item in law().editions]
    if edition is not None and edition not in known:
        raise EditionUnknown(f"no edition {edition!r}; there are {', '.join(known)}")
    return edition or standing, (edition or standing) != standing


def _finding(rule: Rule, truth: Truth, when: tuple[str, date, Facts]) -> Finding:
    _, on, facts = when
    item = rule.provision
    dispute = _dispute(rule, facts) if truth is Truth.YES else ""
    confidence = Confidence.DISPUTED if dispute else Confidence.ESTABLISHED
    if truth is Truth.UNKNOWN:
        confidence = Confidence.NOT_ESTABLISHED
    span = window(law(), item.route, item.applies, when)
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
        label=label(rule, confidence, span, on),
        timing=timing(span, on) if rule.kind not in DATELESS else "",
        bearers=item.bearers,
        concerns_us=_ours(item, facts),
        steps=tuple(_steps(rule.expr, facts)),
        missing=tuple(_missing(rule.expr, facts)),
        duties=tuple(_duties(rule, when)),
        dispute=dispute,
    )


def _dispute(rule: Rule, facts: Facts) -> str:
    """Why a finding is open to dispute, or nothing."""
    for condition, why in rule.disputes:
        if value(condition, facts.truth) is Truth.YES:
            return why
    return ""


def _ours(item: Provision, facts: Facts) -> Truth:
    """Whether a duty falls on us, by the roles that were answered."""
    if not item.bearers:
        return Truth.UNKNOWN
    held = [facts.given(f"{ROLES}.{role}") for role in item.bearers]
    if Truth.YES in held:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in held else Truth.NO


def _asked(atoms: Iterable[str]) -> Iterable[str]:
    """The questions behind facts, each once, in order."""
    return dict.fromkeys(atom.partition(".")[0] for atom in atoms)


def _steps(expr: Expr, facts: Facts) -> Iterable[Step]:
    for fact in _asked(reasons(expr, facts.truth)):
        question = law().questions[fact]
        yield Step(
            fact=fact,
            question=question.text,
            answer=facts.wording(fact),
            citation=question.citation,
            assumed=facts.assumed(fact) is not None,
        )


def _missing(expr: Expr, facts: Facts) -> Iterable[Missing]:
    for fact in _asked(open_names(expr, facts.truth)):
        question = law().questions[fact]
        yield Missing(fact, question.text, question.who_knows)


def _duties(rule: Rule, when: tuple[str, date, Facts]) -> Iterable[Duty]:
    edition, _, facts = when
    for item in law().consequences.get(rule.kind, ()):
        truth = _follows(item, edition, facts)
        if truth is Truth.NO:
            continue
        span = window(law(), rule.provision.route, item.applies, when)
        certain = truth is Truth.YES
        yield Duty(item.citation, item.text, span.earlier, span.later, certain)


def _follows(item: Consequence, edition: str, facts: Facts) -> Truth:
    if item.logic is None:
        return Truth.YES
    return value(replaced(item.logic[edition], meanings(edition)), facts.truth)


def _ruled(truths: Iterable[tuple[Rule, Truth]], facts: Facts) -> Iterable[Ruled]:
    for rule, truth in truths:
        if truth is Truth.NO and rule.id == rule.provision.id:
            because = tuple(_asked(reasons(rule.expr, facts.truth)))
            yield Ruled(rule.id, rule.full, rule.provision.title, because)

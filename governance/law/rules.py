"""Provisions made ready for one edition: each possible finding with its condition.

A leaf of Annex III can lead to three findings, and the conditions say so:

- high-risk: the leaf is met, its use is lawful, and no ground of Art. 6(3) is claimed,
  or one is claimed while the risk is admitted (then it is disputed);
- exempt: met, lawful, a ground claimed, no risk admitted;
- not permitted: met, and the use is not lawful. "No" there is never "not high-risk".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from governance.law.load import law
from governance.law.logic import (
    ALWAYS,
    All,
    Any,
    Atom,
    Expr,
    Not,
    names,
    parsed,
    parts,
    replaced,
    shared,
)
from governance.law.model import Consequence, Kind, Provision
from governance.law.timing import ON_DATES

NEVER: Expr = Any(())
# Whom Art. 6(4) and 49(2) name; nobody else has a duty for an exempt system.
OF_EXEMPTION = ("provider", "authorised_representative")
CLAIMED = (
    "A ground of Art. 6(3) is claimed, but the output influences the decision or a "
    "significant risk is admitted. It is treated as high-risk."
)


@dataclass(frozen=True)
class Rule:
    """One possible finding: `expr` is `within` (the scope of the Act) and `core`.

    `elements` is the scope and the condition without its exceptions.
    """

    id: str
    kind: Kind
    provision: Provision
    full: str
    short: str
    within: Expr
    core: Expr
    disputes: tuple[tuple[Expr, str], ...]
    elements: Expr
    exceptions: tuple[tuple[Expr, str], ...] = ()

    @cached_property
    def expr(self) -> Expr:
        """The whole condition; one object, so that its outcome can be remembered."""
        return All((self.within, self.core))


@cache
def rules(edition: str) -> tuple[Rule, ...]:
    """Every possible finding of an edition, in the order of reporting."""
    return tuple(
        rule
        for provision in law().provisions
        if edition in provision.logic
        for rule in _of(provision, edition)
    )


@cache
def terms(edition: str) -> dict[str, Expr]:
    """Each term as a condition over facts alone."""
    waiting = {name: by[edition] for name, by in law().terms.items() if edition in by}
    known: dict[str, Expr] = {}
    # A term may use terms; as many rounds as there are terms unfold any order.
    for _ in waiting:
        known = {name: replaced(expr, known) for name, expr in waiting.items()}
    return known


@cache
def meanings(edition: str) -> dict[str, Expr]:
    """Each term, and each `kind.…`: that some provision of the kind is met."""
    plain = terms(edition)
    kinds: dict[Kind, list[Expr]] = {kind: [] for kind in Kind}
    for item in law().provisions:
        if edition in item.logic:
            kinds[item.kind].append(replaced(item.logic[edition], plain))
    return plain | {f"kind.{kind}": Any(tuple(mets)) for kind, mets in kinds.items()}


@cache
def following(kind: Kind, edition: str) -> tuple[tuple[Consequence, Expr], ...]:
    """The duties that are part of a finding of a kind, each with its condition."""
    words = meanings(edition)
    return tuple(
        (item, replaced(item.logic[edition], words) if item.logic else ALWAYS)
        for item in law().consequences.get(kind, ())
    )


@cache
def hanging_on(edition: str) -> dict[str, tuple[Rule, ...]]:
    """For each question the possible findings that an answer to it can change.

    Whom a finding concerns is left aside: that hangs on our roles, for all of them.
    """
    found: dict[str, list[Rule]] = {}
    for rule in rules(edition):
        for fact in dict.fromkeys(_behind(rule, edition)):
            found.setdefault(fact, []).append(rule)
    return {fact: tuple(several) for fact, several in found.items()}


@cache
def resting_on(edition: str) -> dict[str, frozenset[int]]:
    """For each question the parts of conditions, by identity, that it can change."""
    every = {id(part): part for rule in rules(edition) for part in parts(rule.expr)}
    found: dict[str, set[int]] = {}
    for known, part in every.items():
        for fact in {name.partition(".")[0] for name in names(part)}:
            for behind in _settling(fact):
                found.setdefault(behind, set()).add(known)
    return {fact: frozenset(several) for fact, several in found.items()}


def _behind(rule: Rule, edition: str) -> Iterator[str]:
    """The questions on which a finding, its dates and its duties hang."""
    route = rule.provision.route
    conditions = [rule.expr, rule.elements, *(expr for expr, _ in rule.disputes)]
    conditions += (expr for _, expr in following(rule.kind, edition))
    for item in law().transitions:
        if route in item.routes and edition in item.grace:
            conditions.append(item.only_if)
            yield from ON_DATES
    for fact in {name.partition(".")[0] for expr in conditions for name in names(expr)}:
        yield from _settling(fact)


@cache
def _settling(fact: str) -> frozenset[str]:
    """A question, and those whose answers settle it or say what is assumed of it."""
    question = law().questions[fact]
    told = [parsed(text) for text in (question.asked_with, question.assume_if) if text]
    others = {name.partition(".")[0] for expr in told for name in names(expr)}
    return frozenset({fact}).union(*(_settling(other) for other in others))


def _of(item: Provision, edition: str) -> tuple[Rule, ...]:
    words = meanings(edition)
    met = replaced(item.logic[edition], words)
    if item.in_order and isinstance(met, All):
        met = All(met.parts, strict=True)
    within = words[item.within] if item.within else ALWAYS
    lawful: Expr = shared(Atom(item.lawful_if)) if item.lawful_if else ALWAYS
    claim = words["exemption_ground"] if item.derogation else NEVER
    doubt = words["exemption_doubt"]
    open_question = replaced(item.disputed_if.get(edition, NEVER), words)
    disputes = ((open_question, item.dispute),)
    unclaimed = shared(Any((Not(claim), doubt), strict=True))
    stands = All((met, lawful, unclaimed), strict=True)
    plain = Rule(
        id=item.id,
        kind=item.kind,
        provision=item,
        full=item.citation.full,
        short=item.citation.short,
        within=within,
        core=stands if item.derogation or item.lawful_if else met,
        disputes=((claim, CLAIMED), *disputes) if item.derogation else disputes,
        elements=All((within, replaced(item.elements[edition], words))),
        exceptions=tuple(
            (replaced(one.logic, words), one.says) for one in item.exceptions
        ),
    )
    exempt = replace(
        plain,
        id=f"{item.id}.exempt",
        kind=Kind.DEROGATED,
        provision=replace(item, bearers=OF_EXEMPTION),
        full=f"Art. 6(3) with {item.citation.full}",
        short=f"Art. 6(3), {item.citation.short}",
        core=All((met, lawful, claim, shared(Not(doubt))), strict=True),
        disputes=disputes,
    )
    unlawful = replace(
        plain,
        id=f"{item.id}.unlawful",
        kind=Kind.NOT_PERMITTED,
        core=All((met, shared(Not(lawful))), strict=True),
        disputes=(),
    )
    extras = ((exempt, item.derogation), (unlawful, bool(item.lawful_if)))
    return (plain, *(rule for rule, wanted in extras if wanted))

"""Provisions made ready for one edition: each possible finding with its condition.

A leaf of Annex III can lead to three findings, and the conditions say so:

- high-risk: the leaf is met, its use is lawful, and no ground of Art. 6(3) is claimed,
  or one is claimed while the risk is admitted (then it is disputed);
- exempt: met, lawful, a ground claimed, no risk admitted;
- not permitted: met, and the use is not lawful. "No" there is never "not high-risk".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from governance.law.load import law
from governance.law.logic import ALWAYS, All, Any, Atom, Expr, Not, replaced
from governance.law.model import Kind, Provision

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


def _of(item: Provision, edition: str) -> tuple[Rule, ...]:
    words = meanings(edition)
    met = replaced(item.logic[edition], words)
    if item.in_order and isinstance(met, All):
        met = All(met.parts, strict=True)
    within = words[item.within] if item.within else ALWAYS
    lawful: Expr = Atom(item.lawful_if) if item.lawful_if else ALWAYS
    claim = words["exemption_ground"] if item.derogation else NEVER
    doubt = words["exemption_doubt"]
    open_question = replaced(item.disputed_if.get(edition, NEVER), words)
    disputes = ((open_question, item.dispute),)
    stands = All((met, lawful, Any((Not(claim), doubt), strict=True)), strict=True)
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
        core=All((met, lawful, claim, Not(doubt)), strict=True),
        disputes=disputes,
    )
    unlawful = replace(
        plain,
        id=f"{item.id}.unlawful",
        kind=Kind.NOT_PERMITTED,
        core=All((met, Not(lawful)), strict=True),
        disputes=(),
    )
    extras = ((exempt, item.derogation), (unlawful, bool(item.lawful_if)))
    return (plain, *(rule for rule, wanted in extras if wanted))

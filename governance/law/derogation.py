"""Art. 6(4): the record of an exemption, what it rests on, and what is still open.

The verdict decides whether an exemption is claimed; the rows art-6-4 and art-49-2 of
the duties say what follows. One condition of Art. 6(3) and no profiling are enough.
That no significant risk arises is stated in the record: unanswered it is an open task,
answered with "risk" the exemption is disputed and the system treated as high-risk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.law.duties import State, duties
from governance.law.elements import Due, Element, dues, outline
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import Truth
from governance.law.model import Answers, Confidence, Kind
from governance.law.rules import CLAIMED
from governance.law.verdict import Finding, Json, Verdict, plain

DUTY = "art-6-4"
STATED = ("influences_decision", "significant_risk")


class Claim(StrEnum):
    """How the exemption stands by the answers."""

    CLAIMED = "claimed"
    DISPUTED = "disputed"
    OPEN = "not_established"
    NONE = "no_claim"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of Art. 6(3): the question, what was answered, and where it stands."""

    fact: str
    question: str
    answer: Truth
    assumed: bool
    citation: str


@dataclass(frozen=True, slots=True)
class Derogation:
    """The answer for one operator; `state`: whether the record is this operator's."""

    on: date
    edition: str
    hypothetical: bool
    rules: str
    roles: tuple[str, ...]
    claim: Claim
    answer: str
    state: State
    applies_from: date | None
    findings: tuple[str, ...]
    facts: tuple[Fact, ...]
    open_tasks: tuple[str, ...]
    elements: tuple[Element, ...]
    steps: tuple[Due, ...]

    def as_json(self) -> Json:
        """Plain JSON values."""
        return plain(self)


def derogation(
    answers: Answers,
    roles: Sequence[str],
    on: date,
    edition: str | None = None,
    flags: Answers | None = None,
) -> Derogation:
    """What Art. 6(4) asks for a system that claims an exemption, and of whom.

    Raises AnswersInvalid, EditionUnknown and RoleUnknown.
    """
    found = duties(answers, roles, on, edition, flags)
    rows = {row.id: row for row in found.duties}
    facts = Facts(answers, law().questions)
    asked = outline("derogation")
    claim = _claim(found.verdict)
    row = rows.get(DUTY)
    state = row.state if row else State.NOT
    return Derogation(
        on=on,
        edition=found.edition,
        hypothetical=found.hypothetical,
        rules=found.rules,
        roles=found.roles,
        claim=claim,
        answer=_answer(claim, state),
        state=state,
        applies_from=row.applies_from if row else None,
        findings=tuple(item.label for item in _derogated(found.verdict)),
        facts=tuple(_facts(asked.elements, facts)),
        open_tasks=tuple(
            law().questions[fact].text
            for fact in STATED
            if claim is Claim.CLAIMED and facts.given(fact) is Truth.UNKNOWN
        ),
        elements=tuple(
            item
            for item in asked.elements
            if not item.fact or facts.truth(item.fact) is Truth.YES
        ),
        steps=dues(asked.steps, rows),
    )


def _derogated(verdict: Verdict) -> Iterator[Finding]:
    return (item for item in verdict.findings if item.kind is Kind.DEROGATED)


def _claim(verdict: Verdict) -> Claim:
    sure = {item.confidence for item in _derogated(verdict)}
    if sure - {Confidence.NOT_ESTABLISHED}:
        return Claim.CLAIMED
    if sure:
        return Claim.OPEN
    disputed = any(item.dispute == CLAIMED for item in verdict.findings)
    return Claim.DISPUTED if disputed else Claim.NONE


def _answer(claim: Claim, state: State) -> str:
    if claim is Claim.NONE:
        return "Art. 6(4) asks for no record: no exemption of Art. 6(3) is claimed."
    if claim is Claim.DISPUTED:
        return (
            "The exemption is disputed: a condition of Art. 6(3) is met, but the "
            "answers admit influence on the outcome or a significant risk. The system "
            "is treated as high-risk."
        )
    if claim is Claim.OPEN:
        return "Not established whether the exemption of Art. 6(3) holds."
    if state is State.NOT:
        return (
            "An exemption is claimed. The record is the provider's, and you are not "
            "named as one."
        )
    return (
        "An exemption of Art. 6(3) is claimed: write the assessment down before the "
        "system is placed on the market or put into service."
    )


def _facts(elements: Sequence[Element], facts: Facts) -> Iterator[Fact]:
    """Every question that the elements rest on, as it was answered."""
    questions = law().questions
    for fact in dict.fromkeys(name for item in elements for name in item.knows):
        if fact in questions:
            yield Fact(
                fact,
                questions[fact].text,
                facts.truth(fact),
                facts.assumed(fact) is not None,
                questions[fact].citation,
            )

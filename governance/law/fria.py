"""Art. 27: whether a fundamental rights impact assessment is owed, why, and from when.

The row art-27-1 of the duties decides; this only tells its outcome in a sentence and
puts the elements and steps of the assessment beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from governance.law.duties import Duty, State, duties
from governance.law.elements import Due, Element, dues, outline
from governance.law.model import Answers, Kind
from governance.law.verdict import Json, Verdict, plain

DUTY = "art-27-1"
POINT_2 = "annex-iii-2"


@dataclass(frozen=True, slots=True)
class Fria:
    """The answer for one deployer; `duty` None: none of the roles is a deployer's."""

    on: date
    edition: str
    hypothetical: bool
    rules: str
    roles: tuple[str, ...]
    state: State
    answer: str
    applies_from: date | None
    duty: Duty | None
    elements: tuple[Element, ...]
    steps: tuple[Due, ...]

    def as_json(self) -> Json:
        """Plain JSON values."""
        return plain(self)


def fria(
    answers: Answers,
    roles: Sequence[str],
    on: date,
    edition: str | None = None,
    flags: Answers | None = None,
) -> Fria:
    """Whether Art. 27(1) binds somebody with these roles and facts, on a day.

    Raises AnswersInvalid, EditionUnknown and RoleUnknown.
    """
    found = duties(answers, roles, on, edition, flags)
    rows = {row.id: row for row in found.duties}
    row = rows.get(DUTY)
    asked = outline("fria")
    return Fria(
        on=on,
        edition=found.edition,
        hypothetical=found.hypothetical,
        rules=found.rules,
        roles=found.roles,
        state=row.state if row else State.NOT,
        answer=_answer(row, found.verdict),
        applies_from=row.applies_from if row else None,
        duty=row,
        elements=tuple(item.worded(found.edition) for item in asked.elements),
        steps=dues(asked.steps, rows),
    )


def _answer(row: Duty | None, verdict: Verdict) -> str:
    if row is None:
        return "Art. 27 does not bind: it is a duty of deployers, and none is named."
    if row.state is State.NOT:
        return f"Art. 27 does not bind: {_because(verdict)}."
    if row.state is State.OPEN:
        facts = "; ".join(item.question for item in row.missing)
        return f"Not established whether Art. 27 binds. Missing: {facts}"
    binds = "binds" if row.state is State.BINDS else "will bind"
    return f"Art. 27 {binds}: assess before the first use. {row.when}"


def _because(verdict: Verdict) -> str:
    """The plain reason; the exact ones stand with the duty."""
    points = {
        finding.provision
        for finding in verdict.established
        if finding.kind is Kind.HIGH_RISK and finding.provision.startswith("annex-iii-")
    }
    if not points:
        return "the system is not high-risk by a point of Annex III"
    if all(point.startswith(POINT_2) for point in points):
        return "point 2 of Annex III, critical infrastructure, is left out"
    return (
        "the deployer is neither governed by public law nor a private provider of "
        "public services, and the system is not one of point 5(b) or 5(c)"
    )

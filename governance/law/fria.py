"""Art. 27: whether a fundamental rights impact assessment is owed, why, and from when.

The row art-27-1 of the duties decides; this only tells its outcome in a sentence and
puts the elements and steps of the assessment beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from governance.law.duties import Duty, State, duties
from governance.law.elements import Due, Element, dues, outline
from governance.law.model import Answers, Kind
from governance.law.verdict import Json, Verdict, plain

DUTY = "art-27-1"
LIVE = "art-5-2"
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
    row = sooner(rows[DUTY], rows) if DUTY in rows else None
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


def sooner(duty: Duty, rows: Mapping[str, Duty]) -> Duty:
    """The duty with the day of Art. 5(2), where a live identification has it earlier.

    Its assessment (Art. 27) and registration (Art. 49) are conditions of Art. 5, which
    applies since February 2025; Art. 111(2) puts nothing of that off.
    """
    live = rows.get(LIVE)
    named = (State.BINDS, State.LATER)
    if live is None or live.state not in named or duty.state is State.NOT:
        return duty
    return duty._replace(
        state=live.state,
        confidence=live.confidence,
        applies_from=live.applies_from,
        applies_from_later=live.applies_from_later,
        settled=live.settled,
        missing=(),
        when=f"By Art. 5(2), for each live identification, it {_low(live.when)} "
        f"By {duty.citation.partition(',')[0]} it {_low(duty.when)}",
    )


def _low(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


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

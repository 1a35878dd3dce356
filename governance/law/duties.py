"""What the Act asks of whom for a system, since when, and why.

`duties` takes the answers about a system and the roles that somebody has, and says of
every row of the catalogue that names one of these roles whether it binds:

- a row follows from findings of the verdict and from facts about the organisation; a
  fact that is missing leaves the row "not established", and is named;
- the day never hides a row: what binds later says from when, with both readings where
  the law leaves two (Art. 40 to 49, 72, 73, 80, 86), and the earlier one is to plan by;
- rights, permissions, reliefs and voluntary acts are told apart from duties (`nature`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from governance.law.classify import classify
from governance.law.duties_data import Crosswalk, DutyRow, Element
from governance.law.duties_load import catalogue
from governance.law.duties_penalty import Penalty, penalty, tier_of
from governance.law.duties_why import Case, Reason, Situation, Sureness
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import Truth
from governance.law.model import Answers, Confidence, Window
from governance.law.verdict import Json, Missing, Verdict, plain
from governance.law.words import day, doubt

# Rights of people are worth knowing whatever one's role.
SHOWN_TO_ALL = "affected_person"


class RoleUnknown(ValueError):
    """A role was asked for that the Act does not know."""


class State(StrEnum):
    """Whether a row binds on the day of asking."""

    BINDS = "binds_now"
    LATER = "applies_from"
    OPEN = "not_established"
    NOT = "does_not_bind"


class Duty(NamedTuple):
    """One row of the catalogue, applied to a system, to roles and to a day."""

    id: str
    citation: str
    title: str
    term: str
    says: str
    nature: str
    bearers: tuple[str, ...]
    borne_as: tuple[str, ...]
    state: State
    confidence: Confidence
    applies_from: date | None
    applies_from_later: date | None
    settled: bool
    when: str
    why: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    dispute: str
    due: str
    rhythm: str
    deadlines: tuple[str, ...]
    retention: str
    evidence: tuple[str, ...]
    elements: tuple[Element, ...]
    limits: tuple[str, ...]
    penalty: Penalty | None
    crosswalk: tuple[Crosswalk, ...]
    one_source: bool


class Outline(NamedTuple):
    """A row decided for a system, roles and a day, before anything is put in words."""

    row: DutyRow
    borne_as: tuple[str, ...]
    state: State
    confidence: Confidence
    window: Window
    found: Sureness
    dispute: str


@dataclass(frozen=True, slots=True)
class Duties:
    """The answer: the rows for some roles, with the verdict that they follow from."""

    on: date
    edition: str
    hypothetical: bool
    rules: str
    roles: tuple[str, ...]
    duties: tuple[Duty, ...]
    verdict: Verdict

    @property
    def binding(self) -> tuple[Duty, ...]:
        """The duties that bind on the day, rights and permissions left aside."""
        return tuple(
            item
            for item in self.duties
            if item.state is State.BINDS and item.nature == "duty"
        )

    def as_json(self) -> Json:
        """The rows as plain JSON values; of the verdict its headline."""
        told = {
            "on": self.on,
            "edition": self.edition,
            "hypothetical": self.hypothetical,
            "rules": self.rules,
            "roles": self.roles,
            "headline": self.verdict.headline,
            "duties": self.duties,
        }
        return plain(told)


def duties(
    answers: Answers,
    roles: Sequence[str],
    on: date,
    edition: str | None = None,
    flags: Answers | None = None,
) -> Duties:
    """Every row that names one of the roles, and whether it binds on a day.

    `flags` are facts about the organisation (`duties/who.toml`), by their ids. Raises
    AnswersInvalid, EditionUnknown and RoleUnknown.
    """
    _demand_known(roles)
    return owed(classify(answers, on, edition), answers, roles, flags)


def owed(
    verdict: Verdict,
    answers: Answers,
    roles: Sequence[str],
    flags: Answers | None = None,
) -> Duties:
    """The same from a verdict that was made of these answers before.

    For several organisations and one system it need not be made for each of them.
    Raises AnswersInvalid and RoleUnknown.
    """
    data = catalogue()
    _demand_known(roles)
    facts = Facts(answers, law().questions)
    case = Case(Situation(verdict, facts), Facts(flags or {}, data.flags), roles)
    costs = {name: penalty(name, case) for name in data.tiers}
    return Duties(
        on=verdict.on,
        edition=verdict.edition,
        hypothetical=verdict.hypothetical,
        rules=f"{verdict.rules}-{data.digest[:16]}",
        roles=tuple(roles),
        duties=tuple(
            _duty(each, case, costs.get(tier_of(each.row, each.borne_as)))
            for each in _outlined(case)
        ),
        verdict=verdict,
    )


def outlines(
    verdict: Verdict, facts: Facts, bearers: Iterable[tuple[Sequence[str], Answers]]
) -> list[list[Outline]]:
    """The same rows without their texts, for several organisations: roles and flags.

    `facts` are those that the verdict was made of. What hangs on the system alone is
    weighed once for all of them. Raises AnswersInvalid and RoleUnknown.
    """
    every, situation, known = [], Situation(verdict, facts), catalogue().flags
    for roles, flags in bearers:
        _demand_known(roles)
        every.append(list(_outlined(Case(situation, Facts(flags, known), roles))))
    return every


def _demand_known(roles: Sequence[str]) -> None:
    known = catalogue().roles
    strangers = sorted(set(roles) - set(known))
    if strangers:
        raise RoleUnknown(f"no role {strangers}; there are {', '.join(known)}")


@cache
def _rows(
    edition: str, held: tuple[str, ...]
) -> tuple[tuple[DutyRow, tuple[str, ...]], ...]:
    """The rows that name one of these roles, each with the roles it names."""
    return tuple(
        (row, borne)
        for row in catalogue().rows
        if edition in row.logic
        and (
            (borne := tuple(name for name in row.bearers if name in held))
            or SHOWN_TO_ALL in row.bearers
        )
    )


def _outlined(case: Case) -> Iterator[Outline]:
    """Each row decided: roles that are held, may be, or were named in vain."""
    edition, on = case.verdict.edition, case.verdict.on
    for row, borne in _rows(edition, tuple(case.held)):
        found = case.owed(row.logic[edition], borne)
        truth = found.truth
        dispute = _dispute(row, found, case) if truth is Truth.YES else ""
        span = case.of.window(row.applies, found.routes)
        state, confidence = _state(truth, span, on), _confidence(truth, dispute)
        yield Outline(row, borne, state, confidence, span, found, dispute)


def _dispute(row: DutyRow, found: Sureness, case: Case) -> str:
    if found.dispute or not row.disputed_if:
        return found.dispute
    doubted = case.judge(row.disputed_if[case.verdict.edition]).truth
    return row.dispute if doubted is Truth.YES else ""


def _duty(outlined: Outline, case: Case, cost: Penalty | None) -> Duty:
    row, borne, state, confidence, span, found, dispute = outlined
    edition, on = case.verdict.edition, case.verdict.on
    return Duty(
        id=row.id,
        citation=row.citation,
        title=row.title,
        term=row.term,
        says=row.says[edition],
        nature=row.nature,
        bearers=row.bearers,
        borne_as=borne,
        state=state,
        confidence=confidence,
        applies_from=span.earlier,
        applies_from_later=span.other,
        settled=span.earlier == span.later,
        when=_when(span, on, found.truth),
        why=case.reasons(found),
        missing=case.missing(found) if found.truth is Truth.UNKNOWN else (),
        dispute=dispute,
        due=row.due,
        rhythm=row.rhythm,
        deadlines=row.deadlines,
        retention=row.retention,
        evidence=row.evidence,
        elements=row.elements[edition],
        limits=row.limits,
        penalty=cost,
        crosswalk=row.crosswalk,
        one_source=row.one_source,
    )


def _state(truth: Truth, span: Window, on: date) -> State:
    if truth is Truth.NO:
        return State.NOT
    if truth is Truth.UNKNOWN:
        return State.OPEN
    return State.BINDS if span.earlier and span.earlier <= on else State.LATER


def _confidence(truth: Truth, dispute: str) -> Confidence:
    if truth is Truth.UNKNOWN:
        return Confidence.NOT_ESTABLISHED
    return Confidence.DISPUTED if dispute else Confidence.ESTABLISHED


@cache
def _when(span: Window, on: date, truth: Truth) -> str:
    """The date in words, both readings where there are two; "" where nothing binds."""
    if truth is Truth.NO:
        return ""
    verb = "Applies" if truth is Truth.YES else "Would apply"
    if span.earlier is None:
        last = f", at the latest on {day(span.later)}" if span.later else ""
        return f"{verb} once the design changes significantly{last}."
    word = "since" if span.earlier <= on else "from"
    said = f"{verb} {word} {day(span.earlier)}"
    if span.reading:
        said += f"; by another reading from {day(span.reading)}"
    return f"{said}. {doubt(span)}".strip()

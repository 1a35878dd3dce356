"""What has to be entered in the EU database, by whom and since when (Art. 49, 60, 71).

`sections` takes what `duties` takes, and says of each section of Annex VIII, of Annex
IX and of the national register whether it binds, with its fields. Whether one binds,
and whether the secure section of Art. 49(4) takes its place, the catalogue of duties
says; here stands only what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.law.annex_viii_load import FieldRow, SectionRow, sheet
from governance.law.duties import Duty, State, duties
from governance.law.duties_why import Reason
from governance.law.fria import sooner
from governance.law.model import Answers, Confidence
from governance.law.verdict import Json, Missing, plain

# The duty to register the use of a system, which Art. 5(2) asks for too.
PUBLIC_USE = "art-49-3"


class Place(StrEnum):
    """Where a field is entered, or that it is not."""

    OPEN = "open"
    SECURE = "non_public"
    LEFT_OUT = "left_out"
    UNKNOWN = "not_established"


@dataclass(frozen=True, slots=True)
class Field:
    """One point that is asked for; `restricted`: Art. 49(4) asks for it too."""

    id: str
    citation: str
    title: str
    write: str
    required: str
    when: str
    restricted: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """One section, applied to a system, to roles and to a day."""

    id: str
    citation: str
    title: str
    says: str
    register: str
    open_to: str
    duty: str
    borne_as: tuple[str, ...]
    state: State
    confidence: Confidence
    applies_from: date | None
    applies_from_later: date | None
    settled: bool
    when: str
    due: str
    why: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    non_public: str
    non_public_says: str
    non_public_missing: tuple[Missing, ...]
    fields: tuple[Field, ...]

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields without those that Art. 49(4) leaves out."""
        return tuple(item for item in self.fields if item.place != Place.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Registration:
    """The answer: every section whose bearer is among the roles."""

    on: date
    edition: str
    hypothetical: bool
    rules: str
    roles: tuple[str, ...]
    sections: tuple[Section, ...]

    def as_json(self) -> Json:
        """All of it as plain JSON values."""
        return plain(self)


def sections(
    answers: Answers,
    roles: Sequence[str],
    on: date,
    edition: str | None = None,
    flags: Answers | None = None,
) -> Registration:
    """Each section that one of the roles may have to fill in, and whether it binds.

    `flags` are facts about the organisation, by the ids of `duties/who.toml`. Raises
    AnswersInvalid, EditionUnknown and RoleUnknown.
    """
    found = duties(answers, roles, on, edition, flags)
    data, rows = sheet(), {row.id: row for row in found.duties}
    secure = rows.get(data.restricted.duty)
    return Registration(
        on=on,
        edition=found.edition,
        hypothetical=found.hypothetical,
        rules=f"{found.rules}-{data.digest[:16]}",
        roles=found.roles,
        sections=tuple(
            _section(row, _duty(row, rows), secure, found.edition)
            for row in data.sections
            if row.duty in rows
        ),
    )


def _duty(row: SectionRow, rows: Mapping[str, Duty]) -> Duty:
    asked = rows[row.duty]
    return sooner(asked, rows) if row.duty == PUBLIC_USE else asked


def _section(row: SectionRow, duty: Duty, secure: Duty | None, edition: str) -> Section:
    hidden = secure if row.register == "eu_database" else None
    place = _place(duty, hidden)
    asked = [item for item in sheet().fields if item.section == row.id]
    return Section(
        id=row.id,
        citation=row.citation,
        title=row.title,
        says=row.says,
        register=row.register,
        open_to=row.open_to,
        duty=row.duty,
        borne_as=duty.borne_as,
        state=duty.state,
        confidence=duty.confidence,
        applies_from=duty.applies_from,
        applies_from_later=duty.applies_from_later,
        settled=duty.settled,
        when=duty.when,
        due=duty.due,
        why=duty.why,
        missing=duty.missing,
        non_public=place,
        non_public_says="" if place == "no" else sheet().restricted.says,
        non_public_missing=hidden.missing if hidden and place == State.OPEN else (),
        fields=tuple(
            _field(item, row, place)
            for item in asked
            if edition in item.editions or not item.editions
        ),
    )


def _place(duty: Duty, secure: Duty | None) -> str:
    """Whether the secure section takes the place of the open one."""
    if secure is None or State.NOT in (duty.state, secure.state):
        return "no"
    return "not_established" if secure.state is State.OPEN else "yes"


def _field(row: FieldRow, section: SectionRow, non_public: str) -> Field:
    place = {
        "no": Place.OPEN,
        "yes": Place.SECURE if row.restricted else Place.LEFT_OUT,
        "not_established": Place.UNKNOWN,
    }[non_public]
    annex = section.citation.partition(", ")[2]
    return Field(
        id=row.id,
        citation=f"{annex}, point {row.number}",
        title=row.title,
        write=row.write,
        required=row.required,
        when=row.when,
        restricted=row.restricted,
        place=place,
    )

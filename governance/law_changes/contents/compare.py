"""What moved between two derivations: each finding, duty or date, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from governance.law.duties_load import catalogue
from governance.law_changes.contents.derive import Derived, Lines


class Change(StrEnum):
    """How something moved."""

    APPEARS = "appears"
    GOES = "goes"
    KIND = "kind"
    CONFIDENCE = "confidence"
    DATE = "date"


FINDING, DUTY = "finding", "duty"
CONFIDENCE, FROM, LATER, KIND, TITLE, CITATION = range(6)


@dataclass(frozen=True, slots=True)
class Side:
    """How it stood, or stands: both readings of the date where there are two."""

    confidence: str
    applies_from: str | None
    applies_from_later: str | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that moved; a duty is that of an operator."""

    what: str
    id: str
    title: str
    citation: str
    change: str
    before: Side | None
    after: Side | None
    operator: str = ""

    def as_json(self) -> dict[str, Any]:
        """The move as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Move":
        """Read what `as_json` wrote."""
        sides = {
            key: Side(**data[key]) if data[key] else None for key in ("before", "after")
        }
        return cls(**{**data, **sides})


def moves(before: Derived, after: Derived, names: Mapping[str, str]) -> list[Move]:
    """All moves, findings first. `names` are those of the operators, by their ids.

    Duties are compared for operators that stand on both sides: a new operator's duties
    are new by a fact of the register, and no change of the law.
    """
    found = list(_moved(FINDING, before.findings, after.findings, ""))
    for operator, owed in (before.duties or {}).items():
        now = (after.duties or {}).get(operator)
        if now is not None:
            found += _moved(DUTY, owed, now, names.get(operator, operator))
    return found


def _moved(what: str, before: Lines, after: Lines, operator: str) -> Iterator[Move]:
    for id_ in dict.fromkeys((*before, *after)):
        old, new = before.get(id_), after.get(id_)
        change = _change(old, new)
        if change is None:
            continue
        title, citation = _named(what, id_, new or old or [])
        yield Move(
            what=what,
            id=id_,
            title=title,
            citation=citation,
            change=change.value,
            before=_side(old),
            after=_side(new),
            operator=operator,
        )


def _change(old: list[Any] | None, new: list[Any] | None) -> Change | None:
    if old is None:
        return Change.APPEARS
    if new is None:
        return Change.GOES
    if old[KIND:TITLE] != new[KIND:TITLE]:
        return Change.KIND
    if old[CONFIDENCE] != new[CONFIDENCE]:
        return Change.CONFIDENCE
    return Change.DATE if old[FROM:KIND] != new[FROM:KIND] else None


def _side(line: list[Any] | None) -> Side | None:
    if line is None:
        return None
    kind = line[KIND] if len(line) > KIND else ""
    return Side(line[CONFIDENCE], line[FROM], line[LATER], kind)


def _named(what: str, id_: str, line: list[Any]) -> tuple[str, str]:
    """Title and citation; a duty that the catalogue no longer has keeps its id."""
    if what == FINDING:
        return line[TITLE], line[CITATION]
    row = next((row for row in catalogue().rows if row.id == id_), None)
    return (row.title, row.citation) if row else (id_, "")

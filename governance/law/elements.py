"""Documents that an Article asks for: their elements and the steps that go with them.

Read from `documents/fria.toml` (Art. 27) and `documents/derogation.toml` (Art. 6(4)).
Whether such a document is owed is never said there: a step names the row of the duties
that decides it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.duties import Duty, State
from governance.law.duties_load import catalogue
from governance.law.load import law

FOLDER = Path(__file__).parent / "documents"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an element; `stops` says why the document cannot go on with it."""

    id: str
    text: str
    stops: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a document: what to write, and what helps to write it.

    `knows`: facts that a register may propose. `fact`: asked only where it is a yes.
    """

    id: str
    citation: str
    title: str
    asks: str
    prompts: tuple[str, ...]
    knows: tuple[str, ...] = ()
    choices: tuple[Option, ...] = ()
    optional: bool = False
    fact: str = ""
    asks_in: Mapping[str, str] | None = None

    def worded(self, edition: str) -> Element:
        """The element as an edition of the Act asks it."""
        asks = (self.asks_in or {}).get(edition, self.asks)
        return replace(self, asks=asks, asks_in=None)


@dataclass(frozen=True, slots=True)
class Step:
    """What has to happen with the document, and the row that says when."""

    id: str
    citation: str
    duty: str
    title: str
    says: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A step, and how its row of the duties comes out."""

    step: Step
    state: State
    when: str


@dataclass(frozen=True, slots=True)
class Outline:
    """All elements of a document in the order of the Act, and its steps."""

    elements: tuple[Element, ...]
    steps: tuple[Step, ...]


@cache
def outline(name: str, folder: Path = FOLDER) -> Outline:
    """The outline `fria` or `derogation`.

    Raises LawDataInvalid at the first fault of the data.
    """
    try:
        tables = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise LawDataInvalid(name, "-", f"is not TOML: {fault}") from fault
    found = Outline(
        tuple(_element(name, row) for row in tables.get("element", ())),
        tuple(_read(Step, name, row) for row in tables.get("step", ())),
    )
    _check(name, found)
    return found


def dues(steps: Iterable[Step], rows: Mapping[str, Duty]) -> tuple[Due, ...]:
    """Each step with the state of its duty; a row that is not ours does not bind."""
    return tuple(
        Due(step, row.state, row.when) if row else Due(step, State.NOT, "")
        for step in steps
        for row in [rows.get(step.duty)]
    )


def _element(name: str, row: Row) -> Element:
    choices = tuple(_read(Option, name, each) for each in row.get("choices", ()))
    read = {**row, "choices": choices}
    for key in ("prompts", "knows"):
        read[key] = tuple(row.get(key, ()))
    made: Element = _read(Element, name, read)
    return made


def _read(kind: type[Any], name: str, row: Row) -> Any:
    entry = str(row.get("id", "-"))
    unknown = sorted(set(row) - {field.name for field in fields(kind)})
    if unknown:
        raise LawDataInvalid(name, entry, f"has unknown fields {unknown}")
    try:
        return kind(**row)
    except TypeError as fault:
        raise LawDataInvalid(name, entry, str(fault)) from fault


def _check(name: str, found: Outline) -> None:
    entries: tuple[Element | Step, ...] = (*found.elements, *found.steps)
    ids = [item.id for item in entries]
    for item in entries:
        if ids.count(item.id) > 1:
            raise LawDataInvalid(name, item.id, "stands twice")
        if not item.citation:
            raise LawDataInvalid(name, item.id, "lacks a citation")
    for entry, what in _strangers(found):
        raise LawDataInvalid(name, entry, what)


def _strangers(found: Outline) -> Iterator[tuple[str, str]]:
    """Names of duties, questions and editions that do not exist."""
    duties = {row.id for row in catalogue().rows}
    editions = {edition.id for edition in law().editions}
    for step in found.steps:
        if step.duty not in duties:
            yield step.id, f"no duty {step.duty!r}"
    for element in found.elements:
        if element.fact and element.fact not in law().questions:
            yield element.id, f"no question {element.fact!r}"
        if strange := sorted(set(element.asks_in or {}) - editions):
            yield element.id, f"no edition {strange}"

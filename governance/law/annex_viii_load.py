"""Read what Annex VIII and IX ask for, and refuse what cannot be right."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.duties_load import catalogue
from governance.law.load import law

FILE = Path(__file__).parent / "registration" / "annex_viii.toml"
REQUIRED = frozenset({"always", "if_applicable", "optional"})
REGISTERS = frozenset({"eu_database", "national"})


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One point of a section, as the data file has it."""

    section: str
    number: int
    title: str
    write: str
    required: str
    restricted: bool
    when: str = ""
    editions: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.section}-{self.number}"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section, as the data file has it."""

    id: str
    citation: str
    title: str
    says: str
    duty: str
    register: str
    open_to: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Restricted:
    """The secure section that takes the place of the open one (Art. 49(4))."""

    duty: str
    citation: str
    says: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole file, read and checked."""

    restricted: Restricted
    sections: tuple[SectionRow, ...]
    fields: tuple[FieldRow, ...]
    digest: str


@cache
def sheet() -> Sheet:
    """The file that this package carries, read once."""
    return read(FILE)


def read(path: Path) -> Sheet:
    """Read and check the file.

    Raises LawDataInvalid naming the entry; OSError when the file is missing.
    """
    raw = path.read_bytes()
    try:
        tables = tomllib.loads(raw.decode())
        found = Sheet(
            restricted=Restricted(**tables["restricted"]),
            sections=tuple(SectionRow(**row) for row in tables["section"]),
            fields=tuple(_row(row) for row in tables["field"]),
            digest=hashlib.sha256(raw).hexdigest(),
        )
    except tomllib.TOMLDecodeError as fault:
        raise LawDataInvalid(path.stem, "-", f"is not TOML: {fault}") from fault
    except (KeyError, TypeError) as fault:
        raise LawDataInvalid(path.stem, "-", f"has not the fields: {fault}") from fault
    for entry, problem in _problems(found):
        raise LawDataInvalid(path.stem, entry, problem)
    return found


def _row(row: Mapping[str, Any]) -> FieldRow:
    unknown = sorted(set(row) - {item.name for item in fields(FieldRow)})
    if unknown:
        raise TypeError(f"no field is called {unknown}")
    return FieldRow(**{**row, "editions": tuple(row.get("editions", ()))})


def _problems(found: Sheet) -> Iterable[tuple[str, str]]:
    """What cannot be right, as entry and reason."""
    rows = {row.id for row in catalogue().rows}
    if found.restricted.duty not in rows:
        yield "restricted", f"no duty is called {found.restricted.duty!r}"
    for section in found.sections:
        if section.duty not in rows:
            yield section.id, f"no duty is called {section.duty!r}"
        if section.register not in REGISTERS or not section.citation:
            yield section.id, "has no register, or no citation"
        yield from _miscounted(found, section)
    known = {section.id for section in found.sections}
    for item in found.fields:
        if item.section not in known:
            yield item.id, "belongs to no section"
        yield from _unclear(item)


def _unclear(item: FieldRow) -> Iterable[tuple[str, str]]:
    if item.required not in REQUIRED:
        yield item.id, f"required must be one of {sorted(REQUIRED)}"
    if (item.required == "if_applicable") is not bool(item.when):
        yield item.id, "`when` goes with if_applicable, and only there"
    unknown = set(item.editions) - {edition.id for edition in law().editions}
    if unknown:
        yield item.id, f"no edition is called {sorted(unknown)}"


def _miscounted(found: Sheet, section: SectionRow) -> Iterable[tuple[str, str]]:
    own = [item for item in found.fields if item.section == section.id]
    if [item.number for item in own] != list(range(1, len(own) + 1)):
        yield section.id, "its points are not numbered one after the other"
    for edition in (item.id for item in law().editions):
        standing = [i for i in own if edition in i.editions or not i.editions]
        if len(standing) != section.counts.get(edition):
            yield section.id, f"has {len(standing)} fields in {edition}"

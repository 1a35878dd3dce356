"""The words of the Act on which findings turn, to be shown beside a question.

Art. 3 with its own exclusions, the paragraphs of Art. 2 that are no finding, and the
lists to which an Article points (`provisions/definitions.toml`). Nothing is concluded
from them; each names the facts, findings, roles, flags, duties and limits it decides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.classify import EditionUnknown
from governance.law.facts import sources
from governance.law.known import known
from governance.law.load import FOLDER, law
from governance.law.sources import taken

FILE = FOLDER / "definitions.toml"
KINDS = frozenset({"definition", "scope", "list"})
NEEDED = frozenset({"id", "kind", "citation", "term", "says"})
FIELDS = NEEDED | {"says_in", "excludes", "decides", "editions", "parts"}


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a definition, such as a head of serious incident."""

    id: str
    citation: str
    says: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One word, paragraph or list, in our own words, per edition in which it stands.

    `excludes` is what it does not cover. `decides` names what turns on it: a question
    or one of its choices, a provision or a term by their ids, and `role.…`, `flag.…`,
    `duty.…` or `limit.…`.
    """

    id: str
    kind: str
    citation: str
    term: str
    says: Mapping[str, str]
    excludes: tuple[str, ...]
    decides: tuple[str, ...]
    parts: tuple[Part, ...]


@cache
def definitions() -> tuple[Definition, ...]:
    """All of them, in the order of the Act."""
    return read(FILE)


@cache
def beside(fact: str) -> tuple[Definition, ...]:
    """The definitions that a question turns on, or the facts that are asked in it."""
    settled = {
        question.id
        for question in law().questions.values()
        if fact in (question.id, *sources(question.asked_with))
    }
    return tuple(
        item
        for item in definitions()
        if settled & {name.partition(".")[0] for name in item.decides}
    )


def as_json(edition: str | None = None, fact: str | None = None) -> dict[str, Any]:
    """Definitions as plain JSON values, those of an edition or of a question alone.

    Raises EditionUnknown, and ValueError for a fact that there is not.
    """
    known = [item.id for item in law().editions]
    if edition is not None and edition not in known:
        raise EditionUnknown(f"no edition {edition!r}; there are {', '.join(known)}")
    if fact is not None and fact not in law().questions:
        raise ValueError(f"no question is called {fact!r}")
    found = definitions() if fact is None else beside(fact)
    rows = [asdict(item) for item in found if edition in (None, *item.says)]
    return {"definitions": rows}


def read(file: Path) -> tuple[Definition, ...]:
    """Read and check them. Raises LawDataInvalid naming the entry; OSError."""
    tables = tomllib.loads(file.read_text("utf-8"))
    taken("definitions", tables)
    found = tuple(_definition(row) for row in tables["definition"])
    names, seen = known(), set[str]()
    for item in found:
        for leaf in (item.id, *(part.id for part in item.parts)):
            if leaf in seen:
                raise LawDataInvalid("definitions", leaf, "stands there twice")
            seen.add(leaf)
        strangers = sorted(set(item.decides) - names)
        if strangers:
            raise LawDataInvalid("definitions", item.id, f"there is no {strangers}")
    return found


def _definition(row: Mapping[str, Any]) -> Definition:
    name = str(row.get("id", "-"))
    every = [edition.id for edition in law().editions]
    editions, others = row.get("editions", every), row.get("says_in", {})
    strangers = sorted(set(row) - FIELDS) + sorted({*editions, *others} - set(every))
    if strangers:
        raise LawDataInvalid("definitions", name, f"does not know {strangers}")
    gaps = sorted(key for key in NEEDED if not row.get(key))
    if gaps or row["kind"] not in KINDS:
        raise LawDataInvalid("definitions", name, f"lacks {gaps or sorted(KINDS)}")
    return Definition(
        id=name,
        kind=row["kind"],
        citation=row["citation"],
        term=row["term"],
        says={edition: others.get(edition, row["says"]) for edition in editions},
        excludes=tuple(row.get("excludes", ())),
        decides=tuple(row.get("decides", ())),
        parts=tuple(Part(**part) for part in row.get("parts", ())),
    )

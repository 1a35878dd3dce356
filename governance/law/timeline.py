"""Every dated change of the Act, edition by edition, with both readings of a date.

Days of application and transitions stand in `provisions/dates.toml`; what no finding
needs (what others must deliver, reviews, history) stands in `limits/timeline.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.classify import EditionUnknown
from governance.law.load import FOLDER, law
from governance.law.model import Grace
from governance.law.sources import taken

FILE = Path(__file__).parent / "limits" / "timeline.toml"
KINDS = frozenset({"application", "transition", "deliverable", "review", "history"})
NEEDED = frozenset({"id", "kind", "citation", "title"})
FIELDS = NEEDED | {"says", "note", "bearer", "every_years"}
Dates = Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated change: for each edition in which it stands, its days by name.

    `from` is the day; `later` a second reading of it. A transition of Art. 111 has a
    `cutoff`, and `until` or `public_by`. `every_years`: it comes back after so many.
    """

    id: str
    kind: str
    citation: str
    title: str
    editions: Mapping[str, Dates]
    says: str = ""
    note: str = ""
    bearer: str = ""
    every_years: int = 0

    @property
    def changed(self) -> bool:
        """Whether the editions differ in this."""
        days = [self.editions.get(edition.id) for edition in law().editions]
        return any(one != days[0] for one in days)


def timeline(edition: str | None = None) -> tuple[Entry, ...]:
    """All entries, or those that stand in an edition, in the order of their days.

    The order follows the last edition in which an entry stands. Raises EditionUnknown.
    """
    known = [item.id for item in law().editions]
    if edition is None:
        return _entries()
    if edition not in known:
        raise EditionUnknown(f"no edition {edition!r}; there are {', '.join(known)}")
    return tuple(entry for entry in _entries() if edition in entry.editions)


def as_json(edition: str | None = None) -> dict[str, Any]:
    """The timeline as plain JSON values, with the state of its sources."""
    entries = timeline(edition)
    editions = [item for item in law().editions if edition in (None, item.id)]
    return {
        "editions": [
            {**asdict(item), "in_force_from": item.in_force_from.isoformat()}
            for item in editions
        ],
        **_source(),
        "entries": [_row(entry, [item.id for item in editions]) for entry in entries],
    }


@cache
def applications() -> Mapping[str, Mapping[str, Dates]]:
    """When parts of the Act start to apply: by id, then by edition."""
    return {e.id: e.editions for e in _entries() if e.kind == "application"}


def read(file: Path) -> tuple[Entry, ...]:
    """Read further dates. Raises LawDataInvalid naming the entry; OSError."""
    tables = tomllib.loads(file.read_text("utf-8"))
    taken("timeline", tables)
    return tuple(_entry(row) for row in tables["fixed"])


@cache
def _entries() -> tuple[Entry, ...]:
    starts = law().starts
    raw = tomllib.loads((FOLDER / "dates.toml").read_text("utf-8"))
    titles = {row["id"]: row["title"] for row in raw["date"]}
    applying = [
        Entry(
            id=name,
            kind="application",
            citation=list(columns.values())[-1].citation,
            title=titles[name],
            editions={
                edition: _named({"from": start.day, "later": start.later})
                for edition, start in columns.items()
            },
        )
        for name, columns in starts.items()
    ]
    moving = [
        Entry(
            id=item.id,
            kind="transition",
            citation=item.citation,
            title="What was on the market or in service before",
            says=item.says,
            editions={name: _grace(grace) for name, grace in item.grace.items()},
        )
        for item in law().transitions
    ]
    return tuple(sorted((*applying, *moving, *read(FILE)), key=_order))


def _order(entry: Entry) -> tuple[date, str]:
    last = [e.id for e in law().editions if e.id in entry.editions][-1]
    days = entry.editions[last]
    first = days.get("from") or days.get("until") or days["cutoff"]
    return first, entry.id


def _grace(grace: Grace) -> Dates:
    return _named(asdict(grace))


def _named(days: Mapping[str, date | None]) -> Dates:
    return {name: day for name, day in days.items() if day}


def _entry(row: Mapping[str, Any]) -> Entry:
    name = str(row.get("id", "-"))
    known = [edition.id for edition in law().editions]
    columns = {edition: row[edition] for edition in known if edition in row}
    strangers = sorted(set(row) - FIELDS - set(columns))
    if strangers:
        raise LawDataInvalid("timeline", name, f"no date has the fields {strangers}")
    gaps = sorted(NEEDED - set(row))
    if gaps or not columns:
        raise LawDataInvalid("timeline", name, f"lacks {gaps or 'a date'}")
    if row["kind"] not in KINDS:
        raise LawDataInvalid("timeline", name, f"kind must be one of {sorted(KINDS)}")
    if not all({"from"} <= set(days) <= {"from", "later"} for days in columns.values()):
        raise LawDataInvalid("timeline", name, "a date is { from, later }")
    fields = {key: value for key, value in row.items() if key in FIELDS}
    return Entry(**fields, editions=columns)


def _source() -> dict[str, Any]:
    found = law().source
    return {
        "source": found.title,
        "checked_on": found.checked_on.isoformat(),
        "status_unknown_after": str(found.status_unknown_after),
        "pending": list(found.pending),
    }


def _row(entry: Entry, editions: list[str]) -> dict[str, Any]:
    return {
        **asdict(entry),
        "changed": entry.changed,
        "editions": {
            name: {key: day.isoformat() for key, day in days.items()}
            for name, days in entry.editions.items()
            if name in editions
        },
    }

"""One time limit of the Act as data, and the reading of all of them.

Reading refuses what cannot be right: an unknown field or kind, a length that does not
fit its kind, a date of application that does not exist, an id that stands twice.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from governance.law import timeline
from governance.law.check import LawDataInvalid
from governance.law.counting import UNITS
from governance.law.load import law
from governance.law.sources import taken

FOLDER = Path(__file__).parent / "limits"
FILES = ("operators", "authorities")
# What the day or moment of an answer means, by the kind of limit.
KINDS = {
    "maximum": "to be done by the end of this day or moment at the latest",
    "at_once": "to be done at once; the law names no number of days",
    "before": "to be finished before this moment; at the moment itself is too late",
    "at_the_latest": "to be done at this moment at the latest",
    "notice": "to be done on this day at the latest; counted back from the event",
    "keep": "to be kept at least until the end of this day",
    "waiting": "not possible before this day",
    "valid": "valid until the end of this day at the latest",
    "lasts": "ends with this day at the latest",
    "recurring": "the next one falls on this day; the Act names no day of the year",
    "limitation": "barred after this day, unless interrupted or suspended",
    "reply": "the other side may not set an earlier end; its letter names the day",
}
MOMENTS = frozenset({"at_once", "before", "at_the_latest"})
ADDRESSEES = frozenset({"operator", "authority"})


class LimitUnknown(ValueError):
    """No time limit has the id that was asked for; names similar ones."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit. `aware`: whose awareness starts it; the earliest counts.

    `first` is what comes before any number of days; `first_when` from when that binds.
    `waiting`: its end is awaited by somebody, who plans by the later reading.
    `begins`: the day from which it runs when no other is given.
    """

    id: str
    citation: str
    title: str
    addressee: str
    bearer: str
    trigger: str
    kind: str
    applies: tuple[str, ...]
    length: int = 0
    unit: str = ""
    first: str = ""
    first_when: str = ""
    recipient: str = ""
    note: str = ""
    aware: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    begins: date | None = None
    waiting: bool = False

    def window(self, edition: str) -> tuple[date, date]:
        """The earliest and the latest day from which it can be read to apply."""
        columns = [timeline.applications()[name] for name in self.applies]
        days = [column[edition] for column in columns if edition in column]
        late = max(day.get("later", day["from"]) for day in days)
        return min(day["from"] for day in days), late


KNOWN = frozenset(field.name for field in fields(Limit))
NEEDED = frozenset(
    {"id", "citation", "title", "addressee", "bearer", "trigger", "kind", "applies"}
)
LISTS = frozenset({"applies", "aware", "editions"})


@cache
def limits() -> Mapping[str, Limit]:
    """All time limits by their id, those of operators first."""
    return read(FOLDER)


def find(limit_id: str) -> Limit:
    """The time limit with this id. Raises LimitUnknown."""
    if limit_id in limits():
        return limits()[limit_id]
    same = [name for name in limits() if limit_id and name.startswith(limit_id)]
    close = same[:5] or get_close_matches(limit_id, limits(), 3) or ["none of them"]
    raise LimitUnknown(
        f"no time limit has the id {limit_id!r}. Did you mean {' or '.join(close)}? "
        "They are listed when no id is given."
    )


@cache
def digest() -> str:
    """What tells one state of all dates and limits from another."""
    found = hashlib.sha256(law().digest.encode())
    for path in sorted(FOLDER.glob("*.toml")):
        found.update(path.read_bytes())
    return found.hexdigest()


def read(folder: Path) -> dict[str, Limit]:
    """Read and check the limits. Raises LawDataInvalid naming file and entry."""
    found: dict[str, Limit] = {}
    for file in FILES:
        tables = tomllib.loads((folder / f"{file}.toml").read_text("utf-8"))
        taken(file, tables)
        for row in tables["limit"]:
            item = _limit(file, {**tables["defaults"], **row})
            if item.id in found:
                raise LawDataInvalid(file, item.id, "stands there twice")
            found[item.id] = item
    return found


def _limit(file: str, row: Mapping[str, Any]) -> Limit:
    name = str(row.get("id", "-"))
    strangers = sorted(set(row) - KNOWN)
    if strangers:
        raise LawDataInvalid(file, name, f"no limit has the fields {strangers}")
    gaps = sorted(key for key in NEEDED if not row.get(key))
    if gaps:
        raise LawDataInvalid(file, name, f"lacks {gaps}")
    every = [edition.id for edition in law().editions]
    plain: dict[str, Any] = {**row, "editions": row.get("editions", every)}
    plain |= {key: tuple(plain[key]) for key in LISTS & set(plain)}
    item = Limit(**plain)
    fault = _fault(item, every)
    if fault:
        raise LawDataInvalid(file, name, fault)
    return item


def _fault(item: Limit, every: list[str]) -> str:
    """The first thing that is wrong with a limit; empty when nothing is."""
    strangers = sorted(set(item.editions) - set(every))
    dates = timeline.applications()
    unknown = sorted(set(item.applies) - set(dates))
    columns = {edition for name in item.applies for edition in dates.get(name, ())}
    counted, length = item.kind not in MOMENTS, f"{item.length} {item.unit or 'units'}"
    hours = item.unit == "hours" and item.kind != "maximum"
    faults = {
        f"no kind is called {item.kind!r}": item.kind not in KINDS,
        f"no addressee is called {item.addressee!r}": item.addressee not in ADDRESSEES,
        f"no edition is called {strangers}": strangers,
        f"no date is called {unknown}": unknown,
        f"has no date for {item.editions}": set(item.editions) - columns,
        f"{length} cannot be counted": counted and item.unit not in UNITS,
        f"{length} does not fit {item.kind}": counted is not (item.length > 0) or hours,
    }
    return next((what for what, wrong in faults.items() if wrong), "")

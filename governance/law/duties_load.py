"""Read the catalogue of duties: one row per duty and sub-paragraph of the Act.

The rows were merged from two preparations of the law; `from` keeps on which of them
each rests. Reading refuses what cannot be right, as with the provisions: an unknown
name, a missing citation, a date that an edition needs and does not have.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.duties_data import (
    NO_TIER,
    Catalogue,
    Crosswalk,
    DutyRow,
    Element,
    Role,
    Tier,
)
from governance.law.load import law
from governance.law.logic import ALWAYS, ConditionInvalid, Expr, names, parse, replaced
from governance.law.model import Kind, Law, Question, Start
from governance.law.rules import terms
from governance.law.sources import taken

FOLDER = Path(__file__).parent / "duties"
# ORDER: duties are reported in the order of these files.
ROWS = (
    "general",
    "requirements",
    "provider",
    "value_chain",
    "deployer",
    "conformity",
    "transparency",
    "models",
    "testing",
    "after_market",
)
FILES = (*ROWS, "who", "when", "penalties", "crosswalk")
NATURES = frozenset(
    {"duty", "permission", "option", "relief", "right", "voluntary", "scope_rule"}
)
RHYTHMS = frozenset({"once", "continuous", "on_event", "recurring"})
# How the rows of one of the two preparations begin, in `from`.
ELEMENTS = "OB-"
ROUTES = ("annex_iii", "annex_i_a", "annex_i_b")
Row = Mapping[str, Any]
Found = Mapping[str, tuple[str, Row]]
Ready = Callable[[str, str], Expr]
KEYS = {
    "duty": "id citation bearers nature title term says says_in logic logic_in "
    "disputed_if dispute applies editions due rhythm deadlines retention evidence "
    "elements limits penalty penalty_as crosswalk from",
    "role": "id citation title also_if unless",
    "flag": "id text help example_inside example_outside citation who_knows",
    "tier": " ".join(item.name for item in fields(Tier)),
    "crosswalk": " ".join(item.name for item in fields(Crosswalk)),
    "term": "id citation logic",
    "by_route": "id annex_iii annex_i_a annex_i_b",
}


@cache
def catalogue() -> Catalogue:
    """The duties that this package carries, read once."""
    return read(FOLDER)


def read(folder: Path) -> Catalogue:
    """Read and check a folder of duties.

    Raises LawDataInvalid naming file and entry; OSError when a file is missing.
    """
    digest = hashlib.sha256()
    found: dict[str, dict[str, tuple[str, Row]]] = defaultdict(dict)
    for name in FILES:
        raw = (folder / f"{name}.toml").read_bytes()
        digest.update(raw)
        for kind, row in _entries(name, raw):
            if row["id"] in found[kind]:
                raise LawDataInvalid(name, row["id"], "stands there twice")
            found[kind][row["id"]] = (name, row)
    ready = _ready(found["term"])
    crosswalk = {id_: Crosswalk(**row) for id_, (_, row) in found["crosswalk"].items()}
    result = Catalogue(
        rows=tuple(_row(*item, ready, crosswalk) for item in found["duty"].values()),
        roles={id_: _role(row) for id_, (_, row) in found["role"].items()},
        flags={id_: _flag(row) for id_, (_, row) in found["flag"].items()},
        tiers={id_: _tier(row) for id_, (_, row) in found["tier"].items()},
        crosswalk=crosswalk,
        by_route={
            id_: {route: row[route] for route in ROUTES}
            for id_, (_, row) in found["by_route"].items()
        },
        dated=_dated(found["date"]),
        atoms=_atoms(found["role"], found["flag"]),
        digest=digest.hexdigest(),
    )
    for file, row in found["duty"].values():
        _check(result, file, row)
    return result


def _entries(name: str, raw: bytes) -> Iterator[tuple[str, Row]]:
    try:
        tables = tomllib.loads(raw.decode())
    except tomllib.TOMLDecodeError as fault:
        raise LawDataInvalid(name, "-", f"is not TOML: {fault}") from fault
    taken(name, tables)
    for kind, entries in tables.items():
        for row in entries:
            entry = str(row.get("id", "-"))
            unknown = sorted(set(row) - _keys(kind))
            if unknown:
                raise LawDataInvalid(name, entry, f"no {kind} has the fields {unknown}")
            needed = {"id"} if kind in ("date", "by_route") else {"id", "citation"}
            if not all(row.get(key) for key in needed):
                raise LawDataInvalid(name, entry, "has no id or no citation")
            yield kind, row


def _keys(kind: str) -> set[str]:
    """The fields of a kind of entry; a date has a column for each edition."""
    if kind == "date":
        return {"id", "title", *(edition.id for edition in law().editions)}
    return set(KEYS.get(kind, "").split())


def _editions(row: Row) -> tuple[str, ...]:
    every = tuple(edition.id for edition in law().editions)
    return tuple(row.get("editions", every))


def _terms(found: Found, edition: str) -> dict[str, Expr]:
    """The terms of the law and each of the duties; these may use what stands before."""
    known = dict(terms(edition))
    for id_, (_, row) in found.items():
        known[id_] = replaced(parse(row["logic"]), known)
    return known


def _ready(found: Found) -> Ready:
    """Reads a condition for an edition; the same text gives the same object, so that
    what many rows have in common is weighed once."""
    known = {item.id: _terms(found, item.id) for item in law().editions}

    @cache
    def ready(text: str, edition: str) -> Expr:
        return replaced(parse(text), known[edition])

    return ready


def _row(
    file: str, row: Row, ready: Ready, crosswalk: Mapping[str, Crosswalk]
) -> DutyRow:
    editions = _editions(row)
    one: str = row.get("logic", "")
    texts: Mapping[str, str] = row.get("logic_in", dict.fromkeys(editions, one))
    says, doubt = row.get("says_in", {}), row.get("disputed_if", "")
    parts = [Element(**item) for item in row.get("elements", ())]
    try:
        return DutyRow(
            id=row["id"],
            citation=row["citation"],
            bearers=tuple(row["bearers"]),
            title=row["title"],
            term=row["term"],
            says={item: says.get(item, row["says"]) for item in editions},
            logic={item: ready(texts[item], item) for item in editions},
            disputed_if={item: ready(doubt, item) for item in editions if doubt},
            elements={
                item: tuple(
                    part for part in parts if item in part.editions or not part.editions
                )
                for item in editions
            },
            applies=row["applies"],
            due=row["due"],
            rhythm=row["rhythm"],
            sources=tuple(row["from"]),
            one_source=len({item.startswith(ELEMENTS) for item in row["from"]}) == 1,
            nature=row.get("nature", "duty"),
            dispute=row.get("dispute", ""),
            deadlines=tuple(row.get("deadlines", ())),
            retention=row.get("retention", ""),
            evidence=tuple(row.get("evidence", ())),
            limits=tuple(row.get("limits", ())),
            penalty=row.get("penalty", NO_TIER),
            penalty_as=row.get("penalty_as", {}),
            crosswalk=tuple(crosswalk[item] for item in row.get("crosswalk", ())),
        )
    except KeyError as fault:
        raise LawDataInvalid(file, row["id"], f"lacks {fault}") from fault
    except ConditionInvalid as fault:
        raise LawDataInvalid(file, row["id"], str(fault)) from fault


def _tier(row: Row) -> Tier:
    return Tier(**{**row, "editions": _editions(row)})


def _role(row: Row) -> Role:
    when = {key: parse(row[key]) for key in ("also_if", "unless") if key in row}
    return Role(row["id"], row["citation"], row["title"], **when)


def _flag(row: Row) -> Question:
    return Question(kind="yes_no", **row)


def _dated(found: Found) -> Law:
    """The law with the dates that only duties need beside its own."""
    starts = dict(law().starts)
    for id_, (_, row) in found.items():
        starts[id_] = {
            item.id: Start(cell["from"], cell.get("later"), cell["citation"])
            for item in law().editions
            if (cell := row.get(item.id))
        }
    return replace(law(), starts=starts)


def _check(found: Catalogue, file: str, row: Row) -> None:
    """Raise LawDataInvalid when a duty names what there is not."""
    duty = next(item for item in found.rows if item.id == row["id"])
    known = {
        "bearers": (duty.bearers, found.roles),
        "nature": ((duty.nature,), NATURES),
        "rhythm": ((duty.rhythm,), RHYTHMS),
        "penalty": ((duty.penalty,), {NO_TIER, *found.tiers}),
        "penalty_as": (duty.penalty_as.values(), found.tiers),
    }
    for what, (given, possible) in known.items():
        strangers = sorted(set(given) - set(possible))
        if strangers:
            raise LawDataInvalid(file, duty.id, f"{what}: there is no {strangers}")
    owed = duty.nature == "duty"
    if owed is not bool(duty.penalty) or (owed and not duty.evidence):
        raise LawDataInvalid(file, duty.id, "duties alone have a penalty, and evidence")
    if duty.disputed_if and not duty.dispute:
        raise LawDataInvalid(file, duty.id, "says when it is disputed, but not why")
    for edition, expr in duty.logic.items():
        _check_edition(found, (file, duty), edition, expr)


def _check_edition(
    found: Catalogue, where: tuple[str, DutyRow], edition: str, expr: Expr
) -> None:
    """Raise LawDataInvalid when an edition has not what a duty needs of it."""
    file, duty = where
    for key in found.by_route.get(duty.applies, {"": duty.applies}).values():
        if edition not in found.dated.starts.get(key, {}):
            raise LawDataInvalid(file, duty.id, f"{key} has no date for {edition}")
    doubt = duty.disputed_if.get(edition, ALWAYS)
    unknown = sorted({*names(expr), *names(doubt)} - found.atoms)
    if unknown:
        raise LawDataInvalid(file, duty.id, f"names unknown facts: {unknown}")


def _atoms(roles: Iterable[str], flags: Iterable[str]) -> frozenset[str]:
    """Every name that a condition of a duty may use, terms aside."""
    data = law()
    leaves = {item.id.replace("-", "_") for item in data.provisions}
    choices = {f"{q.id}.{c.id}" for q in data.questions.values() for c in q.choices}
    return frozenset(
        {q.id for q in data.questions.values() if q.kind == "yes_no"}
        | choices
        | {f"kind.{kind}" for kind in Kind}
        | {f"route.{route}" for route in ROUTES}
        | {f"{head}.{n}" for head in ("point", "exempt") for n in range(1, 9)}
        | {f"finding.{leaf}" for leaf in leaves}
        | {f"role.{role}" for role in roles}
        | {f"flag.{flag}" for flag in flags}
    )

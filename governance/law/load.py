"""Read the provisions: TOML files to frozen values, refusing what cannot be right.

The files are the law as this product knows it. A slip there must not become a wrong
verdict, so reading stops with LawDataInvalid at an unknown name, a missing citation, a
date that an edition needs and does not have, a question without help, or a double id.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid, check, check_keys
from governance.law.logic import ALWAYS, ConditionInvalid, Expr, parse
from governance.law.model import (
    AnnexLeaf,
    Choice,
    Citation,
    Consequence,
    Edition,
    Grace,
    Guidance,
    Kind,
    Law,
    Provision,
    Question,
    Start,
    Transition,
    Unless,
)
from governance.law.sources import taken

FOLDER = Path(__file__).parent / "provisions"
# ORDER: questions are asked in the order of these files, provisions reported in it.
FILES = (
    "scope",
    "purpose",
    "annex_iii_1_biometrics",
    "annex_iii_2_infrastructure",
    "annex_iii_3_education",
    "annex_iii_4_work",
    "annex_iii_5_services",
    "annex_iii_6_law_enforcement",
    "annex_iii_7_migration",
    "annex_iii_8_justice",
    "art_5_people",
    "art_5_biometrics",
    "art_5_intimate",
    "annex_i_a",
    "annex_i_b",
    "art_50",
    "gpai",
    "art_6_3",
    "dates",
)
Row = Mapping[str, Any]


@cache
def law() -> Law:
    """The data that this package carries, read once."""
    return read(FOLDER)


@cache
def annex_iv() -> tuple[AnnexLeaf, ...]:
    """The 23 leaves of Annex IV, in order: what technical documentation must say."""
    tables = tomllib.loads((FOLDER / "annex_iv.toml").read_text("utf-8"))
    taken("annex_iv", tables)
    return tuple(
        AnnexLeaf(
            **{
                **row,
                "prompts": tuple(row["prompts"]),
                "articles": tuple(row["articles"]),
                "evidence": tuple(row["evidence"]),
            }
        )
        for row in tables["leaf"]
    )


def read(folder: Path) -> Law:
    """Read and check a folder of provisions.

    Raises LawDataInvalid naming file and entry; OSError when a file is missing.
    """
    digest = hashlib.sha256()
    rows: dict[str, list[tuple[str, Row]]] = {}
    for name in FILES:
        raw = (folder / f"{name}.toml").read_bytes()
        digest.update(raw)
        tables = _tables(name, raw)
        source = taken(name, tables)
        for kind, row in _rows(name, tables):
            rows.setdefault(kind, []).append((name, row))
    editions = tuple(Edition(**row) for _, row in rows["edition"])
    every = tuple(edition.id for edition in editions)
    result = Law(
        # That of the last file, the dates: it says where all sources stop.
        source=source,
        editions=editions,
        starts={row["id"]: _starts(row, every) for _, row in rows["date"]},
        transitions=tuple(_transition(*item, every) for item in rows["transition"]),
        terms={row["id"]: _logic(f, row, every) for f, row in rows["term"]},
        provisions=tuple(_provision(*item, every) for item in rows["provision"]),
        consequences=_consequences(rows["consequence"], every),
        questions={row["id"]: _question(f, row) for f, row in rows["question"]},
        digest=digest.hexdigest(),
    )
    check(result, [(kind, f, row) for kind in rows for f, row in rows[kind]])
    return result


def _tables(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode())
    except tomllib.TOMLDecodeError as fault:
        raise LawDataInvalid(name, "-", f"is not TOML: {fault}") from fault


def _rows(name: str, tables: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    defaults = tables.pop("defaults", {})
    for kind, entries in tables.items():
        for row in entries:
            full = {**defaults, **row} if kind == "provision" else row
            check_keys(kind, name, full)
            yield kind, full


def _condition(file: str, row: Row, text: str) -> Expr:
    try:
        return parse(text)
    except ConditionInvalid as fault:
        raise LawDataInvalid(file, row.get("id", "-"), str(fault)) from fault


def _logic(
    file: str, row: Row, every: tuple[str, ...], unless: str = ""
) -> dict[str, Expr]:
    """The condition of a row per edition: `logic` for all, `logic_in` for each.

    `unless` is a further condition that must not hold.
    """
    editions = row.get("editions", every)
    one: str = row.get("logic", "")
    texts: dict[str, str] = row.get("logic_in", dict.fromkeys(editions, one))
    if not all(texts.values()):
        raise LawDataInvalid(file, row.get("id", "-"), "has no logic")
    if unless:
        texts = {name: f"({text}) and not ({unless})" for name, text in texts.items()}
    return {edition: _condition(file, row, text) for edition, text in texts.items()}


def _provision(file: str, row: Row, every: tuple[str, ...]) -> Provision:
    citation = row.get("citation", "")
    exceptions: Sequence[Row] = row.get("exceptions", ())
    disputed = row.get("disputed_if")
    try:
        unless = " or ".join(f"({item['logic']})" for item in exceptions)
        logic = _logic(file, row, every, unless)
        return Provision(
            id=row["id"],
            kind=Kind(row["kind"]),
            citation=Citation(citation, row.get("short") or _short(citation)),
            title=row["title"],
            says=row["says"],
            within=row.get("within", ""),
            route=row.get("route", ""),
            applies=row["applies"],
            bearers=tuple(row["bearers"]),
            logic=logic,
            elements=_logic(file, row, every),
            exceptions=tuple(_unless(file, item) for item in exceptions),
            disputed_if={edition: _condition(file, row, disputed) for edition in logic}
            if disputed
            else {},
            dispute=row.get("dispute", ""),
            guidance=row.get("guidance", ""),
            lawful_if=row.get("lawful_if", ""),
            derogation=row.get("derogation", False),
            in_order=row.get("in_order", False),
        )
    except (KeyError, ValueError) as fault:
        raise LawDataInvalid(file, row.get("id", "-"), f"lacks {fault}") from fault


def _unless(file: str, row: Row) -> Unless:
    logic = _condition(file, row, row["logic"])
    return Unless(row["id"], row["citation"], row["says"], logic)


def _short(citation: str) -> str:
    return citation.replace(", point ", " ")


def _question(file: str, row: Row) -> Question:
    choices = tuple(Choice(**choice) for choice in row.get("choices", ()))
    said = row.get("guidance")
    try:
        guidance = Guidance(**said) if said else None
        return Question(**{**row, "choices": choices, "guidance": guidance})
    except TypeError as fault:
        raise LawDataInvalid(file, row.get("id", "-"), str(fault)) from fault


def _starts(row: Row, every: tuple[str, ...]) -> dict[str, Start]:
    return {
        edition: Start(cell["from"], cell.get("later"), cell.get("citation", ""))
        for edition in every
        if (cell := row.get(edition))
    }


def _transition(file: str, row: Row, every: tuple[str, ...]) -> Transition:
    only_if = row.get("only_if")
    return Transition(
        id=row["id"],
        citation=row.get("citation", ""),
        says=row["says"],
        routes=tuple(row["routes"]),
        design_change=row.get("design_change", False),
        only_if=_condition(file, row, only_if) if only_if else ALWAYS,
        grace={name: Grace(**row[name]) for name in every if name in row},
    )


def _consequences(
    rows: list[tuple[str, Row]], every: tuple[str, ...]
) -> dict[Kind, tuple[Consequence, ...]]:
    grouped: dict[Kind, tuple[Consequence, ...]] = {}
    for file, row in rows:
        logic = _logic(file, row, every) if "logic" in row else None
        item = Consequence(row.get("citation", ""), row["text"], row["applies"], logic)
        kind = Kind(row["of"])
        grouped[kind] = (*grouped.get(kind, ()), item)
    return grouped


def edition_on(on: date) -> str:
    """The id of the edition that is the law on a day (the first one before that)."""
    editions = law().editions
    standing = [edition for edition in editions if edition.in_force_from <= on]
    return (standing[-1] if standing else editions[0]).id

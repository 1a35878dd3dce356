"""What follows from answers for our operators, in the least that can be compared.

A finding is `[confidence, applies from, later reading, kind, title, citation]`, a duty
`[confidence, applies from, later reading]`; a duty that does not bind is left out.
Whether a duty binds yet is no part of it: time passes without any change of the law.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from governance.circumstances.selectors import Acting
from governance.classification.contents.interview import facts_of
from governance.law.classify import verdict_of
from governance.law.duties import Outline, State, outlines
from governance.law.duties_load import catalogue
from governance.law.load import law

Lines: TypeAlias = dict[str, list[str | None]]


@dataclass(frozen=True, slots=True)
class Derived:
    """Findings of a system, and the duties of each of our operators by its id."""

    findings: Lines
    duties: dict[str, Lines] | None


def rules_now() -> str:
    """The digest of the law's data as this process has read them."""
    return f"{law().digest[:16]}-{catalogue().digest[:16]}"


def bearers_of(acting: Iterable[Acting]) -> list[dict[str, Any]]:
    """Our operators with their roles and facts, as a snapshot keeps them."""
    return [
        {
            "operator": str(each.operator.pk),
            "name": each.operator.name,
            "roles": sorted(each.roles),
            "flags": dict(sorted(each.flags.items())),
        }
        for each in acting
    ]


def derive(
    answers: Mapping[str, Any],
    bearers: Sequence[Mapping[str, Any]],
    on: date,
    edition: str | None = None,
) -> Derived:
    """What the law of that day makes of the answers, for these operators."""
    facts = facts_of(answers)
    verdict = verdict_of(facts, on, edition)
    asked = [(_roles(each["roles"]), _flags(each["flags"])) for each in bearers]
    found = outlines(verdict, facts, asked)
    return Derived(
        findings={
            item.id: [
                item.confidence.value,
                _iso(item.applies_from),
                _iso(item.applies_from_later),
                item.kind.value,
                item.title,
                item.citation,
            ]
            for item in verdict.findings
        },
        duties={
            each["operator"]: _owed(rows)
            for each, rows in zip(bearers, found, strict=True)
        },
    )


def lines_of(verdict: Mapping[str, Any]) -> Lines:
    """The findings of a verdict as plain JSON values, such as a stored one."""
    return {
        item["id"]: [
            item["confidence"],
            item["applies_from"],
            item["applies_from_later"],
            item["kind"],
            item["title"],
            item["citation"],
        ]
        for item in verdict["findings"]
    }


def _owed(rows: Iterable[Outline]) -> Lines:
    return {
        each.row.id: [
            each.confidence.value,
            _iso(each.window.earlier),
            _iso(each.window.other),
        ]
        for each in rows
        if each.state is not State.NOT and each.row.nature == "duty"
    }


# Roles and facts that the law of that day no longer knows are left out.
def _roles(held: Iterable[str]) -> list[str]:
    return [role for role in held if role in catalogue().roles]


def _flags(stated: Mapping[str, str]) -> dict[str, str]:
    known = catalogue().flags
    return {flag: told for flag, told in stated.items() if flag in known}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

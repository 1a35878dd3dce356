"""What follows from answers for our operators, in the least that can be compared.

A finding is `[confidence, applies from, later reading, kind, title, citation]`, a duty
`[confidence, applies from, later reading]`; a duty that does not bind is left out.
Whether a duty binds yet is no part of it: time passes without any change of the law.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from governance.circumstances.selectors import Acting
from governance.classification.contents.interview import readable
from governance.law.classify import classify
from governance.law.duties import State, owed
from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.verdict import Verdict

Lines: TypeAlias = dict[str, list[str | None]]
# LIMIT: about 20 MB in a worker; systems of one kind share their answers.
REMEMBERED = 2048


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
    asked = (rules_now(), _text(answers), on, edition)
    return Derived(
        findings=lines_of(_plain(_verdict(*asked))),
        duties={
            each["operator"]: _owed(*asked, tuple(each["roles"]), _text(each["flags"]))
            for each in bearers
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


# Only what is exactly equal is taken for the same: the whole text is the key, and the
# digest of the law's data is a part of it.
@lru_cache(REMEMBERED)
def _verdict(_rules: str, answers: str, on: date, edition: str | None) -> Verdict:
    return classify(readable(orjson.loads(answers)), on, edition)


@lru_cache(REMEMBERED)
def _owed(
    rules: str,
    answers: str,
    on: date,
    edition: str | None,
    roles: tuple[str, ...],
    flags: str,
) -> Lines:
    known = {f: told for f, told in orjson.loads(flags).items() if f in _flags()}
    bound = [role for role in roles if role in catalogue().roles]
    verdict = _verdict(rules, answers, on, edition)
    found = owed(verdict, readable(orjson.loads(answers)), bound, known)
    return {
        row.id: [
            str(row.confidence),
            _iso(row.applies_from),
            _iso(row.applies_from_later),
        ]
        for row in found.duties
        if row.state is not State.NOT and row.nature == "duty"
    }


def _flags() -> Mapping[str, Any]:
    return catalogue().flags


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "findings": [
            {
                "id": item.id,
                "confidence": str(item.confidence),
                "applies_from": _iso(item.applies_from),
                "applies_from_later": _iso(item.applies_from_later),
                "kind": str(item.kind),
                "title": item.title,
                "citation": item.citation,
            }
            for item in verdict.findings
        ]
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

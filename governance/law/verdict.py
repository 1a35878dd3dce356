"""What a classification returns: a set of findings with their reasons.

A verdict is a frozen value. `as_json` gives plain JSON values (dates as ISO 8601);
`from_json` reads them back, so that a stored verdict stays what it was even when the
data of this room changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from governance.law.logic import Truth
from governance.law.model import Confidence, Kind

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One reason: the question, what was answered, and where the law asks it."""

    fact: str
    question: str
    answer: str
    citation: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not established, and who is likely to know it."""

    fact: str
    question: str
    who_knows: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A direct consequence of a finding, with its own two readings of the date."""

    citation: str
    text: str
    applies_from: date | None
    applies_from_later: date | None
    certain: bool


class Finding(NamedTuple):
    """One thing the Act makes of the system; a verdict is a set of these.

    `unless`: the open exceptions on which alone it hangs. `guidance`: "draft" where it,
    the other reading of it, or that it is open rests on draft guidance alone.
    """

    id: str
    provision: str
    kind: Kind
    citation: str
    title: str
    says: str
    confidence: Confidence
    applies_from: date | None
    applies_from_later: date | None
    applies_now: bool
    label: str
    timing: str
    bearers: tuple[str, ...]
    concerns_us: Truth
    steps: tuple[Step, ...]
    missing: tuple[Missing, ...]
    duties: tuple[Duty, ...] = ()
    dispute: str = ""
    unless: tuple[str, ...] = ()
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A provision that the answers rule out, and the facts that did so.

    `guidance`: "draft" where it would stand by the text of the Act alone.
    """

    provision: str
    citation: str
    title: str
    because: tuple[str, ...]
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the Act makes of a system on a day, with its reasons."""

    on: date
    edition: str
    hypothetical: bool
    rules: str
    headline: str
    findings: tuple[Finding, ...]
    ruled_out: tuple[Ruled, ...] = ()
    open_facts: tuple[Missing, ...] = ()
    status_unknown_after: date | None = None

    @property
    def established(self) -> tuple[Finding, ...]:
        """The findings that the answers bear out, disputed ones included."""
        unsure = Confidence.NOT_ESTABLISHED
        return tuple(f for f in self.findings if f.confidence is not unsure)

    @property
    def tags(self) -> frozenset[str]:
        """The kinds of all established or disputed findings."""
        return frozenset(str(finding.kind) for finding in self.established)

    def as_json(self) -> Json:
        """The verdict as plain JSON values."""
        return plain(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """Read what `as_json` wrote. Raises KeyError or ValueError on anything else."""
        return cls(
            on=date.fromisoformat(data["on"]),
            edition=data["edition"],
            hypothetical=data["hypothetical"],
            rules=data["rules"],
            headline=data["headline"],
            findings=tuple(_finding(item) for item in data["findings"]),
            ruled_out=tuple(
                Ruled(**{**item, "because": tuple(item["because"])})
                for item in data["ruled_out"]
            ),
            open_facts=_each(Missing, data["open_facts"]),
            status_unknown_after=_day(data.get("status_unknown_after")),
        )


def plain(value: object) -> Json:
    """A value with named fields as plain JSON values, dates as ISO 8601."""
    read: Json = _plain(value)
    return read


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        value = {item.name: getattr(value, item.name) for item in fields(value)}
    elif isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Enum) else value


def _each(kind: type[T], items: list[Json]) -> tuple[T, ...]:
    return tuple(kind(**item) for item in items)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _duty(data: Json) -> Duty:
    later = _day(data["applies_from_later"])
    plain = {**data, "applies_from": _day(data["applies_from"])}
    return Duty(**{**plain, "applies_from_later": later})


def _finding(data: Json) -> Finding:
    return Finding(
        **{
            **data,
            "kind": Kind(data["kind"]),
            "confidence": Confidence(data["confidence"]),
            "applies_from": _day(data["applies_from"]),
            "applies_from_later": _day(data["applies_from_later"]),
            "bearers": tuple(data["bearers"]),
            "concerns_us": Truth(data["concerns_us"]),
            "steps": _each(Step, data["steps"]),
            "missing": _each(Missing, data["missing"]),
            "duties": tuple(_duty(item) for item in data["duties"]),
            "unless": tuple(data.get("unless", ())),
        }
    )

"""What a check found: for a reader at a terminal, and for a program."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class LimitReached(Exception):
    """So many faults were found that looking for more would tell nothing new."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, and where; expected and found when known."""

    where: str
    what: str
    expected: str = ""
    found: str = ""
    place: Mapping[str, str | int] = field(default_factory=dict)
    """`where` for a program: file, entry or position, and the byte in the file."""


@dataclass(slots=True)
class Report:
    """The outcome of one command."""

    command: str
    limit: int = 100
    facts: dict[str, str | int] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    anchors: list[dict[str, Any]] = field(default_factory=list)
    """Who vouches for the log besides its operator, for programs."""
    streams: list[dict[str, Any]] = field(default_factory=list)
    """What holds of each stream of numbered events."""

    @property
    def holds(self) -> bool:
        """Tell whether everything that was checked holds."""
        return bool(self.held) and not self.faults

    def fault(
        self,
        where: str,
        what: object,
        expected: str = "",
        found: str = "",
        **place: str | int,
    ) -> None:
        """Note a fault; raise LimitReached when that was the last one to list."""
        self.add(Fault(where, str(what), expected, found, place))

    def add(self, fault: Fault) -> None:
        """Note a fault that was found elsewhere; raise LimitReached as `fault` does."""
        self.faults.append(fault)
        if len(self.faults) >= self.limit:
            raise LimitReached

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program (the keys are a promise)."""
        return {
            "command": self.command,
            "holds": self.holds,
            "facts": self.facts,
            "held": self.held,
            "faults": [
                {
                    "where": each.where,
                    "what": each.what,
                    "expected": each.expected,
                    "found": each.found,
                    "place": dict(each.place),
                }
                for each in self.faults
            ],
            "conclusions": self.conclusions,
            "not_checked": self.unchecked,
            "anchors": self.anchors,
            "streams": self.streams,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for a reader."""
        for name, value in self.facts.items():
            yield f"{name + ':':<12}{_plain(str(value))}"
        for text in self.held:
            yield f"holds       {_plain(text)}"
        for each in self.faults:
            yield f"WRONG       {_plain(each.where)}: {_plain(each.what)}"
            if each.expected or each.found:
                yield f"            expected {_plain(each.expected)}"
                yield f"            found    {_plain(each.found)}"
        for text in self.conclusions:
            yield f"so          {_plain(text)}"
        for text in self.unchecked:
            yield f"not checked here: {_plain(text)}"
        yield "The evidence holds." if self.holds else "The evidence does NOT hold."


def _plain(text: str) -> str:
    """Return text that cannot steer a terminal: what we print may be hostile."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)

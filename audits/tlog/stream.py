"""One stream: the events that one source numbered 1, 2, 3, … within one epoch.

A source begins an epoch when it does not know how far it had come. Each event may
name the one before it (`prev`), by a hash over what its entry says in the clear:
nothing personal can be guessed from it, and whoever has the entries can compute it.

1. A number may be missing and come later; nothing is refused, and nothing forgotten.
2. What is known of a stream is a few runs of numbers without a hole. They can be put
   together in any order, so that several processes may each read a part of a log.
3. A hole whose two neighbours name each other was made by the source: it gave the
   number to an event that it lost before sending. In any other hole an event existed.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

LINK = "probatum-link-v1"
FIRST = 1
"""Where numbers begin; a source that begins at 0 may."""

MOST_RUNS = 2000
"""LIMIT: of more holes the oldest declared ones are counted only: what comes there
later can no longer be told from a number that comes twice."""

MOST_FAULTS = 100
"""LIMIT: a stream that is wrong throughout lists its first faults, and counts all."""


def link(epoch: str, number: int, event_id: str, at: str, prev: str) -> str:
    """Return what the next event of the stream names as its `prev`."""
    lines = (LINK, epoch, str(number), event_id, at, prev, "")
    return sha256("\n".join(lines).encode()).hexdigest()


class Run(NamedTuple):
    """Events whose numbers follow each other without a hole."""

    first: int
    last: int
    prev: str
    """What the first event names; empty when it names nothing, or is not known."""
    link: str
    """What the event after the last one should name."""
    entry: int
    """Where the first event is in the log."""
    at: str
    """When the first event happened, as its source says."""
    end: str
    """When the last one did."""
    received: str
    """When the first of them to come came."""
    heard: str
    """When the last of them came."""


class Hole(NamedTuple):
    """Numbers that never came."""

    first: int
    last: int
    noticed: str
    """When a later event, or a heartbeat, showed that they are missing."""
    after: str
    """When the event before the hole happened; empty if there is none."""
    before: str
    """When the event behind it happened; empty if there is none."""
    spent: bool
    """The source lost these events itself, before it sent them: see rule 3."""
    declared: bool
    """The log says so itself, in an entry of its own."""

    @property
    def size(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


@dataclass(slots=True)
class Stream:
    """What the entries of a log say of one source's epoch."""

    source: str
    epoch: str
    runs: list[Run] = field(default_factory=list)
    declared: list[tuple[int, int]] = field(default_factory=list)
    late: list[tuple[int, int]] = field(default_factory=list)
    """What came after it was declared missing, and no entry says so yet."""
    late_count: int = 0
    folded: int = 0
    """Numbers up to here are no longer told apart; so many of them are missing:"""
    folded_missing: int = 0
    folded_holes: int = 0
    claimed: int = 0
    """The last number that the source says it gave."""
    short: str = ""
    """Since when its claim is ahead of the events; empty when it is not."""
    head: str = ""
    beat: dict[str, Any] = field(default_factory=dict)
    """The newest heartbeat, as its entry says it."""
    first_beat: dict[str, Any] = field(default_factory=dict)
    silent: bool = False
    """The log declared that nothing is heard any more."""
    ended: str = ""
    """"closed" by the source, or "followed" by an epoch that names this one."""
    faults: list[dict[str, Any]] = field(default_factory=list)
    fault_count: int = 0
    heard: str = ""
    """When the newest event or heartbeat came."""

    @property
    def top(self) -> int:
        """The highest number that came; what numbers start after, when none did."""
        return self.runs[-1].last if self.runs else FIRST - 1

    @property
    def present(self) -> int:
        """How many numbers came."""
        return sum(run.last - run.first + 1 for run in self.runs) - self.folded_missing

    @property
    def missing(self) -> int:
        """How many numbers did not."""
        return sum(hole.size for hole in self.holes()) + self.folded_missing

    def fault(self, index: int, number: int, what: str) -> None:
        """Note what is wrong with the stream, and in which entry."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append({"index": index, "number": number, "what": what})

    def add(self, run: Run) -> None:
        """Take in events that the log has."""
        self.heard, self.silent = max(self.heard, run.heard), False
        if run.first <= self.folded:
            self.late_count += run.last - run.first + 1
            return
        place = bisect_right(self.runs, run.first, key=lambda each: each.first)
        if place and run.first <= self.runs[place - 1].last:
            self.fault(run.entry, run.first, "repeated")
            last = self.runs[place - 1].last
            if run.last > last:
                self.add(run._replace(first=last + 1, prev=""))
            return
        if place < len(self.runs) and run.last >= (cut := self.runs[place].first):
            self.add(run._replace(last=cut - 1, link=""))
            self.add(run._replace(first=cut, prev=""))
            return
        self._note_late(run)
        self.runs.insert(place, run)
        self._join(place + 1)
        self._join(place)
        if self.top >= self.claimed:
            self.short = ""
        if len(self.runs) > MOST_RUNS:
            self._fold()

    def _note_late(self, run: Run) -> None:
        for first, last in self.declared:
            low, high = max(first, run.first), min(last, run.last)
            if low <= high:
                self.late_count += high - low + 1
                self.late = united([*self.late, (low, high)])

    def _join(self, place: int) -> None:
        """Make one run of two that touch."""
        if not 0 < place < len(self.runs):
            return
        lower, upper = self.runs[place - 1 : place + 1]
        if upper.first != lower.last + 1:
            return
        if upper.prev and lower.link and upper.prev != lower.link:
            self.fault(upper.entry, upper.first, "chain")
        self.runs[place - 1 : place + 1] = [
            upper._replace(
                first=lower.first, prev=lower.prev, entry=lower.entry, at=lower.at,
                received=min(lower.received, upper.received),
                heard=max(lower.heard, upper.heard),
            )
        ]  # fmt: skip

    def _fold(self) -> None:
        lower, upper = self.runs[:2]
        hole = (lower.last + 1, upper.first - 1)
        if not self._is_declared(*hole):
            return
        self.folded_missing += hole[1] - hole[0] + 1
        self.folded_holes += 1
        self.folded = hole[1]
        self.runs[:2] = [upper._replace(first=lower.first, prev=lower.prev)]
        self.declared = [each for each in self.declared if each[1] > self.folded]

    def declare(self, first: int, last: int | None) -> None:
        """Take over that the log declares numbers missing; None: it hears no more."""
        if last is None:
            self.silent = True
        else:
            self.declared = united([*self.declared, (first, last)])

    def fill(self, first: int, last: int) -> None:
        """Take over that the log says of declared numbers that they came late."""
        self.late = without(self.late, first, last)
        self.declared = without(self.declared, first, last)

    def claim(self, last: int, received: str, *, ended: str = "") -> None:
        """Take over that the source says it gave numbers up to `last`."""
        self.claimed = max(self.claimed, last)
        self.ended = ended or self.ended
        if self.claimed > self.top and not self.short:
            self.short = received

    def holes(self) -> Iterator[Hole]:
        """Yield what is missing, lowest numbers first."""
        since, seen = self.short, []
        for run in reversed(self.runs):
            since = min(filter(None, (since, run.received)))
            seen.append(since)
        number, end, before = FIRST, "", ""
        for run, noticed in zip(self.runs, reversed(seen), strict=True):
            if run.first > number:
                made = bool(before) and run.prev == before
                last = run.first - 1
                known = self._is_declared(number, last)
                yield Hole(number, last, noticed, end, run.at, made, known)
            number, end, before = run.last + 1, run.end, run.link
        if self.claimed >= number:
            made = bool(before) and self.head == before
            known = self._is_declared(number, self.claimed)
            yield Hole(number, self.claimed, self.short, end, "", made, known)

    def _is_declared(self, first: int, last: int) -> bool:
        return any(low <= first and last <= high for low, high in self.declared)

    def undeclared(self) -> Iterator[tuple[int, int, str]]:
        """Yield what is missing and the log does not say so, since when."""
        for hole in self.holes():
            rest = [(hole.first, hole.last)]
            for low, high in self.declared:
                rest = without(rest, low, high)
            for first, last in rest:
                yield first, last, hole.noticed

    def as_json(self) -> dict[str, Any]:
        """Return all that is known, for a database to keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Stream":
        """Return what `as_json` gave."""
        found = cls(**kept)
        found.runs = [Run(*each) for each in found.runs]
        found.declared = [(first, last) for first, last in found.declared]
        found.late = [(first, last) for first, last in found.late]
        return found


def united(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same numbers in as few ranges as can be, lowest first."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def without(
    ranges: list[tuple[int, int]], first: int, last: int
) -> list[tuple[int, int]]:
    """Return the ranges less the numbers from `first` to `last`."""
    found = []
    for low, high in ranges:
        if low < first:
            found.append((low, min(high, first - 1)))
        if high > last:
            found.append((max(low, last + 1), high))
    return [each for each in found if each[0] <= each[1]]

"""All streams of a log, out of its entries: which numbers came, and what is wrong.

The server shows the same, computed by the same code: an authority that runs this over
the files needs no trust in what a page says.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from audits.tlog.heartbeat import is_heartbeat, is_number
from audits.tlog.stream import Run, Stream, link

Key = tuple[str, str]
"""A source, and one of its epochs."""

EVENT, HEARTBEAT = "prediction", "heartbeat"
DECLARED, FILLED = "gap_declared", "gap_filled"


_OTHER = (
    rb'(?:"(?!(?:at|eid|ep|pay|prev|rx|seq|src|type)")[a-z_]+":'
    rb'(?:"[^"\\\\\x00-\x1f]*"|[0-9]+),)*'
)
_TEXT = rb'"([^"\\\\\x00-\x1f]*)",'
_CANONICAL = re.compile(
    b"".join((
        rb'\{"at":', _TEXT, _OTHER, rb'"eid":', _TEXT, _OTHER, rb'"ep":', _TEXT, _OTHER,
        rb'"pay":\[[^\]]*\],', _OTHER, rb'(?:"prev":', _TEXT, rb")?", _OTHER,
        rb'"rx":', _TEXT, _OTHER, rb'"seq":(0|[1-9][0-9]{0,14}),', _OTHER,
        rb'"src":', _TEXT, _OTHER, rb'"type":"prediction",', rb'"v":1\}',
    ))
)  # fmt: skip
"""A numbered event as the server writes it. Reading it as JSON takes far longer; an
entry that is written otherwise is read so, and comes to the same."""


Step = tuple[Key, Run] | tuple[int, dict[str, Any]]
"""A run of a stream's events, or the index of an entry that tells of a stream."""

_SOURCE = b'"src":'
_RECEIVED = re.compile(rb'"rx":"([0-9TZ:.-]+)"')


@dataclass(slots=True)
class Extract:
    """What a stretch of entries says of streams, in their order."""

    steps: list[Step] = field(default_factory=list)
    days: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    """How many events of a source came on a day, numbered or not."""
    newest: str = ""
    """When the last of them came."""


def extract(
    entries: Iterable[tuple[int, bytes]], loads: Callable[[bytes], Any] = json.loads
) -> Extract:
    """Read entries with their indexes; events that follow each other become one run.

    Entries that say nothing of streams, or are no JSON, are passed over: whether they
    are what the log holds is another question.
    """
    found = _Extracting()
    for index, data in entries:
        with suppress(ValueError):
            found.add(index, data, loads)
    return found.end()


class _Extracting:
    """Puts events together into runs, as long as nothing else is said of a stream."""

    def __init__(self) -> None:
        self.found = Extract()
        self.runs: dict[Key, list[Any]] = {}
        """What a run is made of; a tuple made anew for each event takes longer."""

    def add(self, index: int, data: bytes, loads: Callable[[bytes], Any]) -> None:
        """Take in one entry; ValueError when it is no JSON object."""
        if _SOURCE not in data:  # an act, a review: only its time matters
            came = _RECEIVED.search(data)
            self._note(came[1].decode() if came else "")
        elif found := _CANONICAL.fullmatch(data):
            at, eid, epoch, prev, received, number, source = (
                text.decode() for text in found.groups(b"")
            )
            self._note(received)
            self.found.days[source, received[:10], True] += 1
            self._go_on((source, epoch), index, int(number), (eid, at, prev, received))
        else:
            entry = loads(data)
            if not isinstance(entry, dict):
                raise ValueError("not an object")
            self._add_any(index, entry)

    def _note(self, received: str) -> None:
        if received > self.found.newest:
            self.found.newest = received

    def _add_any(self, index: int, entry: dict[str, Any]) -> None:
        kind, source = entry.get("type"), str(entry.get("src", ""))
        received = str(entry.get("rx", ""))
        self._note(received)
        if kind == EVENT:
            is_numbered = _is_numbered(entry)
            self.found.days[source, received[:10], is_numbered] += 1
            if is_numbered:
                at, prev = entry["at"], entry.get("prev", "")
                said = (str(entry.get("eid", "")), at, prev, received)
                self._go_on((source, entry["ep"]), index, entry["seq"], said)
        elif kind in (HEARTBEAT, DECLARED, FILLED):
            # ORDER: what came before is taken in before.
            self._flush((source, str(entry.get("ep", ""))))
            self.found.steps.append((index, entry))

    def _go_on(
        self, key: Key, index: int, number: int, said: tuple[str, str, str, str]
    ) -> None:
        """Add one event (its id, instant, prev and receipt time) to a run, or begin."""
        event_id, at, prev, received = said
        made = link(key[1], number, event_id, at, prev)
        begun = self.runs.get(key)
        if begun and number == begun[1] + 1 and prev in ("", begun[3]):
            begun[1], begun[3], begun[6], begun[8] = number, made, at, received
        else:
            self._flush(key)
            run = Run(number, number, prev, made, index, at, at, received, received)
            self.runs[key] = list(run)

    def _flush(self, key: Key) -> None:
        if key in self.runs:
            self.found.steps.append((key, Run(*self.runs.pop(key))))

    def end(self) -> Extract:
        for key in list(self.runs):
            self._flush(key)
        return self.found


def _is_numbered(entry: Mapping[str, Any]) -> bool:
    texts = (entry.get("src"), entry.get("ep"), entry.get("at"), entry.get("rx"))
    return (
        all(isinstance(text, str) for text in (*texts, entry.get("prev", "")))
        and is_number(entry.get("seq"))
    )  # fmt: skip


class Streams:
    """The streams of a log, brought up entry by entry."""

    def __init__(self, load: Callable[[Key], Stream] | None = None) -> None:
        """Begin with none; `load` gives what is known already of a stream."""
        self.known: dict[Key, Stream] = {}
        self.days: Counter[tuple[str, str, bool]] = Counter()
        self.newest = ""
        self._load = load or (lambda key: Stream(*key))

    def stream(self, key: Key) -> Stream:
        """Return what is known of a stream."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._load(key)
        return found

    def take(self, extract: Extract) -> None:
        """Take in the next stretch of entries."""
        self.days += extract.days
        self.newest = max(self.newest, extract.newest)
        for step in extract.steps:
            if isinstance(step[1], Run):
                self.stream(step[0]).add(step[1])
            else:
                self._tell(step[0], step[1])

    def _tell(self, index: int, entry: dict[str, Any]) -> None:
        if entry["type"] == HEARTBEAT:
            if is_heartbeat(entry):
                self._beat(index, entry)
            return
        source, epoch = entry.get("src"), entry.get("ep")
        if not isinstance(source, str) or not isinstance(epoch, str):
            return
        stream = self.stream((source, epoch))
        for first, last in _ranges(entry.get("ranges")):
            if entry["type"] == DECLARED:
                stream.declare(first, last)
            elif last is not None:
                stream.fill(first, last)

    def _beat(self, index: int, beat: dict[str, Any]) -> None:
        source, received = beat["src"], beat["rx"]
        stream = self.stream((source, beat["ep"]))
        said = {**beat, "index": index}
        said.pop("pay", None)
        if stream.first_beat.get("key", beat.get("key")) != beat.get("key"):
            stream.fault(index, beat["last"], "key")
        stream.first_beat = stream.first_beat or said
        stream.heard, stream.silent = max(stream.heard, received), False
        if beat["last"] < stream.claimed:
            stream.fault(index, beat["last"], "went back")
            return
        stream.beat, stream.head = said, beat.get("head", "")
        ended = "closed" if beat["state"] == "closed" else ""
        stream.claim(beat["last"], received, ended=ended)
        if not head_fits(stream):
            stream.fault(index, beat["last"], "head")
        if beat.get("fep") and beat["fep"] != beat["ep"]:
            former = self.stream((source, beat["fep"]))
            if former.ended != "followed":
                former.claim(beat.get("flast", 0), received, ended="followed")


def head_fits(stream: Stream) -> bool:
    """Tell whether the events end in the link that the newest heartbeat states.

    True as well while it cannot be said: the events before it have not all come.
    """
    last, head = stream.beat.get("last"), stream.beat.get("head")
    if not head or not stream.runs or stream.runs[-1].last != last:
        return True
    return stream.runs[-1].link in ("", head)


def _ranges(value: object) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    for each in value if isinstance(value, list) else []:
        if isinstance(each, list) and len(each) == 2 and is_number(each[0]):
            first, last = each
            if last is None or (is_number(last) and last >= first):
                found.append((first, last))
    return found

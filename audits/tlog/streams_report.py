"""What a check says of a log's streams: complete, incomplete and owned up to, or not.

1. The numbers of a stream that came, and those that the log itself declares missing,
   are all from the first to the last that the source states. Any other is a fault.
2. A number that stands twice, a chain that breaks, and a heartbeat that contradicts the
   events or an earlier one, or that its key did not sign, are faults.
3. A hole that showed in the last minutes before the log's newest entry may still be
   filled or declared: it is listed as not checked.
4. Events that no source numbered are counted, since nothing more can be said of them.
"""

from datetime import datetime, timedelta

from audits.tlog.heartbeat import is_signed, signature_holds
from audits.tlog.report import Report
from audits.tlog.stream import Stream
from audits.tlog.streams import Streams, head_fits
from audits.tlog.tile import ENTRIES, WIDTH, TileRef

GRACE = timedelta(minutes=5)
"""The server declares a gap after one; its worker may have been away."""

WORDS = {
    "repeated": "number {number} stands for a second event",
    "chain": "event {number} does not name the event before it: one of the two was "
    "exchanged, or another was taken out",
    "head": "the heartbeat states other events up to number {number}",
    "key": "the heartbeat is signed with another key than the first of its epoch",
    "went back": "the heartbeat states fewer events than an earlier one",
    "signature": "the heartbeat was not signed with the key that it names",
}


def judge(streams: Streams, report: Report) -> None:
    """Report on all streams of a log whose entries were all read, and are as signed."""
    before = len(report.faults)
    for key in sorted(streams.known):
        stream = streams.known[key]
        _check_heartbeats(stream)
        report.streams.append(_facts(stream))
        _faults(stream, report)
        _holes(stream, report, streams.newest)
        if not stream.beat and not stream.ended:
            report.unchecked.append(
                f"{_name(stream)}: whether events after {stream.top} were lost: "
                "no heartbeat states how many there were"
            )
    for source in sorted({source for source, _epoch in streams.known}):
        report.held += _held(
            source, [s for s in streams.known.values() if s.source == source]
        )
    for source in sorted({source for source, _day, numbered in streams.days}):
        bare = sum(
            count
            for (name, _day, numbered), count in streams.days.items()
            if name == source and not numbered
        )
        if bare:
            report.unchecked.append(
                f"source {source}: {bare} events without a number: whether others are "
                "missing among them cannot be said"
            )
    if len(report.faults) > before:
        report.conclusions.append(
            "the entries are as they were signed: what is wrong with a stream was so "
            "when its events came, or did not come"
        )


def _name(stream: Stream) -> str:
    return f"source {stream.source}, epoch {stream.epoch}"


def _check_heartbeats(stream: Stream) -> None:
    """Check the first heartbeat, which brings the key, and the last, which counts."""
    said = {each["index"]: each for each in (stream.first_beat, stream.beat) if each}
    for index, beat in said.items():
        if is_signed(beat) and not signature_holds(beat):
            stream.fault(index, beat["last"], "signature")
    known = any(each["what"] == "head" for each in stream.faults)
    if stream.beat and not known and not head_fits(stream):
        stream.fault(stream.beat["index"], stream.beat["last"], "head")


def _facts(stream: Stream) -> dict[str, object]:
    holes = list(stream.holes())
    return {
        "source": stream.source,
        "epoch": stream.epoch,
        "last": max(stream.top, stream.claimed),
        "present": stream.present,
        "missing": stream.missing,
        "gaps": [
            {
                "first": hole.first,
                "last": hole.last,
                "noticed": hole.noticed,
                "declared": hole.declared,
                "lost_by_source": hole.spent,
            }
            for hole in holes
        ],
        "late": stream.late_count,
        "ended": stream.ended,
        "silent": stream.silent and not stream.ended,
        "heartbeats": "signed" if is_signed(stream.beat) else
        "not signed" if stream.beat else "none",
        "faults": stream.fault_count,
    }  # fmt: skip


def _faults(stream: Stream, report: Report) -> None:
    for each in stream.faults:
        index = each["index"]
        file = TileRef(ENTRIES, index // WIDTH, WIDTH).path
        report.fault(
            f"entry {index} ({_name(stream)})",
            WORDS[each["what"]].format(**each),
            file=file,
            entry=index,
            number=each["number"],
        )


def _holes(stream: Stream, report: Report, newest: str) -> None:
    for first, last, noticed in stream.undeclared():
        numbers = f"number {first}" if first == last else f"numbers {first} to {last}"
        if _age(noticed, newest) <= GRACE:
            report.unchecked.append(
                f"{_name(stream)}: {numbers} had not come when the log ended; "
                "missed so recently, they may still come or be declared missing"
            )
            continue
        tail = "" if first <= stream.top else ", which its source says it gave"
        report.fault(
            _name(stream),
            f"{numbers}{tail}: missing, and the log does not say so",
            first=first,
            last=last,
        )


def _age(noticed: str, newest: str) -> timedelta:
    try:
        return datetime.fromisoformat(newest) - datetime.fromisoformat(noticed)
    except (ValueError, TypeError):
        return GRACE * 2


def _held(source: str, streams: list[Stream]) -> list[str]:
    """Return what holds of a source's epochs with which nothing is wrong."""
    good = [
        each for each in streams if not each.fault_count and not list(each.undeclared())
    ]
    if not good:
        return []
    present = sum(each.present for each in good)
    missing = sum(each.missing for each in good)
    text = f"source {source}: {present} numbered events in {len(good)} epochs"
    if missing:
        return [f"{text}; {missing} more are missing, and the log declares them so"]
    return [f"{text}, none missing between the first and the last that is known"]

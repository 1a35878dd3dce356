"""A calendar as RFC 5545 wants it: CRLF, lines of 75 octets, escaped text, UTC."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

OCTETS = 75  # RFC 5545, section 3.1: the longest line, without its line break
# Section 3.3.11 allows no control character but the tab in a text.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a day, or at a moment."""

    uid: str
    start: date | datetime
    summary: str
    description: str
    url: str


def calendar(name: str, events: Iterable[Event], at: datetime) -> bytes:
    """The whole calendar. `at` is when it was made, for DTSTAMP."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Probatum//Duties under the AI Act//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for event in events:
        lines += _event(event, at)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(event: Event, at: datetime) -> Sequence[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{moment(at)}",
        _start(event.start),
        f"SUMMARY:{escaped(event.summary)}",
        f"DESCRIPTION:{escaped(event.description)}",
        f"URL:{event.url}",
        # A due day keeps nobody busy.
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _start(start: date | datetime) -> str:
    if isinstance(start, datetime):
        return f"DTSTART:{moment(start)}"
    # Four digits, which %Y does not give for a year before 1000.
    return f"DTSTART;VALUE=DATE:{start.isoformat().replace('-', '')}"


def moment(at: datetime) -> str:
    """A moment in UTC (section 3.3.5, form 2)."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text value (section 3.3.11): backslash first, then the separators."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return UNSEEN.sub("", plain).replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line, folded so that no part is longer than 75 octets or splits a character."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        raw = character.encode()
        room = OCTETS if not parts else OCTETS - 1  # a space begins the next
        if len(part) + len(raw) > room:
            parts.append(part)
            part = b""
        part += raw
    return b"\r\n ".join([*parts, part]) + b"\r\n"

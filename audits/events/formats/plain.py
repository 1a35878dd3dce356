"""Our own format: an event as JSON, an array of them, or one a line."""

from datetime import datetime

from audits.events.encoding import Event, check, check_body, decode_event


def lines(body: bytes) -> list[bytes]:
    """The exact bytes of each line that is not empty."""
    return [line.strip() for line in body.splitlines() if line.strip()]


def decode(body: bytes, now: datetime) -> Event:
    """The event, or FieldError, or what msgspec says."""
    event = decode_event(body)
    check_body(body)
    check(event, now)
    return event

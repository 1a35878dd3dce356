"""Our own format: an event as JSON, an array of them, or one a line."""

from datetime import datetime

import msgspec

from audits.events.encoding import Event, check, check_body, decode_event


def lines(body: bytes) -> list[bytes]:
    """The exact bytes of each line that is not empty."""
    return [line.strip() for line in body.splitlines() if line.strip()]


def decode(body: bytes, now: datetime) -> Event:
    """The event, or FieldError, or what msgspec says."""
    try:
        event = decode_event(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError):
        # msgspec calls half a pair of surrogates a body that was cut.
        check_body(body)
        raise
    check_body(body)
    check(event, now, body)
    return event

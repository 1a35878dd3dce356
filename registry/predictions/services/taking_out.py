"""What people take out of Probatum: each download by a person leaves a trail entry."""

from datetime import datetime
from typing import Any

from audits.trail.services import Actor, record
from registry.predictions.access import Found
from registry.predictions.services.verification import subject_of_event
from registry.systems.models import AISystem


def record_download(*, found: Found, what: str, by: Actor, at: datetime) -> int:
    """Note that a person downloaded the proof or the bundle of one event."""
    return record(
        log=found.log,
        verb="evidence.downloaded",
        subject=subject_of_event(found.entry.event_id),
        by=by,
        at=at,
        details={"file": what},
    )


def record_export(
    *, system: AISystem, details: dict[str, Any], by: Actor, at: datetime
) -> int:
    """Note that a person exported a table of the system; `details` says which."""
    return record(
        log=system.log,
        verb="table.exported",
        subject=system,
        by=by,
        at=at,
        details=details,
    )

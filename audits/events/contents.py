"""What is asked of a writer, what became of it, and what a dry run foretells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson

from audits.events.encoding import Event
from audits.events.encoding.leaf import core_of, parts_of
from audits.events.models import Flag
from audits.log.models import Log
from audits.log.services import Appended, Leaf


class IdConflict(Exception):
    """An id came again with another body. Nothing of the request was stored."""

    def __init__(self, event_id: UUID) -> None:
        super().__init__(str(event_id))
        self.event_id = event_id


@dataclass(frozen=True, slots=True)
class Job:
    """The leaves that one request wants in one log, by their ids.

    `keys` is the version of the keys under which their payloads are sealed.
    """

    log: Log
    prepared: dict[UUID, Leaf]
    now: datetime
    keys: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a job: the new leaves, and the indexes of the known ids."""

    log: Log
    new: Sequence[Leaf]
    appended: Appended | None
    indexes: dict[UUID, int]
    note: str = ""
    """The signed tree with the new leaves; none yet within a caller's transaction."""


def foretold(event: Event, *, source: str, status: str, flags: int) -> dict[str, Any]:
    """One event as it would be kept, with advice on what could be better."""
    return {
        "id": str(event.id),
        "would_be": status,
        "flags": Flag.names(flags),
        "in_the_clear": msgspec.to_builtins(core_of(event, source)),
        "parts": {role: orjson.Fragment(raw) for role, raw in parts_of(event).items()},
        "advice": _advice(event, flags),
    }


def _advice(event: Event, flags: int) -> list[dict[str, str]]:
    found = []
    if flags & Flag.UNKNOWN_MODEL_VERSION:
        found.append(_say(
            "model_version",
            f"The registry knows no version {event.model_version} of this system.",
            "Register the version, or send the name under which it stands there.",
        ))  # fmt: skip
    if flags & Flag.UNKNOWN_DEPLOYMENT:
        found.append(_say(
            "deployment",
            f"The registry knows no deployment {event.deployment} of this system.",
            "Register the deployment, or send the name under which it stands there.",
        ))  # fmt: skip
    if flags & Flag.LATE:
        found.append(_say(
            "occurred_at",
            "It lies more than 5 minutes back; the entry is marked as late for ever.",
            "Post an event when it happens (Art. 12(1): recorded automatically).",
        ))  # fmt: skip
    if event.input is msgspec.UNSET and event.input_ref is None:
        found.append(_say(
            "input",
            "Nothing says what the output was made from.",
            "Send input or input_ref: without them nobody can trace what led to a risk "
            "(Art. 12(2)(a)), nor review the output (Art. 14(4)).",
        ))  # fmt: skip
    if event.reference_database is not None and not (event.use_start and event.use_end):
        found.append(_say(
            "use_start",
            "A search in a reference database says not when its use began and ended.",
            "Send use_start and use_end; remote biometric identification must record "
            "them (Art. 12(3)(a)).",
        ))  # fmt: skip
    return found


def _say(field: str, reason: str, fix: str) -> dict[str, str]:
    return {"field": field, "reason": reason, "fix": fix}

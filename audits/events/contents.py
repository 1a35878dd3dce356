"""What a dry run answers: what would become of an event, and what it lacks."""

from typing import Any

import msgspec
import orjson

from audits.events.encoding import Event, Flag, core_of, parts_of


def foretold(event: Event, *, source: str, status: str, flags: int) -> dict[str, Any]:
    """One event as it would be kept, with advice on what could be better."""
    return {
        "id": str(event.id),
        "would_be": status,
        "flags": Flag.names(flags),
        "in_the_clear": core_of(event, source),
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

"""What a source says of a stream as a whole: how far it has come, and that it lives.

Numbers show a hole in the midst of a stream. A tail that was cut off shows only when
the source says how many events there should be. It signs that with a key of its own,
so that nobody who keeps the log can say less in its name, or more.
"""

from collections.abc import Mapping
from typing import Any

from audits.tlog import ed25519

TITLE = "probatum-heartbeat-v1"


def message(beat: Mapping[str, Any]) -> bytes:
    """Return what the source signs: each member of the entry on a line of its own."""
    counters = beat.get("cnt", {})
    lines = (
        TITLE,
        beat["ep"],
        str(beat["last"]),
        beat.get("head", ""),
        beat["sent"],
        beat["state"],
        str(beat["every"]),
        beat.get("fep", ""),
        str(beat.get("flast", "")),
        *(f"{name}={counters[name]}" for name in sorted(counters)),
    )
    return ("\n".join(lines) + "\n").encode()


def is_signed(beat: Mapping[str, Any]) -> bool:
    """Tell whether the heartbeat carries a signature, good or bad."""
    return bool(beat.get("sig"))


def signature_holds(beat: Mapping[str, Any]) -> bool:
    """Tell whether the heartbeat was signed with the key that it names."""
    try:
        key, signature = bytes.fromhex(beat["key"]), bytes.fromhex(beat["sig"])
        return ed25519.verify(key, message(beat), signature)
    except (KeyError, TypeError, ValueError):
        return False


def is_heartbeat(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry has what a heartbeat needs, each of the right type."""
    texts = ("src", "ep", "sent", "state", "rx")
    return (
        all(isinstance(entry.get(name), str) for name in texts)
        and isinstance(entry.get("head", ""), str)
        and isinstance(entry.get("key", ""), str)
        and isinstance(entry.get("fep", ""), str)
        and all(is_number(entry.get(name)) for name in ("last", "every"))
        and is_number(entry.get("flast", 0))
        and isinstance(entry.get("cnt", {}), dict)
    )


def is_number(value: object) -> bool:
    """Tell whether a value can be an event's number."""
    return type(value) is int and 0 <= value < 2**53

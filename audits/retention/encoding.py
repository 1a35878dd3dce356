"""The signed tombstone: the log's own entry that says what was removed from it.

It states the range, and the root of the tree below the minimum index: whoever kept a
copy of what went can still show that the copy is what the log held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from audits.events.encoding import canonical
from audits.log.services import Leaf
from audits.payloads.keys import Keys
from audits.payloads.services import seal_parts
from audits.tlog.removed import REMOVED
from audits.tlog.tile import WIDTH


@dataclass(frozen=True, slots=True)
class Stone:
    """What one log loses: its entries from `first` on, up to `end`, not included."""

    month: date
    first: int
    end: int
    months: int
    """For how long the longest duty asked to keep them."""
    root: bytes
    """Of the tree below the minimum index."""


def minimum_of(end: int) -> int:
    """Where entries begin then: the bundle that `end` divides stays whole."""
    return end // WIDTH * WIDTH


def tombstone(keys: Keys, stone: Stone, parts: Mapping[str, Any]) -> Leaf:
    """The leaf; who prepared and approved, and why, are payload as in any act."""
    sealed = seal_parts(
        keys, {role: orjson.dumps(said) for role, said in parts.items()}
    )
    before, after = canonical(
        {
            "end": stone.end,
            "first": stone.first,
            "kind": "retention",
            "min": minimum_of(stone.end),
            "month": f"{stone.month:%Y-%m}",
            "months": stone.months,
            "pay": sealed.pay,
            "root": stone.root.hex(),
            "rx": "",
            "type": REMOVED,
            "v": 1,
        }
    )
    return Leaf(before, after, REMOVED, sealed.key, sealed.sealed)

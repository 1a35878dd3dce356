"""The entry `subject_erased`: what it says in the clear, and what it commits to.

    {"gone":3,"ground":"17(1)(b)","keys":1,"kind":"erasure","pay":[…],"rx":"…",
     "tag":"<16 hex digits>","type":"subject_erased","v":1}

`keys` is the version of the log's keys to which it leads, `gone` counts the payloads.
Which entries they belong to is a part of the payload, `erased`: in the clear it would
show to every reader of the log which entries were about the same person.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import orjson

from audits.events.encoding import canonical
from audits.log.services import Leaf
from audits.payloads.contents import TYPE, Ranges
from audits.payloads.keys import Keys
from audits.payloads.services import seal_parts


def as_number(tag: bytes) -> int:
    """A tag as the column of payloads has it."""
    return int.from_bytes(tag, "big", signed=True)


def as_ranges(indexes: Sequence[int]) -> Ranges:
    """Rising indexes as first and last of each run."""
    if not indexes:
        return []
    gaps = [(a, b) for a, b in pairwise(indexes) if b != a + 1]
    firsts = [indexes[0], *(b for _a, b in gaps)]
    lasts = [*(a for a, _b in gaps), indexes[-1]]
    return list(zip(firsts, lasts, strict=True))


def erasure_leaf(
    keys: Keys,
    *,
    tag: bytes,
    ground: str,
    indexes: Sequence[int],
    decision: dict[str, Any],
    person: dict[str, str],
) -> Leaf:
    """The leaf that says a person was erased; about no person itself."""
    sealed = seal_parts(
        keys,
        {
            "decision": orjson.dumps(decision),
            "erased": orjson.dumps({"entries": as_ranges(indexes)}),
            "person": orjson.dumps(person),
        },
    )
    before, after = canonical(
        {
            "gone": len(indexes),
            "ground": ground,
            "keys": keys.version + 1,
            "kind": "erasure",
            "pay": sealed.pay,
            "rx": "",
            "tag": tag.hex(),
            "type": TYPE,
            "v": 1,
        }
    )
    return Leaf(before, after, TYPE, sealed.key, sealed.sealed)

"""What the duties of a system follow from, as one digest."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

import orjson

from governance.circumstances.selectors import Acting
from governance.classification.models import Classification
from governance.law.duties_load import catalogue
from governance.law.load import law


def digest_of(
    standing: Classification | None,
    acting: Sequence[Acting],
    on: date,
    out: Sequence[date],
) -> str:
    """SHA-256 of answers, roles, facts about operators, the law's data and days."""
    facts = {
        "answers": standing.digest if standing else "",
        "acting": sorted(
            [
                str(each.operator.pk),
                sorted(each.roles),
                each.since.isoformat(),
                each.flags,
            ]
            for each in acting
        ),
        "law": [law().digest, catalogue().digest],
        "on": on.isoformat(),
        "out": [day.isoformat() for day in out],
    }
    return sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()

"""Every id of the law's data, so that texts about it can be held to what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from governance.law.duties_load import catalogue
from governance.law.limit import limits
from governance.law.load import law
from governance.law.timeline import timeline


@cache
def known() -> frozenset[str]:
    """All ids: of provisions and their exceptions, terms, questions and their choices
    (`domains.finance`), and `date.…`, `role.…`, `flag.…`, `duty.…`, `limit.…`."""
    return frozenset(_names())


def _names() -> Iterator[str]:
    data, owed = law(), catalogue()
    yield from (edition.id for edition in data.editions)
    yield from data.terms
    for item in data.provisions:
        yield item.id
        yield from (one.id for one in item.exceptions)
    for question in data.questions.values():
        yield question.id
        yield from (f"{question.id}.{choice.id}" for choice in question.choices)
    heads: Mapping[str, Iterator[str]] = {
        "date": iter({*owed.dated.starts, *(entry.id for entry in timeline())}),
        "role": iter(owed.roles),
        "flag": iter(owed.flags),
        "tier": iter(owed.tiers),
        "duty": (row.id for row in owed.rows),
        "limit": iter(limits()),
    }
    for head, names in heads.items():
        yield from (f"{head}.{name}" for name in names)

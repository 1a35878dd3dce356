"""What each file of the law's data rests on, and where its sources stop.

Every data file begins with a table `[source]`: what was read, which edition of the Act
it takes in, and on which day it was last compared. A file without one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.model import Source

NEEDED = frozenset({"title", "checked_on"})
FIELDS = NEEDED | {"edition", "status_unknown_after", "pending"}


def taken(file: str, tables: dict[str, Any]) -> Source:
    """Take the source out of what a file holds. Raises LawDataInvalid."""
    return source(file, tables.pop("source", {}))


def source(file: str, row: Mapping[str, Any]) -> Source:
    """Read a source. Raises LawDataInvalid when it says too little or too much.

    A file that takes in no edition of the Act says itself where its sources stop.
    """
    gaps = sorted(key for key in NEEDED if not row.get(key))
    strangers = sorted(set(row) - FIELDS)
    if gaps or strangers:
        raise LawDataInvalid(file, "source", f"lacks {gaps}, does not know {strangers}")
    if not (row.get("edition") or row.get("status_unknown_after")):
        raise LawDataInvalid(file, "source", "names no edition and no last day")
    return Source(**{**row, "pending": tuple(row.get("pending", ()))})

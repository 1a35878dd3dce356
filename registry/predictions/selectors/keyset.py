"""Pages of rows that lie along a log's index: as quick on the last as on the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

PAGE = 50


Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """One page, newest first, and where the neighbour pages begin."""

    rows: Sequence[Row]
    newer: int | None
    older: int | None


def keyset_page(
    rows: QuerySet[Row], *, before: int | None, after: int | None, limit: int = PAGE
) -> KeysetPage[Row]:
    """The rows next to an index; the newest when none is given."""
    if after is not None and before is None:
        found = list(rows.filter(idx__gt=after).order_by("idx")[: limit + 1])
        shown = found[:limit][::-1]
        return KeysetPage(
            shown,
            newer=_index(shown[0]) if len(found) > limit else None,
            older=_index(shown[-1]) if shown else after + 1,
        )
    if before is not None:
        rows = rows.filter(idx__lt=before)
    found = list(rows.order_by("-idx")[: limit + 1])
    shown = found[:limit]
    top = _index(shown[0]) if shown else (before or 0) - 1
    return KeysetPage(
        shown,
        newer=top if before is not None else None,
        older=_index(shown[-1]) if len(found) > limit else None,
    )


def _index(row: Model) -> int:
    index: int = row.idx  # type: ignore[attr-defined]
    return index

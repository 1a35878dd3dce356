"""Reading the trail, newest first, by keyset."""

from collections.abc import Sequence

from django.db.models import QuerySet

from audits.log.models import Log
from audits.trail.models import TrailEntry


def trail_of(
    log: Log, *, before: int | None = None, limit: int = 50
) -> Sequence[TrailEntry]:
    """The newest acts in the log, below the index `before` when it is given."""
    rows: QuerySet[TrailEntry] = TrailEntry.objects.filter(log=log)
    if before is not None:
        rows = rows.filter(idx__lt=before)
    return list(rows.order_by("-idx")[:limit])

"""The acts of people in one log."""

from collections.abc import Sequence

from audits.log.models import Log
from audits.trail.models import TrailEntry
from registry.predictions.selectors.keyset import KeysetPage, keyset_page


def trail_page(
    log: Log, *, before: int | None = None, after: int | None = None
) -> KeysetPage[TrailEntry]:
    """The acts next to an index; the newest when none is given."""
    rows = TrailEntry.objects.filter(log=log, log_class=log.log_class)
    return keyset_page(rows, before=before, after=after)


def acts_on(log: Log, subject: str, verb: str, limit: int = 5) -> Sequence[TrailEntry]:
    """The newest acts of one kind on one subject."""
    rows = TrailEntry.objects.filter(subject=subject, verb=verb, log=log)
    return list(rows.order_by("-at")[:limit])


def act_at(log: Log, idx: int, subject: str, verb: str) -> TrailEntry | None:
    """The act at an index, when it is of this kind and on this subject."""
    rows = TrailEntry.objects.filter(log=log, idx=idx, subject=subject, verb=verb)
    return rows.first()

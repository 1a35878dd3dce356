"""The reviews in one log."""

from collections.abc import Sequence

from audits.log.models import Log
from audits.oversight.models import Review
from registry.predictions.selectors.keyset import KeysetPage, keyset_page


def review_page(
    log: Log, *, before: int | None = None, after: int | None = None
) -> KeysetPage[Review]:
    """The reviews next to an index; the newest when none is given."""
    rows = Review.objects.filter(log=log, log_class=log.log_class)
    return keyset_page(rows, before=before, after=after)


def reviews_of(log: Log, prediction_idx: int) -> Sequence[Review]:
    """The reviews of one prediction, oldest first."""
    rows = Review.objects.filter(log=log, prediction_idx=prediction_idx)
    return list(rows.order_by("idx"))

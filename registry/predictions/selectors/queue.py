"""What waits for an overseer: the unreviewed among each system's newest."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from audits.log.models import Log
from registry.predictions.selectors.entries import ROW, Line

# LIMIT: predictions of each system that the queue looks at; older ones are found in
# the system's own list, filtered by "not reviewed".
NEWEST = 200
# LIMIT: entries of each log in which those are looked for.
STRETCH = 2_000


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One prediction, in whose log, and whether anybody has reviewed it."""

    log_id: int
    waits: bool
    line: Line


def newest_predictions(logs: Sequence[Log], limit: int = NEWEST) -> list[QueueLine]:
    """The newest predictions of each log, newest first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.log_id, NOT EXISTS (SELECT FROM audits_review r"  # noqa: S608
            "  WHERE r.log_id = g.log_id AND r.prediction_idx = q.idx), q.*"
            " FROM unnest(%s::int[], %s::text[]) AS g(log_id, log_class)"
            " JOIN audits_head h ON h.log_id = g.log_id"
            f" CROSS JOIN LATERAL (SELECT {ROW} FROM audits_entry e"
            "  WHERE e.log_id = g.log_id AND e.log_class = g.log_class"
            f"  AND e.type = 'prediction' AND e.idx >= h.size - {STRETCH:d}"
            "  ORDER BY e.idx DESC LIMIT %s) q"
            " ORDER BY q.received_at DESC, g.log_id, q.idx DESC",
            [[log.pk for log in logs], [log.log_class for log in logs], limit],
        )
        return [QueueLine(row[0], row[1], Line(*row[2:])) for row in cursor.fetchall()]

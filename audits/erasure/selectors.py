"""Who could be erased, and what would go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audits.erasure.encoding import as_number
from audits.log.models import Log
from audits.payloads.selectors import stored_keys

FOOTPRINT = """
SELECT count(*) FILTER (WHERE e.type = 'prediction'),
       count(*) FILTER (WHERE e.type = 'review'), min(e.received_at), max(e.received_at)
  FROM audits_payload p JOIN audits_entry e USING (log_class, log_id, idx, received_at)
 WHERE p.log_id = %s AND p.log_class = %s AND p.key = %s
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a log keeps about one person, counted and never shown."""

    tag: int
    predictions: int
    reviews: int
    first: datetime | None
    last: datetime | None

    @property
    def payloads(self) -> int:
        return self.predictions + self.reviews


def footprint(log: Log, tag: bytes) -> Footprint:
    """What would go with the person of that tag."""
    with connection.cursor() as cursor:
        cursor.execute(FOOTPRINT, [log.pk, log.log_class, as_number(tag)])
        row = cursor.fetchone() or (0, 0, None, None)
    return Footprint(as_number(tag), *row)


def logs_that_know(logs: Iterable[Log], subject: str) -> dict[int, Footprint]:
    """What each of the logs keeps about a person; those that keep nothing are left out.

    LIMIT: two queries a log, for a person's own request at a page.
    """
    found = {log.pk: footprint(log, stored_keys(log).tag(subject)) for log in logs}
    return {pk: each for pk, each in found.items() if each.payloads}


def erased_indexes(log: Log, tag: bytes) -> list[int]:
    """The entries whose payload is sealed under that tag, rising."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx FROM audits_payload WHERE log_id = %s AND log_class = %s"
            " AND key = %s ORDER BY idx",
            [log.pk, log.log_class, as_number(tag)],
        )
        return [row[0] for row in cursor.fetchall()]

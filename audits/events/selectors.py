"""Which events a log has already."""

from collections.abc import Iterable
from uuid import UUID

from audits.events.models import EventId
from audits.log.models import Log


def seen_macs(log: Log, ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The MAC of the body under which the log knows each of the ids it knows."""
    rows = EventId.objects.filter(log=log, event_id__in=list(ids))
    return {seen: bytes(mac) for seen, mac in rows.values_list("event_id", "body_mac")}

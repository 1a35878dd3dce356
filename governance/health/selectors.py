"""What is looked at: logs and their checkpoints, workers, queues, disk and clock."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from audits.log.models import Log
from governance.health.models import Heard
from registry.people.models import Organisation

# LIMIT: what a busy hour may need, and not more: a dossier's build takes minutes.
SILENT = {settings.SOON: timedelta(seconds=60), "celery": timedelta(minutes=15)}
# LIMIT: logs on one page, those that lag most first.
MOST_LOGS = 200


@dataclass(frozen=True, slots=True)
class LogLine:
    """How far a log is, and how far what was signed and anchored of it is."""

    origin: str
    title: str
    size: int
    received_at: datetime
    signed_size: int
    signed_at: datetime | None
    anchored_size: int
    uncovered_since: datetime | None
    is_meta: bool

    @property
    def lag(self) -> int:
        """Entries that no saved checkpoint covers yet."""
        return self.size - self.signed_size

    def seconds_at(self, now: datetime) -> float:
        """For how long the oldest of them has waited."""
        if self.uncovered_since is None:
            return 0.0
        return max((now - self.uncovered_since).total_seconds(), 0.0)


def own_logs(organisation: Organisation) -> Sequence[int]:
    """The logs that the organisation may hear of: its own and the installation's."""
    shared = Log.objects.filter(organisation=None, system=None)
    own = Log.objects.filter(organisation=organisation)
    systems = Log.objects.filter(system__organisation=organisation)
    return list((shared | own | systems).values_list("pk", flat=True))


def log_lines(log_ids: Sequence[int]) -> list[LogLine]:
    """The lines of these logs, those that lag most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.origin, l.title, h.size, h.received_at, coalesce(c.size, 0),"
            " c.signed_at, coalesce(a.size, 0), e.received_at, m.log_id IS NOT NULL"
            " FROM audits_log l JOIN audits_head h ON h.log_id = l.id"
            " LEFT JOIN LATERAL (SELECT size FROM audits_anchored"
            "  WHERE log_id = l.id ORDER BY size DESC LIMIT 1) a ON true"
            " LEFT JOIN audits_meta_log m ON m.log_id = l.id"
            " LEFT JOIN LATERAL (SELECT size, signed_at FROM audits_checkpoint"
            "  WHERE log_id = l.id AND log_class = l.log_class"
            "  ORDER BY size DESC LIMIT 1) c ON true"
            " LEFT JOIN LATERAL (SELECT received_at FROM audits_entry"
            "  WHERE log_id = l.id AND log_class = l.log_class"
            "  AND idx = coalesce(c.size, 0) LIMIT 1) e ON true"
            " WHERE l.id = ANY(%s) ORDER BY e.received_at NULLS LAST, l.title, l.id"
            " LIMIT %s",
            [list(log_ids), MOST_LOGS],
        )
        return [LogLine(*row) for row in cursor.fetchall()]


def heard() -> dict[str, datetime]:
    """When each queue's workers were heard of last."""
    return dict(Heard.objects.values_list("queue", "at"))


def is_silent(queue: str, at: datetime | None, now: datetime) -> bool:
    """Whether a queue's workers were heard of too long ago, or never."""
    return at is None or now - at > SILENT[queue]


def waiting_jobs() -> dict[str, int] | None:
    """How many messages wait in each queue; None when the broker does not answer."""
    with current_app.connection_for_read() as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            return {queue: _waiting(broker, queue) for queue in SILENT}
        except (OperationalError, OSError, *broker.connection_errors):
            return None


def _waiting(broker: Any, queue: str) -> int:
    channel = broker.channel()
    try:
        declared = channel.queue_declare(queue, passive=True)
    except broker.channel_errors:
        return 0  # nobody has sent anything yet
    return int(declared.message_count)


def free_disk() -> int | None:
    """Bytes that are free where VAR_DIR lies; None when that cannot be read."""
    try:
        return shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return None


def clock_offset() -> float:
    """Seconds by which the database's clock is ahead of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return (there - timezone.now()).total_seconds()

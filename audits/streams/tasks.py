"""Celery's shell for the streams."""

from celery import shared_task
from django.utils import timezone
from structlog import get_logger

from audits.log.models import Log
from audits.log.services import ClockWentBack
from audits.streams.build import BATCH, follow, own_up

logger = get_logger(__name__)


@shared_task(soft_time_limit=240)
def follow_streams(**_future: object) -> None:
    """Read every log up to its head, and declare what is missing for too long."""
    for log in Log.objects.all():
        while follow(log) == BATCH:
            continue
        try:
            own_up(log, timezone.now())
        except ClockWentBack:
            logger.exception("clock_is_behind_the_log", origin=log.origin)

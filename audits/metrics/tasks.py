"""Celery's shell for the figures."""

from celery import shared_task

from audits.log.models import Log
from audits.metrics.build import BATCH, roll_up_log


@shared_task(soft_time_limit=240)
def roll_up(**_future: object) -> None:
    """Bring the figures of every log up to its head, but for the canary's."""
    for log in Log.objects.filter(canary=None):
        while roll_up_log(log) == BATCH:
            continue

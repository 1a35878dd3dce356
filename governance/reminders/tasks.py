"""Celery's shell for reminders: one call a day."""

from celery import shared_task
from django.utils import timezone

from governance.reminders import build


@shared_task(
    soft_time_limit=540,
    time_limit=600,
    autoretry_for=(OSError,),
    retry_backoff=60,
    max_retries=6,
)
def remind(**_future: object) -> None:
    """Write to everybody who owns a duty that is due."""
    build.remind_all(timezone.localdate(), timezone.now())

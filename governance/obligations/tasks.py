"""Celery's shell for duties: one call."""

from celery import shared_task
from django.utils import timezone

from governance.obligations import build


@shared_task(soft_time_limit=280, time_limit=300, expires=300)
def keep_all_current(**_future: object) -> None:
    """Hold the duties of every system to the facts of today."""
    build.keep_all_current(timezone.localdate(), timezone.now)

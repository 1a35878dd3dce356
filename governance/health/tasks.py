"""Celery's shell for being heard of."""

from celery import shared_task
from django.utils import timezone

from governance.health.build import note_heard


@shared_task(soft_time_limit=10)
def hear(*, queue: str, **_future: object) -> None:
    """Write down that beat sends and that a worker of the queue listens."""
    note_heard(queue, timezone.now())

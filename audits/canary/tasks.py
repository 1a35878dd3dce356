"""Celery's shell for the canary."""

from celery import shared_task

from audits.canary.build import sing


@shared_task(soft_time_limit=50, time_limit=60, expires=30)
def canary(**_future: object) -> None:
    """Post an event and verify its receipt."""
    sing()

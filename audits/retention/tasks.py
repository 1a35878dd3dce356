"""Celery's shell for approved removals."""

from celery import shared_task

from audits.retention.build import work


@shared_task(soft_time_limit=1500, time_limit=1700, expires=30)
def carry_out_removals(**_future: object) -> None:
    """Carry out what two people decided; their rows are the queue."""
    work()

"""Celery's shell for the scrub."""

from celery import shared_task

from audits.scrub.build import work

# LIMIT: a turn ends well before the next ring, and leaves the worker time for others.
TURN = 40.0


@shared_task(soft_time_limit=110, time_limit=120, expires=60)
def scrub(**_future: object) -> None:
    """Plan what is due and go on with what waits, for one turn."""
    work(TURN)

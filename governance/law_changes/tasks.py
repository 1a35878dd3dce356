"""Celery's shells for changes of the law: an id in, one call.

The rows are the queue. A task does one portion and rings again, so that dossiers and
other long jobs have their turn between; a lost ring is made good by the sweeper.
"""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.law_changes.build import portions, runs, snapshots
from governance.law_changes.selectors import unheard
from registry.people.models import Organisation

# One for each process of the worker (governance/stack/product.py).
ABREAST = 2
# A run that goes on is left alone: more rings than workers only make others wait.
UNHEARD = timedelta(seconds=25)


@shared_task(acks_late=True, soft_time_limit=120, time_limit=180, expires=60)
def carry_on(*, run_id: str, **_future: object) -> None:
    """Do a portion of a run and ring for the next, or finish the run."""
    if portions.carry_on(UUID(run_id), timezone.now()):
        carry_on.delay(run_id=run_id)
    else:
        runs.finish(UUID(run_id), timezone.now())


@shared_task(soft_time_limit=50, expires=50)
def sweep(**_future: object) -> None:
    """Take snapshots that are missing, compare after a change, ring for what waits."""
    for organisation in Organisation.objects.order_by("name"):
        snapshots.take_snapshots(organisation, timezone.now())
        begun = runs.begin_comparison(organisation, timezone.now())
        if begun is not None:
            ring(begun.pk)
    for run_id in unheard(timezone.now() - UNHEARD):
        ring(run_id)


def ring(run_id: UUID) -> None:
    """Call the processes of the worker to a run."""
    for _process in range(ABREAST):
        carry_on.apply_async(
            kwargs={"run_id": str(run_id)}, retry_policy={"max_retries": 0}
        )

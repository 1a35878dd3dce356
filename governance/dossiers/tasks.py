"""Celery's shells for dossiers: an id in, one call.

A message that waited longer than a minute is dropped unread: the row is the queue,
and the sweeper has rung again since. So no heap of rings grows while workers rest.
"""

from uuid import UUID

from celery import shared_task

from governance.dossiers import build


@shared_task(acks_late=True, soft_time_limit=540, time_limit=600, expires=60)
def build_dossier(*, dossier_id: str, **_future: object) -> None:
    """Build one dossier, if no other worker holds it."""
    build.build_dossier(UUID(dossier_id))


@shared_task(soft_time_limit=30, expires=30)
def sweep(**_future: object) -> None:
    """Ring again for rows that wait: the broker may have lost their message."""
    for dossier_id in build.waiting():
        build_dossier.delay(dossier_id=str(dossier_id))

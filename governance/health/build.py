"""Being heard of: one row a queue, moved forward only."""

from datetime import datetime

from django.db.models import Q

from governance.health.models import Heard


def note_heard(queue: str, at: datetime) -> None:
    """A worker of the queue is there."""
    Heard.objects.bulk_create([Heard(queue=queue, at=at)], ignore_conflicts=True)
    Heard.objects.filter(Q(at__lt=at), queue=queue).update(at=at)

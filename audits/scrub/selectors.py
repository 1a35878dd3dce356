"""Which runs there were, which one is late, and which faults nobody acknowledged."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from audits.log.models import Log
from audits.scrub.models import Fault, ScrubRun

PERIODS = {
    ScrubRun.Kind.SAMPLE: timedelta(hours=1),
    ScrubRun.Kind.EVERYTHING: timedelta(days=1),
}
# How long after it was due a run may end before that is late: a sample takes seconds,
# reading everything may take a night.
GRACE = {
    ScrubRun.Kind.SAMPLE: timedelta(minutes=30),
    ScrubRun.Kind.EVERYTHING: timedelta(hours=12),
}


def due_at(kind: str, now: datetime) -> datetime:
    """When the newest run of that kind was due: each hour, or at the hour of night."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if kind == ScrubRun.Kind.SAMPLE:
        return hour
    night = hour.replace(hour=settings.SCRUB_HOUR)
    return night if night <= now else night - timedelta(days=1)


def newest_runs(kind: str, limit: int) -> Sequence[ScrubRun]:
    """The newest runs of a kind, those that go on first."""
    return list(ScrubRun.objects.filter(kind=kind).order_by("-due_at")[:limit])


def is_late(kind: str, now: datetime) -> bool:
    """Whether the newest run that ended was due too long ago."""
    allowed = PERIODS[ScrubRun.Kind(kind)] + GRACE[ScrubRun.Kind(kind)]
    ended = ScrubRun.objects.filter(kind=kind).exclude(finished_at=None)
    last = ended.order_by("-due_at").values_list("due_at", flat=True).first()
    if last is None:
        last = Log.objects.order_by("pk").values_list("opened_at", flat=True).first()
    return last is not None and now - last > allowed


def open_faults() -> QuerySet[Fault]:
    """What was found and nobody has acknowledged yet, oldest first."""
    return Fault.objects.filter(acknowledged_at=None).order_by("found_at", "pk")

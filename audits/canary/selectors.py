"""How the canary is."""

from datetime import datetime, timedelta

from audits.canary.models import Canary

# LIMIT: two posts may be lost to a restart; a third is trouble.
LATE = timedelta(minutes=3)


def the_canary() -> Canary | None:
    """The canary, once it has been sent out."""
    return Canary.objects.select_related("log").first()


def is_well(canary: Canary, now: datetime) -> bool:
    """Whether its last receipt held, and not too long ago."""
    if canary.trouble or canary.verified_at is None:
        return False
    return now - canary.verified_at <= LATE

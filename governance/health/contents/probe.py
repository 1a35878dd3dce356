"""What `/healthz` says: the reasons why somebody should look, and no names.

SECURITY: strangers read it. Numbers and seconds, but no origin, no address, no error.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, InterfaceError, connection
from django.utils import timezone

from audits.canary.selectors import is_well, the_canary
from audits.log.selectors import uncovered
from audits.scrub.models import ScrubRun
from audits.scrub.selectors import is_late, open_faults
from governance.health.selectors import (
    SILENT,
    free_disk,
    heard,
    is_silent,
    waiting_jobs,
)
from governance.health.throttle import OnceASecond, hung_up_after

# How long after an entry was received a saved checkpoint has to cover it.
COVERED_WITHIN = timedelta(seconds=10)
PATIENCE = 3.0  # seconds that the database may take for all of it
NAMES = {settings.SOON: "of the checkpoints", "celery": "of the jobs"}


@dataclass(frozen=True, slots=True)
class Probe:
    """Red when there is a reason; the database's state is told by itself."""

    database: bool
    reasons: list[str]

    def as_json(self) -> dict[str, object]:
        """The body of the answer; its first two keys are a promise."""
        return {
            "status": "red" if self.reasons else "green",
            "database": "answers" if self.database else "no answer",
            "reasons": self.reasons,
        }


def look() -> Probe:
    """Look at everything once."""
    reasons = [*_disk(), *_broker()]
    try:
        with hung_up_after(PATIENCE):
            reasons += _evidence(timezone.now())
    except (Error, InterfaceError):
        # The next who asks gets a connection of its own.
        connection.close()
        return Probe(database=False, reasons=["the database does not answer", *reasons])
    return Probe(database=True, reasons=reasons)


probe = OnceASecond(look)


def answers() -> bool:
    """Whether the database answers a question at all."""
    try:
        with hung_up_after(PATIENCE), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, InterfaceError):
        connection.close()
        return False
    return True


reachable = OnceASecond(answers)


def _evidence(now: datetime) -> list[str]:
    reasons = []
    waits = [now - each.since for each in uncovered()]
    if late := [each for each in waits if each > COVERED_WITHIN]:
        seconds = int(max(late).total_seconds())
        reasons.append(
            f"{len(late)} logs have grown and have had no signed checkpoint for "
            f"{seconds} s"
        )
    at = heard()
    for queue, name in NAMES.items():
        if is_silent(queue, at.get(queue), now):
            seconds = int(SILENT[queue].total_seconds())
            reasons.append(
                f"beat or the worker {name} has not been heard of for {seconds} s"
            )
    canary = the_canary()
    if canary is not None and canary.tried_at and not is_well(canary, now):
        reasons.append("the canary has no receipt that holds")
    if faults := open_faults().count():
        reasons.append(f"{faults} faults in the logs are not acknowledged")
    reasons += [
        f"no scrub of {kind} has ended when it was due"
        for kind in ScrubRun.Kind.values
        if is_late(kind, now)
    ]
    return reasons


def _disk() -> list[str]:
    free = free_disk()
    if free is None:
        return ["the disk of VAR_DIR cannot be read"]
    if free < settings.DISK_LEAST_FREE:
        return [f"{free // 1_000_000} MB are free on the disk of VAR_DIR"]
    return []


def _broker() -> list[str]:
    return ["the broker does not answer"] if waiting_jobs() is None else []

"""Taking in heartbeats; reading a log's streams anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audits.events.models import EventSource
from audits.log.models import Log
from audits.log.seal import signed_checkpoint
from audits.log.services import Appended, extend, lock_tail
from audits.streams.build import BATCH, follow, forget
from audits.streams.encoding import Heartbeat, check, core_of, heartbeat_leaf


@dataclass(frozen=True, slots=True)
class Heard:
    """The receipt of a heartbeat: it is an entry like any other."""

    log: Log
    appended: Appended
    checkpoint: str


def record_heartbeat(
    *, source: EventSource, log: Log, beat: Heartbeat, key_prefix: str, now: datetime
) -> Heard:
    """Append what a source says of its stream; it is signed, or the key vouches.

    Raises FieldError when it contradicts itself. What it says of the events is not
    judged here: it is evidence either way.
    """
    core: dict[str, Any] = core_of(beat, source=source.name, auth=key_prefix)
    check(beat, core, now)
    with transaction.atomic():
        appended = extend(lock_tail(log), [heartbeat_leaf(core)], now)
    return Heard(log, appended, signed_checkpoint(appended.checkpoint))


def bring_up(log: Log, *, most: int = 4) -> None:
    """Read what is new of a log, before it is shown; the rest is left to the task."""
    for _ in range(most):
        if follow(log) < BATCH:
            return


def rebuild(log: Log) -> None:
    """Throw away what is known of the log's streams, and read all entries again."""
    forget(log)
    while follow(log) == BATCH:
        continue

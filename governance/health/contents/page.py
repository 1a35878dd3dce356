"""What the health page and its API say: signs, logs, runs and faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.scrub.models import Fault, ScrubRun
from audits.scrub.selectors import newest_runs, open_faults
from governance.health.contents import evidence, machines
from governance.health.contents.probe import COVERED_WITHIN
from governance.health.contents.values import ATTENTION, DANGER, OK, Sign
from governance.health.selectors import LogLine, log_lines, own_logs
from registry.people.models import Organisation

RUNS = 12
ACKNOWLEDGED = 20


@dataclass(frozen=True, slots=True)
class LogState:
    """One log's line, with its state."""

    line: LogLine
    tone: str
    word: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Health:
    """All that an organisation's people may hear of the installation's health."""

    now: datetime
    signs: Sequence[Sign]
    logs: Sequence[LogState]
    elsewhere: int
    runs: Sequence[ScrubRun]
    faults: Sequence[Fault]
    faults_elsewhere: int
    acknowledged: Sequence[Fault]

    @property
    def tone(self) -> str:
        tones = {sign.tone for sign in self.signs}
        return next((t for t in (DANGER, ATTENTION) if t in tones), OK)


def health_of(organisation: Organisation, now: datetime) -> Health:
    """What is watched, for the people of one organisation.

    SECURITY: logs of other organisations are counted and never named.
    """
    mine = own_logs(organisation)
    faults = open_faults().select_related("log")
    own_faults = list(faults.filter(log__in=mine))
    told = Fault.objects.filter(log__in=mine).exclude(acknowledged_at=None)
    runs = [run for kind in ScrubRun.Kind for run in newest_runs(kind, RUNS)]
    return Health(
        now=now,
        signs=list(_signs(now)),
        logs=[_log_state(line, now) for line in log_lines(mine)],
        elsewhere=Log.objects.exclude(pk__in=mine).count(),
        runs=sorted(runs, key=lambda run: run.due_at, reverse=True)[:RUNS],
        faults=own_faults,
        faults_elsewhere=faults.count() - len(own_faults),
        acknowledged=list(
            told.select_related("log").order_by("-acknowledged_at")[:ACKNOWLEDGED]
        ),
    )


def _log_state(line: LogLine, now: datetime) -> LogState:
    seconds = line.seconds_at(now)
    if not line.lag:
        tone, word = OK, _("Signed to its end")
    elif seconds > COVERED_WITHIN.total_seconds():
        tone, word = DANGER, _("Checkpoint is late")
    else:
        tone, word = OK, _("Signed in a moment")
    return LogState(line, tone, word, int(seconds))


def _signs(now: datetime) -> Iterator[Sign]:
    yield evidence.checkpoints(now)
    yield evidence.witnessed(now)
    yield evidence.stamped(now)
    for kind in ScrubRun.Kind:
        yield evidence.scrub(kind, now)
    yield evidence.canary(now)
    yield from machines.workers(now)
    yield machines.disk()
    yield machines.clock()
    yield machines.backups()

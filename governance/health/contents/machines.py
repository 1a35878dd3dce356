"""Whether the machinery runs: workers, broker, disk and clock."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.health.contents.values import ATTENTION, DANGER, NEUTRAL, OK, Sign
from governance.health.selectors import (
    clock_offset,
    free_disk,
    heard,
    is_silent,
    waiting_jobs,
)

# LIMIT: seconds by which two clocks of one installation may differ unremarked.
CLOCKS_APART = 5
# LIMIT: jobs that wait while workers are there; more means that they do not keep up.
MANY_JOBS = 200


def workers(now: datetime) -> Iterator[Sign]:
    at, waiting = heard(), waiting_jobs()
    labels = {
        settings.SOON: _("Worker of checkpoints and canary"),
        "celery": _("Worker of the jobs"),
    }
    means = _("Beat sends a message that a worker writes down: both have to run.")
    for queue, label in labels.items():
        says = _("the broker does not answer")
        if waiting is not None:
            count = waiting[queue]
            says = ngettext(
                "%(count)s job waits", "%(count)s jobs wait", count
            ) % {"count": count}  # fmt: skip
        tone, word, todo = OK, _("Heard of"), ""
        if is_silent(queue, at.get(queue), now):
            tone, word = DANGER, _("Not heard of")
            todo = _("Jobs that wait: start the worker. None that waits: start beat.")
        elif waiting is None:
            tone, word = DANGER, _("No broker")
            todo = _("Start the broker. Nothing is lost: rows say what is to be done.")
        elif waiting[queue] > MANY_JOBS:
            tone, word = ATTENTION, _("Behind")
            todo = _("Start another worker, and see what the jobs are.")
        yield Sign(
            f"worker_{queue}", label, tone, word, says, at.get(queue), means, todo
        )


def disk() -> Sign:
    free, least = free_disk(), settings.DISK_LEAST_FREE
    means = _("A full disk stops the intake. Only the disk of VAR_DIR is seen from "
              "here, not that of a database elsewhere.")  # fmt: skip
    says = _("cannot be read")
    if free is not None:
        says = _("%(free)s GB free") % {"free": f"{free / 1e9:,.1f}"}
    if free is not None and free >= least:
        return Sign("disk", _("Disk"), OK, _("Enough room"), says, None, means, "")
    todo = _("Make room, or move VAR_DIR to a larger disk.")
    return Sign("disk", _("Disk"), DANGER, _("Nearly full"), says, None, means, todo)


def clock() -> Sign:
    apart = clock_offset()
    says = _("%(seconds)s s apart from the database's") % {
        "seconds": f"{abs(apart):.1f}"
    }
    means = _("Times in the logs are claims of this clock; nothing is taken in when it "
              "is set back by minutes.")  # fmt: skip
    if abs(apart) <= CLOCKS_APART:
        return Sign("clock", _("Clock"), OK, _("Agrees"), says, None, means, "")
    todo = _("Set both machines by NTP.")
    return Sign("clock", _("Clock"), ATTENTION, _("Apart"), says, None, means, todo)


def backups() -> Sign:
    return Sign(
        "backups", _("Backups"), NEUTRAL, _("Not ours"), _("not seen from here"), None,
        _("Probatum makes no backups and cannot see yours."),
        _("Restore one on a machine apart each month, and check it with exportlog."),
    )  # fmt: skip

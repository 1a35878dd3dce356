"""Whether the evidence is kept: checkpoints, witnesses, the scrub and the canary."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.anchors.keys import time_stamper, witnesses
from audits.anchors.models import Cosignature, TimeStamp
from audits.canary.selectors import is_well, the_canary
from audits.log.selectors import uncovered
from audits.scrub.models import ScrubRun
from audits.scrub.selectors import is_late, newest_runs, open_faults
from governance.health.contents.probe import COVERED_WITHIN
from governance.health.contents.values import ATTENTION, DANGER, NEUTRAL, OK, Sign

# LIMIT: a witness and a time stamper are asked each minute that something was written;
# so many minutes without an answer are trouble.
UNCOSIGNED = timedelta(minutes=10)


def checkpoints(now: datetime) -> Sign:
    late = [each for each in uncovered() if now - each.since > COVERED_WITHIN]
    means = _("Whoever changed an entry later would contradict a signed checkpoint. "
              "Within 10 s of an entry there has to be one.")  # fmt: skip
    if not late:
        says = _("every entry older than 10 s is covered")
        return Sign(
            "checkpoints", _("Signed checkpoints"), OK, _("In time"), says, None,
            means, "",
        )  # fmt: skip
    says = ngettext(
        "%(count)s log waits", "%(count)s logs wait", len(late)
    ) % {"count": len(late)}  # fmt: skip
    return Sign(
        "checkpoints", _("Signed checkpoints"), DANGER, _("Late"), says,
        min(each.since for each in late), means,
        _("See that the worker of the queue “soon” runs, and read its log: a log that "
          "does not extend itself is never signed. Change nothing in the database."),
    )  # fmt: skip


def witnessed(now: datetime) -> Sign:
    label = _("Witnesses")
    means = _("Others who cosign what all logs stated, so that not even the operator "
              "can rewrite them unseen.")  # fmt: skip
    asked = witnesses()
    if not asked:
        return Sign(
            "witnesses", label, NEUTRAL, _("None is asked"), _("not configured"), None,
            means, _("Name one in WITNESSES: evidence then holds against yourself."),
        )  # fmt: skip
    newest = Cosignature.objects.order_by("-cosigned_at").first()
    at = newest.cosigned_at if newest else None
    if at is None or now - at > UNCOSIGNED:
        return Sign(
            "witnesses", label, ATTENTION, _("No answer"), _("the newest cosignature"),
            at, means, _("Ask who runs the witness; evidence is kept meanwhile."),
        )  # fmt: skip
    return Sign(
        "witnesses", label, OK, _("Cosigning"), newest.witness if newest else "", at,
        means, "",
    )  # fmt: skip


def stamped(now: datetime) -> Sign:
    label = _("Time stamps")
    means = _("An authority outside states when the log was as it is (RFC 3161): what "
              "it stamped cannot have been made later.")  # fmt: skip
    if time_stamper() is None:
        return Sign(
            "stamps", label, NEUTRAL, _("None is asked"), _("not configured"), None,
            means, _("Set TSA_URL and TSA_ROOTS; a qualified one has legal weight."),
        )  # fmt: skip
    newest = TimeStamp.objects.order_by("-gen_time").first()
    at = newest.gen_time if newest else None
    if at is None or now - at > UNCOSIGNED:
        return Sign(
            "stamps", label, ATTENTION, _("No answer"), _("the newest time stamp"), at,
            means, _("Ask who runs the authority, and read the worker's log for what "
                     "was wrong with its answer; evidence is kept meanwhile."),
        )  # fmt: skip
    return Sign(
        "stamps", label, OK, _("Stamping"), newest.tsa if newest else "", at, means, "",
    )  # fmt: skip


def scrub(kind: ScrubRun.Kind, now: datetime) -> Sign:
    name = f"scrub_{kind.value}"
    label, means = {
        ScrubRun.Kind.SAMPLE: (
            _("Reading again: a sample each hour"),
            _("Stored entries, payloads and tiles at random are hashed again and held "
              "to the newest signed checkpoint."),
        ),
        ScrubRun.Kind.EVERYTHING: (
            _("Reading again: everything each night"),
            _("Every stored entry, payload and tile is hashed again, from the first "
              "entry of each log to its newest signed checkpoint."),
        ),
    }[kind]  # fmt: skip
    found = newest_runs(kind, 1)
    run = found[0] if found else None
    if is_late(kind, now):
        return Sign(
            name, label, DANGER, _("Did not happen"), _("the newest run was due"),
            run.due_at if run else None, means,
            _("See that beat and the worker of the jobs run: a change would not be "
              "found meanwhile."),
        )  # fmt: skip
    if open_faults().filter(kind=kind).exists():
        return Sign(
            name, label, DANGER, _("Found a fault"), _("see the list of faults"),
            run.started_at if run else None, means,
            _("Keep a copy of the database as it is, then run exportlog on the log."),
        )  # fmt: skip
    if run is None or run.started_at is None:
        return Sign(
            name, label, NEUTRAL, _("Not yet"), _("the first run is to come"), None,
            means, "",
        )  # fmt: skip
    if run.finished_at is None:
        says = _("%(entries)s entries so far") % {"entries": f"{run.entries:,}"}
        return Sign(name, label, OK, _("Going on"), says, run.started_at, means, "")
    says = _("%(entries)s entries of %(logs)s logs") % {
        "entries": f"{run.entries:,}", "logs": f"{run.logs:,}",
    }  # fmt: skip
    return Sign(name, label, OK, _("Holds"), says, run.finished_at, means, "")


def canary(now: datetime) -> Sign:
    label = _("Canary")
    means = _("An event of our own is posted each minute as services post theirs, and "
              "its receipt is checked with what a reader has.")  # fmt: skip
    bird = the_canary()
    if bird is None or bird.tried_at is None:
        return Sign(
            "canary", label, NEUTRAL, _("Not yet"), _("the first event is to come"),
            None, means, "",
        )  # fmt: skip
    if is_well(bird, now):
        says = _("answered in %(ms)s ms") % {"ms": bird.took_ms}
        return Sign(
            "canary", label, OK, _("Receipt holds"), says, bird.verified_at, means, ""
        )
    return Sign(
        "canary", label, DANGER, _("No receipt"),
        bird.trouble or _("the last receipt that held is too old"),
        bird.verified_at, means,
        _("Services may fail to post, too. Read the web server's and the worker's log, "
          "and post an event by hand."),
    )  # fmt: skip

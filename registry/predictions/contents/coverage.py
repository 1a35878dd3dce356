"""What a page and an answer of the API say of a log's coverage."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.log.models import Log
from audits.streams import selectors
from audits.streams.models import Gap
from audits.streams.selectors import Coverage, StreamFault, coverage
from audits.streams.services import bring_up

FAULTS = {
    "repeated": gettext_lazy("The number stands for a second event."),
    "chain": gettext_lazy("The event does not name the one before it: one of the two "
                          "was exchanged, or another was taken out."),
    "head": gettext_lazy("The heartbeat states other events than came."),
    "key": gettext_lazy("The heartbeat is signed with another key than the first."),
    "went back": gettext_lazy("The heartbeat states fewer events than an earlier one."),
    "signature": gettext_lazy("The heartbeat was not signed with the key it names."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap, and what can be done about it."""

    gap: Gap

    @property
    def state(self) -> str:
        """Where the missing events were lost, as far as the log tells."""
        if self.gap.spent:
            return _("Lost by the source itself")
        return _("Declared missing") if self.gap.declared else _("May still come")

    @property
    def advice(self) -> str:
        """What somebody can do."""
        if self.gap.spent:
            return _("The source gave these numbers to events that it could not keep. "
                     "Its own log of that time says why.")  # fmt: skip
        return _("Look into the spool of the service (probatum spool FOLDER). What is "
                 "still there can be sent: it then counts as late.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaultLine:
    """What contradicts itself, in words."""

    fault: StreamFault

    @property
    def words(self) -> str:
        return str(FAULTS.get(self.fault.what, self.fault.what))


@dataclass(frozen=True, slots=True)
class Shown:
    """All of the page."""

    coverage: Coverage
    gaps: list[GapLine]
    faults: list[FaultLine]

    @property
    def sentence(self) -> str:
        """The number and what it means: "99.2 %: 12 events are missing in 3 gaps"."""
        return in_words(self.coverage.percent, self.coverage.gaps)


def shown(log: Log, *, since: date | None, until: date | None) -> Shown:
    """The coverage of a log, brought up to its newest entries first."""
    bring_up(log)
    return Shown(
        coverage(log, since=since, until=until),
        [GapLine(g) for g in selectors.listed_gaps(log, since=since, until=until)],
        [FaultLine(fault) for fault in selectors.listed_faults(log)],
    )


def headline(log: Log) -> str:
    """The coverage in a few words, as it was read a moment ago."""
    return in_words(*selectors.headline(log))


def in_words(percent: str, gaps: int) -> str:
    """ "99.2 %, 3 gaps"; "not established" when no source numbers its events."""
    if not percent:
        return _("not established")
    if not gaps:
        return _("%(percent)s %%, no gap") % {"percent": percent}
    return ngettext(
        "%(percent)s %%, %(gaps)s gap", "%(percent)s %%, %(gaps)s gaps", gaps
    ) % {"percent": percent, "gaps": gaps}


def as_answer(found: Shown) -> dict[str, Any]:
    """The same for the API."""
    whole = found.coverage
    return {
        "log": whole.log.origin,
        "since": whole.since,
        "until": whole.until,
        "entries_read": whole.read_to,
        "entries": whole.size,
        **_numbers(whole),
        "sources": [
            {"source": each.source, **_numbers(each)} for each in whole.sources
        ],
        "listed_gaps": [
            {
                "source": line.gap.stream.source,
                "epoch": line.gap.stream.epoch,
                "first": line.gap.first,
                "last": line.gap.last,
                "noticed_at": line.gap.noticed_at,
                "after": line.gap.after_at,
                "before": line.gap.before_at,
                "lost_by_source": line.gap.spent,
                "declared": line.gap.declared,
            }
            for line in found.gaps
        ],
        "listed_faults": [
            {
                "source": line.fault.source,
                "epoch": line.fault.epoch,
                "what": line.fault.what,
                "number": line.fault.number,
                "index": line.fault.index,
            }
            for line in found.faults
        ],
        "silent": [
            {
                "source": each.source,
                "epoch": each.epoch,
                "heard_at": each.heard_at,
                "last": each.last,
            }
            for each in whole.silent
        ],
    }


def _numbers(of: Any) -> dict[str, Any]:
    return {
        "percent": of.percent or None,
        "present": of.present,
        "missing": of.missing,
        "gaps": of.gaps,
        "late": of.late,
        "faults": of.faults,
        "not_numbered": of.not_numbered,
    }

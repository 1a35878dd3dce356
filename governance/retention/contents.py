"""What the pages and the API say: duties, holds, conflicts, months and removals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from audits.duties.encoding import months_after
from audits.duties.models import Duty, Hold, Source
from audits.duties.selectors import SIX_MONTHS, Keeping, keeping
from audits.log.models import Pruned
from audits.retention.models import Removal
from audits.retention.selectors import LogMonth, Month, months_of
from governance.retention.access import own_systems
from registry.people.models import Organisation
from registry.systems.models import AISystem

TEN_YEARS = 120
PAST = 20


@dataclass(frozen=True, slots=True)
class SystemRetention:
    """How long one system's records are kept, and what asks for it."""

    system: AISystem
    now: datetime
    keeping: Keeping
    ended_duties: Sequence[Duty]
    lifted_holds: Sequence[Hold]
    months: Sequence[Month]
    removals: Sequence[Pruned]

    @property
    def months_kept(self) -> int:
        return self.keeping.months

    @property
    def oldest(self) -> LogMonth | None:
        """The oldest month that is still there, with what stands against its going."""
        return self.months[0].lines[0] if self.months else None

    @property
    def oldest_month(self) -> date | None:
        return self.months[0].start if self.months else None

    @property
    def documents_until(self) -> date | None:
        """Ten years after the system came onto the market or into service."""
        stated = (self.system.placed_on_market_on, self.system.put_into_service_on)
        begun = max((day for day in stated if day), default=None)
        if begun is None:
            return None
        at = datetime(begun.year, begun.month, begun.day, tzinfo=self.now.tzinfo)
        return months_after(at, TEN_YEARS).date()

    @property
    def conflicts(self) -> list[str]:
        """What speaks against each other, in words, each with its citation."""
        found = [
            _("“%(ground)s” asks for %(months)s months. It is no law: for personal "
              "data beyond what the purpose needs, another ground must stand behind "
              "it (GDPR Art. 5(1)(e) and 6(1)).")
            % {"ground": duty.citation, "months": duty.months}
            for duty in self.keeping.duties
            if duty.source == Source.CONTRACT and duty.months > self._lawful
        ]  # fmt: skip
        overdue = [m for m in self.months if m.free_at <= self.now]
        if overdue and self.keeping.holds:
            held = sum(m.entries for m in overdue)
            found.append(
                _("A hold keeps %(count)s entries that no duty asks to keep any "
                  "longer. They are personal data: see regularly whether it is still "
                  "needed (GDPR Art. 5(1)(e), 17(3)(e)).")
                % {"count": held}
            )  # fmt: skip
        return found

    @property
    def _lawful(self) -> int:
        """The longest that a law or the intended purpose asks for."""
        rest = [d.months for d in self.keeping.duties if d.source != Source.CONTRACT]
        return max([SIX_MONTHS, *rest])


def system_retention(system: AISystem, now: datetime) -> SystemRetention:
    """All that is said of one system."""
    log = system.log
    ended = Duty.objects.filter(log=log).exclude(ended_at=None)
    lifted = Hold.objects.filter(log=log).exclude(lifted_at=None)
    return SystemRetention(
        system=system,
        now=now,
        keeping=keeping([log])[log.pk],
        ended_duties=list(ended.order_by("-ended_at")[:PAST]),
        lifted_holds=list(lifted.order_by("-lifted_at")[:PAST]),
        months=[] if log.is_sample else months_of([log], now),
        removals=list(Pruned.objects.filter(log=log).order_by("-entry")[:PAST]),
    )


@dataclass(frozen=True, slots=True)
class Report:
    """What may go of all logs of an organisation: the dry run."""

    now: datetime
    months: Sequence[Month]
    systems: dict[int, AISystem]
    """By log."""
    waiting: Sequence[Removal]
    past: Sequence[Removal]

    @property
    def shown(self) -> list[tuple[Month, list[tuple[AISystem, LogMonth]]]]:
        """The months, each with the systems that keep something of it."""
        return [
            (month, [(self.systems[line.log.pk], line) for line in month.kept])
            for month in self.months
        ]

    @property
    def through(self) -> date | None:
        """The newest month of which something may go now."""
        return max((m.start for m in self.months if m.free), default=None)


def report_of(organisation: Organisation, now: datetime) -> Report:
    """What may go of the organisation's logs, what stays until when, and why."""
    systems = own_systems(organisation)
    removals = Removal.objects.filter(record_in=organisation.log_id)
    is_open = {"withdrawn_at": None, "finished_at": None}
    return Report(
        now=now,
        months=months_of([system.log for system in systems], now),
        systems={system.log_id: system for system in systems},
        waiting=list(removals.filter(**is_open).order_by("prepared_at")),
        past=list(removals.exclude(**is_open).order_by("-prepared_at")[:PAST]),
    )

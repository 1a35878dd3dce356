"""Bringing the kept duties up to the facts, for one system or for many at once.

The rules of it:

- The same facts on the same day change nothing, and write nothing.
- A duty that follows gets a row and an open period; one that is there keeps all that
  people wrote, and only its days and its certainty move.
- A duty that no longer follows keeps its row and says why; it comes back as it was.
- A day that a person stated, and a period that is closed, are never touched.
- What changed stands in the system's log, as an act of Probatum.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audits.trail.services import SYSTEM, Actor, record
from governance.circumstances.selectors import Acting, acting_for
from governance.classification.models import Classification
from governance.classification.selectors import standing_for
from governance.obligations.contents.derived import (
    Key,
    Out,
    Owed,
    answered,
    owed,
    why_ended,
)
from governance.obligations.encoding import digest_of
from governance.obligations.models import Derivation, Obligation, Period
from registry.systems.models import AISystem, LifecycleState

MOVING = ("borne_as", "established", "applies_from", "applies_from_later")
# LIMIT: their logs are locked until the commit, and events wait at a locked log.
AT_ONCE = 50
LONGEST = timedelta(minutes=4)
UNTOUCHED = (Period.State.OPEN, Period.State.IN_PROGRESS)


@dataclass
class Changes:
    """What a derivation wrote, by what happened to the rows."""

    added: list[Obligation] = field(default_factory=list)
    moved: list[Obligation] = field(default_factory=list)
    ended: list[Obligation] = field(default_factory=list)
    resumed: list[Obligation] = field(default_factory=list)

    def told(self) -> dict[str, list[str]]:
        """The duties by what happened to them; what did not happen is left out."""
        every = {
            "added": self.added,
            "moved": self.moved,
            "ended": self.ended,
            "resumed": self.resumed,
        }
        return {
            name: sorted(r.duty for r in rows) for name, rows in every.items() if rows
        }


@dataclass(frozen=True)
class Facts:
    """Everything that the duties of some systems follow from, read at once."""

    standing: dict[UUID, Classification]
    acting: dict[UUID, list[Acting]]
    on: date
    out: dict[UUID, Out] = field(default_factory=dict)

    def digest(self, pk: UUID) -> str:
        acting, out = self.acting.get(pk, []), self.out.get(pk)
        days = (out.first, out.used) if out else ()
        return digest_of(self.standing.get(pk), acting, self.on, days)


def facts_of(systems: Iterable[AISystem], on: date) -> Facts:
    """Read what the duties follow from: four queries, whatever the number."""
    every = list(systems)
    out = {s.pk: day for s in every if (day := out_on(s, on))}
    return Facts(standing_for(every), acting_for(every, on), on, out)


def out_on(system: AISystem, on: date) -> Out | None:
    """Since when, or from when, it is out in the world, as the register has it.

    Since the first of all days when it is known to be out, and not since when. Whoever
    uses what another placed on the market begins on a day of their own.
    """
    days = (system.placed_on_market_on, system.put_into_service_on)
    first = min((day for day in days if day is not None), default=None)
    gone = system.lifecycle_state in (
        LifecycleState.ON_MARKET,
        LifecycleState.WITHDRAWN,
    )
    if gone and (first is None or first > on):
        first = date.min
    return Out(first, system.put_into_service_on or first) if first else None


def stale(systems: Sequence[AISystem], facts: Facts) -> list[AISystem]:
    """The systems whose kept duties were derived from other facts, or another day."""
    rows = Derivation.objects.filter(system__in=[s.pk for s in systems])
    known = dict(rows.values_list("system", "digest"))
    return [s for s in systems if known.get(s.pk) != facts.digest(s.pk)]


def keep_current(
    systems: Sequence[AISystem], on: date, at: datetime, by: Actor = SYSTEM
) -> dict[UUID, Changes]:
    """Derive anew what is stale; what changed, by system."""
    facts = facts_of(systems, on)
    # ORDER: logs are locked one after the other; the same order cannot deadlock.
    behind = sorted(stale(systems, facts), key=lambda system: system.pk)
    return _derive(behind, facts, at, by) if behind else {}


def keep_all_current(on: date, clock: Callable[[], datetime]) -> int:
    """Hold every system to the facts, some at a time; how many were behind.

    If we stop here: what was committed is current, and the next ring finds the rest.
    So does it after four minutes: the day of many systems begins with more than that.
    """
    last, behind, stop = UUID(int=0), 0, clock() + LONGEST
    rows = AISystem.objects.with_log().filter(classifications__state="approved")
    while some := list(rows.filter(pk__gt=last).distinct().order_by("pk")[:AT_ONCE]):
        behind += len(keep_current(some, on, clock()))
        last = some[-1].pk
        if clock() > stop:
            break
    return behind


@transaction.atomic
def _derive(
    systems: Sequence[AISystem], facts: Facts, at: datetime, by: Actor
) -> dict[UUID, Changes]:
    _lock(systems)
    rows = Obligation.objects.filter(system__in=[s.pk for s in systems])
    known: dict[UUID, dict[Key, Obligation]] = {s.pk: {} for s in systems}
    for row in rows:
        known[row.system_id][row.operator_id, row.duty] = row
    found: dict[UUID, Changes] = {}
    dues: dict[UUID, Owed] = {}
    for system in systems:
        found[system.pk] = _compare(system, known[system.pk], facts, at, dues)
    _write(list(found.values()), dues, at)
    _move_days(systems, dues)
    Derivation.objects.bulk_update(
        [Derivation(system=s, digest=facts.digest(s.pk), on=facts.on, at=at)
         for s in systems],
        ["digest", "on", "at"],
    )  # fmt: skip
    for system in systems:
        if told := found[system.pk].told():
            record(
                log=system.log, verb="duties.derived", subject=system, by=by, at=at,
                details={"on": facts.on.isoformat(), **told},
            )  # fmt: skip
    return found


def _lock(systems: Sequence[AISystem]) -> None:
    """Two who derive at once wait here; the second finds the rows of the first."""
    Derivation.objects.bulk_create(
        [Derivation(system=system) for system in systems], ignore_conflicts=True
    )
    held = Derivation.objects.filter(system__in=[s.pk for s in systems])
    list(held.select_for_update().order_by("system"))


def _compare(
    system: AISystem,
    known: dict[Key, Obligation],
    facts: Facts,
    at: datetime,
    dues: dict[UUID, Owed],
) -> Changes:
    """Set the rows of one system beside what follows now; nothing is written yet."""
    standing = facts.standing.get(system.pk)
    acting = facts.acting.get(system.pk, [])
    out = facts.out.get(system.pk)
    follows = owed(standing.answers, acting, facts.on, out) if standing else {}
    changes = Changes()
    for (operator, duty), now in follows.items():
        row = known.get((operator, duty))
        if row is None:
            row = Obligation(
                system=system, operator_id=operator, duty=duty, derived_at=at
            )
            changes.added.append(row)
        elif row.ended_at:
            changes.resumed.append(row)
        elif any(getattr(row, name) != getattr(now, name) for name in MOVING):
            changes.moved.append(row)
        for name in MOVING:
            setattr(row, name, getattr(now, name))
        row.ended_because, row.ended_at = "", None
        dues[row.pk] = now
    ended = [
        (key, row)
        for key, row in known.items()
        if key not in follows and row.ended_at is None
    ]
    # Reasons are worded only for what ends, and that is seldom.
    said = answered(standing.answers, acting, facts.on) if standing and ended else []
    for key, row in ended:
        row.ended_because, row.ended_at = why_ended(key, said, facts.on), at
        changes.ended.append(row)
    return changes


def _write(found: Sequence[Changes], dues: dict[UUID, Owed], at: datetime) -> None:
    added = [row for each in found for row in each.added]
    moved = [row for c in found for row in (*c.moved, *c.ended, *c.resumed)]
    Obligation.objects.bulk_create(added, batch_size=1000)
    Obligation.objects.bulk_update(
        moved, [*MOVING, "ended_because", "ended_at"], batch_size=500
    )
    Period.objects.bulk_create(
        [
            Period(
                obligation=row,
                opened_at=at,
                due_on=dues[row.pk].due_on,
                due_later_on=dues[row.pk].due_later_on,
            )
            for row in added
        ],
        batch_size=1000,
    )


def _move_days(systems: Sequence[AISystem], dues: dict[UUID, Owed]) -> None:
    """Move the due day where it is the law's own and nothing was submitted for it."""
    rows = Period.objects.filter(
        obligation__system__in=[s.pk for s in systems], current=True, event="",
        number=1, due_basis=Period.Basis.LAW, state__in=UNTOUCHED,
    )  # fmt: skip
    behind = []
    for pk, obligation, *days in rows.values_list(
        "pk", "obligation", "due_on", "due_later_on"
    ):
        due = dues.get(obligation)
        if due and days != [due.due_on, due.due_later_on]:
            behind.append(
                Period(pk=pk, due_on=due.due_on, due_later_on=due.due_later_on)
            )
    # ORDER: who states a day or submits at this moment is waited for, and comes first.
    held = Period.objects.select_for_update().filter(
        pk__in=[row.pk for row in behind],
        due_basis=Period.Basis.LAW,
        state__in=UNTOUCHED,
    )
    still = set(held.order_by("pk").values_list("pk", flat=True))
    moving = [row for row in behind if row.pk in still]
    Period.objects.bulk_update(moving, ["due_on", "due_later_on"], batch_size=500)

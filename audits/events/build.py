"""Writing a group of requests: one transaction for all of them.

1. The heads of all logs of a group are locked before an id is looked up.
2. A request is written whole or not at all; its conflict is its own, and the others
   of its group are written all the same.
3. A few leaves are written without looking first: ids are hardly ever known, and the
   database refuses one that is. Then, and for many leaves, heads are locked and read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
)

from audits.events.contents import IdConflict, Job, Written
from audits.log.build import own_transaction
from audits.log.models import Log
from audits.log.services import (
    Appended,
    ClockWentBack,
    Leaf,
    Tail,
    check_clock,
    extend_all,
    extend_next,
    is_few,
    lock_tails,
)


class KeysMoved(Exception):
    """Somebody was erased meanwhile: seal again under the keys as they are now."""


class LogIsHeld(Exception):
    """Somebody else holds the log's lock: its requests wait in their own queue."""


Outcomes = Sequence[Written | Exception]
GroupWrite = Callable[[Sequence[Job]], Outcomes]


def seen_before(
    seen: Mapping[UUID, tuple[int, bytes]], prepared: Mapping[UUID, Leaf]
) -> dict[UUID, int]:
    """Which ids the log has already, with their index, behind its lock.

    Raises IdConflict for one that came with another body; an erased one has no MAC.
    """
    found = {}
    for event_id in prepared.keys() & seen.keys():
        idx, mac = seen[event_id]
        if mac and mac != prepared[event_id].body_mac:
            raise IdConflict(event_id)
        found[event_id] = idx
    return found


class _Plan:
    """What a group adds to one log, request by request in the order they came."""

    def __init__(self, tail: Tail) -> None:
        self.tail = tail
        self.new: list[Leaf] = []
        self._seen = dict(tail.seen)

    def add(self, job: Job) -> "_Share":
        """Plan the job's new leaves; what it raises leaves the plan as it was."""
        check_clock(self.tail, job.now)
        if job.keys != self.tail.keys:
            raise KeysMoved
        indexes = seen_before(self._seen, job.prepared)
        start = len(self.new)
        for event_id, leaf in job.prepared.items():
            if event_id not in indexes:
                idx = self.tail.compact.size + len(self.new)
                self._seen[event_id] = (idx, leaf.body_mac)
                self.new.append(leaf)
        return _Share(self, start, len(self.new) - start, indexes)


@dataclass(frozen=True, slots=True)
class _Share:
    """Which of a plan's new leaves are one job's, and which ids were known."""

    plan: _Plan
    start: int
    count: int
    indexes: dict[UUID, int]

    def written(self, log: Log, appended: Appended | None) -> Written:
        if appended is None or not self.count:
            return Written(log, (), None, self.indexes)
        new = self.plan.new[self.start : self.start + self.count]
        part = appended.part(self.start, self.count)
        return Written(log, new, part, self.indexes)


def write_unheld(jobs: Sequence[Job]) -> Outcomes:
    """Write the jobs of the logs that nobody else holds; LogIsHeld is the others'."""
    return _write_next(jobs) or write_locked(jobs, skip_locked=True)


def write_held(jobs: Sequence[Job]) -> Outcomes:
    """Write the jobs of one log when its turn comes."""
    written = _write_next(jobs, patient=True) or [LogIsHeld()]
    is_held = any(isinstance(each, LogIsHeld) for each in written)
    return write_locked(jobs) if is_held else written


def _write_next(jobs: Sequence[Job], *, patient: bool = False) -> Outcomes | None:
    """Write the jobs without looking first; None when only looking helps."""
    grown: dict[Log, dict[UUID, Leaf]] = {}
    starts = []
    for job in jobs:
        leaves = grown.setdefault(job.log, {})
        starts.append(len(leaves))
        leaves.update(job.prepared)
    keys, counts = {job.log: job.keys for job in jobs}, [*map(len, grown.values())]
    # An id that two of them name is for who looks first.
    is_clear = sum(counts) == sum(len(job.prepared) for job in jobs)
    if not is_few(counts) or not is_clear or any(keys[j.log] != j.keys for j in jobs):
        return None
    wanted = [(log, keys[log], list(found.values())) for log, found in grown.items()]
    try:
        made = extend_next(wanted, _latest(jobs), patient=patient)
    except IntegrityError:
        return None
    by_log = dict(zip(grown, made, strict=True))
    return [
        _next_share(job, start, by_log[job.log])
        for job, start in zip(jobs, starts, strict=True)
    ]


def _next_share(job: Job, start: int, made: Appended | None) -> Written | LogIsHeld:
    if made is None:
        return LogIsHeld(job.log.origin)
    part = made.part(start, len(job.prepared))
    return Written(job.log, list(job.prepared.values()), part, {})


def write_locked(jobs: Sequence[Job], *, skip_locked: bool = False) -> Outcomes:
    """Write the jobs behind their logs' locks, for which we wait or do not."""
    wanted: dict[Log, list[UUID]] = {}
    for job in jobs:
        wanted.setdefault(job.log, []).extend(job.prepared)
    with own_transaction() as own:
        tails = lock_tails(wanted, begin=own, skip_locked=skip_locked)
        plans = {tail.log: _Plan(tail) for tail in tails}
        shares = [_share(plans.get(job.log), job) for job in jobs]
        growing, grown = _growing(plans)
        made = extend_all(grown, _latest(jobs), commit=own) if growing else []
    return _told(jobs, shares, dict(zip(growing, made, strict=True)))


def _growing(
    plans: Mapping[Log, _Plan],
) -> tuple[list[Log], list[tuple[Tail, Sequence[Leaf]]]]:
    found = [(log, plan) for log, plan in plans.items() if plan.new]
    return [log for log, _plan in found], [(plan.tail, plan.new) for _, plan in found]


def _latest(jobs: Sequence[Job]) -> datetime:
    return max(job.now for job in jobs)


def _told(
    jobs: Sequence[Job],
    shares: Sequence["_Share | Exception"],
    made: Mapping[Log, Appended],
) -> Outcomes:
    return [
        share.written(job.log, made.get(job.log))
        if isinstance(share, _Share)
        else share
        for job, share in zip(jobs, shares, strict=True)
    ]


def _share(plan: _Plan | None, job: Job) -> _Share | Exception:
    if plan is None:
        return LogIsHeld(job.log.origin)
    try:
        return plan.add(job)
    except (IdConflict, ClockWentBack, KeysMoved) as error:
        return error


def write_all(write: GroupWrite, jobs: Sequence[Job]) -> Outcomes:
    """Write a group; a fault of one of its requests is told to that one alone."""
    try:
        return write(jobs)
    except (InterfaceError, OperationalError):
        # The kept connection was gone. Trying once more is safe: an id that did get
        # in before the connection broke comes back as a duplicate.
        connection.close()
        return write(jobs)
    except DatabaseError:
        if len(jobs) == 1:
            raise
        return [_write_one(write, job) for job in jobs]


def _write_one(write: GroupWrite, job: Job) -> Written | Exception:
    try:
        return write([job])[0]
    except DatabaseError as error:
        return error

"""Writing what requests want written: one transaction for all who wait.

1. The heads of all logs of a group are locked before an id is looked up.
2. A request is written whole or not at all; its conflict is its own, and the others
   of its group are written all the same.
3. A log that somebody else holds (a person's act, another process) never makes the
   others wait: its requests form a group of their own and wait for the lock alone.
4. A few leaves are written without looking first: ids are hardly ever known, and the
   database refuses one that is. Then, and for many leaves, heads are locked and read.
5. A group's trees are signed together, after the commit, by whoever wrote it; the next
   group is written meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic
from uuid import UUID

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
)

from audits.events.contents import IdConflict, Job, Written
from audits.events.queue import Queue
from audits.log.build import own_transaction
from audits.log.models import Log
from audits.log.seal import signed_checkpoints
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
from audits.tlog.checkpoint import Checkpoint

# LIMIT: a group is written in well under a second, so that nobody waits for long.
MOST_LEAVES = 2000
# LIMIT: what waits is written in a few seconds, and who waits longer is sent away: a
# log that hangs must not take all threads of a server for itself.
MOST_WAITING = 10 * MOST_LEAVES
PATIENCE_SECONDS = 5.0
# LIMIT: a log that was held a moment ago is likely to be held again for so long.
HELD_SECONDS = 1.0


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


def _write_unheld(jobs: Sequence[Job]) -> Outcomes:
    """Write the jobs of the logs that nobody else holds; LogIsHeld is the others'."""
    return _write_next(jobs) or _write_locked(jobs, skip_locked=True)


def _write_held(jobs: Sequence[Job]) -> Outcomes:
    """Write the jobs of one log when its turn comes."""
    written = _write_next(jobs, patient=True) or [LogIsHeld()]
    is_held = any(isinstance(each, LogIsHeld) for each in written)
    return _write_locked(jobs) if is_held else written


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


def _write_locked(jobs: Sequence[Job], *, skip_locked: bool = False) -> Outcomes:
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


def _write_all(write: GroupWrite, jobs: Sequence[Job]) -> Outcomes:
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


def _sign(outcomes: Sequence[Written | BaseException]) -> list[Written | BaseException]:
    """Have the trees of a group signed; who gets no signature is told why not."""
    grown = dict.fromkeys(
        each.appended.checkpoint
        for each in outcomes
        if isinstance(each, Written) and each.appended
    )
    notes = dict(zip(grown, signed_checkpoints(list(grown)), strict=True))
    return [_with_note(each, notes) for each in outcomes]


def _with_note(
    each: Written | BaseException, notes: Mapping[Checkpoint, str | Exception]
) -> Written | BaseException:
    if not isinstance(each, Written) or each.appended is None:
        return each
    note = notes[each.appended.checkpoint]
    return replace(each, note=note) if isinstance(note, str) else note


@dataclass(slots=True)
class _HeldLog:
    """A log that others write to as well: its requests queue up for its lock."""

    queue: Queue[Job, Written]
    until: float = 0.0


def _queue(write: GroupWrite) -> Queue[Job, Written]:
    return Queue(
        partial(_write_all, write),
        MOST_LEAVES,
        conclude=_sign,
        room=MOST_WAITING,
        patience=PATIENCE_SECONDS,
    )


_free = _queue(_write_unheld)
_held: dict[int, _HeldLog] = {}


def write(job: Job) -> Written:
    """Write the job and commit it, together with what other requests want written.

    Within a caller's transaction it is written alone, and the caller commits. Raises
    IdConflict, KeysMoved, ClockWentBack, QueueFull, and what the database says; and,
    when it is stored but has no signature, SignerAway or NotSigned.
    """
    if connection.in_atomic_block:
        [outcome] = _write_locked([job])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    weight = len(job.prepared)
    held = _held.get(job.log.pk)
    if held is None or held.until < monotonic():
        try:
            return _free.put(job, weight)
        except LogIsHeld:
            held = _held.setdefault(job.log.pk, _HeldLog(_queue(_write_held)))
            held.until = monotonic() + HELD_SECONDS
    return held.queue.put(job, weight)

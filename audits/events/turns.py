"""Who writes for whom: requests that wait are written together, by one of them.

A thread waits itself; an event loop leaves to threads whatever waits for the database.

1. A log that somebody else holds (a person's act, another process) never makes the
   others wait: its requests form a group of their own and wait for the lock alone.
2. A group's trees are signed together, after the commit, by whoever wrote it; the next
   group is written meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import ParamSpec, TypeVar

from django.core.exceptions import SynchronousOnlyOperation
from django.db import close_old_connections, connection

from audits.events.build import (
    GroupWrite,
    LogIsHeld,
    write_all,
    write_held,
    write_locked,
    write_unheld,
)
from audits.events.contents import Job, Written
from audits.events.queue import Queue
from audits.log.seal import signed_checkpoints
from audits.tlog.checkpoint import Checkpoint

Given = ParamSpec("Given")
Found = TypeVar("Found")

# LIMIT: a connection to the database each, of the 100 that it has for all processes.
# A log that hangs takes one of these threads, and no more.
THREADS = ThreadPoolExecutor(8, thread_name_prefix="write")

# LIMIT: a group is written in well under a second, so that nobody waits for long.
MOST_LEAVES = 2000
# LIMIT: what waits is written in a few seconds, and who waits longer is sent away: a
# log that hangs must not take all threads of a server for itself.
MOST_WAITING = 10 * MOST_LEAVES
PATIENCE_SECONDS = 5.0
# LIMIT: what a sender may wait longer for its receipt so that more share a commit.
LINGER_SECONDS = 0.01
# LIMIT: a log that was held a moment ago is likely to be held again for so long.
HELD_SECONDS = 1.0


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
        partial(write_all, write),
        MOST_LEAVES,
        conclude=_sign,
        room=MOST_WAITING,
        patience=PATIENCE_SECONDS,
        linger=LINGER_SECONDS,
    )


_free = _queue(write_unheld)
_held: dict[int, _HeldLog] = {}


def write(job: Job) -> Written:
    """Write the job and commit it, together with what other requests want written.

    Within a caller's transaction it is written alone, and the caller commits. Raises
    IdConflict, KeysMoved, ClockWentBack, QueueFull, and what the database says; and,
    when it is stored but has no signature, SignerAway or NotSigned.
    """
    if connection.in_atomic_block:
        [outcome] = write_locked([job])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    weight = len(job.prepared)
    queue = _queue_of(job)
    try:
        return queue.put(job, weight)
    except LogIsHeld:
        return _held_queue(job).put(job, weight)


async def write_soon(job: Job) -> Written:
    """The same on an event loop."""
    weight = len(job.prepared)
    queue = _queue_of(job)
    try:
        return await queue.put_soon(job, weight, THREADS)
    except LogIsHeld:
        return await _held_queue(job).put_soon(job, weight, THREADS)


def _queue_of(job: Job) -> Queue[Job, Written]:
    held = _held.get(job.log.pk)
    return _free if held is None or held.until < monotonic() else held.queue


def _held_queue(job: Job) -> Queue[Job, Written]:
    """Where the job waits for the log's lock, and others of the log for a while."""
    held = _held.setdefault(job.log.pk, _HeldLog(_queue(write_held)))
    held.until = monotonic() + HELD_SECONDS
    return held.queue


async def soon(
    act: Callable[Given, Found], *args: Given.args, **more: Given.kwargs
) -> Found:
    """Do at once what needs no query, and the rest in a thread.

    Django refuses a query on an event loop, so that we learn of it; what was done up
    to there is done again, and must be of the kind that may be.
    """
    try:
        return act(*args, **more)
    except SynchronousOnlyOperation:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(THREADS, lambda: _in_thread(act, args, more))


def _in_thread(
    act: Callable[..., Found], args: tuple[object, ...], more: dict[str, object]
) -> Found:
    close_old_connections()  # as at the begin of each request: one may have broken
    return act(*args, **more)

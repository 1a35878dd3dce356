"""Group commit without a thread of its own.

Requests that come while others are written form the next group. Whoever finds nobody
writing writes for all who wait, hands the turn to the first who came meanwhile, and
answers its own request. So a lone request waits for nobody, and many share a commit.
A request for which there is no room, or whose turn does not come in time, is told so
and leaves: what was not written is never written later.

A thread waits for its answer itself; one that came on an event loop is answered there,
and when its turn comes a thread of a pool writes in its place.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class QueueFull(Exception):
    """Too much waits already, or for too long. Nothing of the item was written."""


@dataclass(eq=False, slots=True)
class _Place(Generic[Item, Outcome]):
    """One waiting request: a thread's, woken when it is written or has the turn."""

    item: Item
    weight: int
    latch: Lock = field(default_factory=Lock)
    """Shut while it waits. A bare lock wakes a thread quicker than an Event does."""
    outcome: list[Outcome | BaseException] = field(default_factory=list)
    """Empty until it is written; then what came of it."""

    def take_turn(self) -> None:
        self.latch.release()


@dataclass(eq=False, slots=True)
class _Awaited(_Place[Item, Outcome]):
    """One that an event loop waits for: `write` is called in a thread."""

    loop: asyncio.AbstractEventLoop = field(kw_only=True)
    answer: "asyncio.Future[Outcome]" = field(kw_only=True)
    threads: Executor = field(kw_only=True)
    write: Callable[["_Awaited[Item, Outcome]"], None] = field(kw_only=True)

    def take_turn(self) -> None:
        self.threads.submit(self.write, self)

    def tell(self) -> None:
        """On the loop: what came of it, unless nobody waits any more."""
        [outcome] = self.outcome
        if self.answer.done():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Queue(Generic[Item, Outcome]):
    """Items of a process that wait to be written together."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Outcome | BaseException]],
        most: int,
        *,
        conclude: Callable[
            [Sequence[Outcome | BaseException]], Sequence[Outcome | BaseException]
        ] = lambda outcomes: outcomes,
        room: float = inf,
        patience: float | None = None,
        linger: float = 0,
    ) -> None:
        """`write` answers each item in order; a group weighs at most `most`.

        `conclude` completes the answers while the next group is written already.
        What waits weighs at most `room`, and waits for its turn at most `patience`
        seconds (None: for ever). A group that is smaller than the last one lingers
        so many seconds for more: under load they come, and a lone sender has none
        to wait for.
        """
        self._write, self._most, self._conclude = write, most, conclude
        self._room, self._patience, self._linger = room, patience, linger
        self._lock = Lock()
        self._waiting: list[_Place[Item, Outcome]] = []
        self._is_writing = False
        self._last = 1
        self._enough: Lock | None = None

    @property
    def waiting(self) -> int:
        """How many requests wait for the next groups just now."""
        return len(self._waiting)

    def put(self, item: Item, weight: int) -> Outcome:
        """Have the item written, with others; return or raise what came of it.

        Raises QueueFull when there is no room, or no turn in time.
        """
        place = _Place[Item, Outcome](item, weight)
        place.latch.acquire()
        if self._must_wait(place):
            self._await_turn(place)
        if not place.outcome:
            self._write_group(place)
        [outcome] = place.outcome
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def put_soon(self, item: Item, weight: int, threads: Executor) -> Outcome:
        """The same on an event loop, which goes on meanwhile; `threads` write."""
        loop = asyncio.get_running_loop()
        place = _Awaited[Item, Outcome](
            item, weight, loop=loop, answer=loop.create_future(), threads=threads,
            write=self._write_group,
        )  # fmt: skip
        if not self._must_wait(place):
            place.take_turn()
            return await place.answer
        if self._patience is None:
            return await place.answer
        leave = loop.call_later(self._patience, self._leave, place)
        try:
            return await place.answer
        finally:
            leave.cancel()

    def _must_wait(self, place: _Place[Item, Outcome]) -> bool:
        """Take the turn, or wait behind the others. Without them there is room."""
        with self._lock:
            if not self._is_writing:
                self._is_writing = True
                return False
            weight = place.weight + sum(other.weight for other in self._waiting)
            if self._waiting and weight > self._room:
                raise QueueFull
            self._waiting.append(place)
            if self._enough is not None and len(self._waiting) + 1 >= self._last:
                self._enough.release()
                self._enough = None
            return True

    def _await_turn(self, place: _Place[Item, Outcome]) -> None:
        patience = -1 if self._patience is None else self._patience
        if place.latch.acquire(timeout=patience):
            return
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
                raise QueueFull
        place.latch.acquire()  # It is being written, or its turn came just now.

    def _leave(self, place: _Awaited[Item, Outcome]) -> None:
        with self._lock:
            if place not in self._waiting:
                return
            self._waiting.remove(place)
        place.answer.set_exception(QueueFull())

    def _write_group(self, own: _Place[Item, Outcome]) -> None:
        """Write this thread's own request and those of the first who wait."""
        self._await_company()
        group = [own, *self._company(self._most - own.weight)]
        self._last = len(group)
        try:
            try:
                outcomes = self._write([place.item for place in group])
            finally:
                self._hand_on()
            outcomes = self._conclude(outcomes)
        except BaseException as error:
            outcomes = [error] * len(group)
            raise
        finally:
            for place, outcome in zip(group, outcomes, strict=True):
                place.outcome.append(outcome)
            _wake(group)

    def _await_company(self) -> None:
        with self._lock:
            if not self._linger or len(self._waiting) + 1 >= self._last:
                return
            self._enough = enough = Lock()
            enough.acquire()
        enough.acquire(timeout=self._linger)
        with self._lock:
            self._enough = None

    def _company(self, most: int) -> list[_Place[Item, Outcome]]:
        with self._lock:
            count, weight = 0, 0
            for place in self._waiting:
                weight += place.weight
                if weight > most:
                    break
                count += 1
            company, self._waiting = self._waiting[:count], self._waiting[count:]
        return company

    def _hand_on(self) -> None:
        """Give the turn to the first who came meanwhile, if anybody did."""
        with self._lock:
            if self._waiting:
                self._waiting.pop(0).take_turn()
            else:
                self._is_writing = False


def _wake(group: Sequence[_Place[Item, Outcome]]) -> None:
    """Tell all who wait; a loop is called once, since each call costs it a turn."""
    on_loop: dict[asyncio.AbstractEventLoop, list[_Awaited[Item, Outcome]]] = {}
    for place in group:
        if isinstance(place, _Awaited):
            on_loop.setdefault(place.loop, []).append(place)
        else:
            place.latch.release()
    for loop, places in on_loop.items():
        loop.call_soon_threadsafe(_tell_all, places)


def _tell_all(places: Sequence[_Awaited[Item, Outcome]]) -> None:
    for place in places:
        place.tell()

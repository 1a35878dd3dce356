"""Group commit without a thread of its own.

Requests that come while others are written form the next group. Whoever finds nobody
writing writes for all who wait, hands the turn to the first who came meanwhile, and
answers its own request. So a lone request waits for nobody, and many share a commit.
A request for which there is no room, or whose turn does not come in time, is told so
and leaves: what was not written is never written later.
"""

from collections.abc import Callable, Sequence
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
    """One waiting request: woken when it is written, or when it is its turn."""

    item: Item
    weight: int
    latch: Lock = field(default_factory=Lock)
    """Shut while it waits. A bare lock wakes a thread quicker than an Event does."""
    outcome: list[Outcome | BaseException] = field(default_factory=list)
    """Empty until it is written; then what came of it."""


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
        patience: float = -1,
    ) -> None:
        """`write` answers each item in order; a group weighs at most `most`.

        `conclude` completes the answers while the next group is written already.
        What waits weighs at most `room`, and waits for its turn at most `patience`
        seconds (-1: for ever).
        """
        self._write, self._most, self._conclude = write, most, conclude
        self._room, self._patience = room, patience
        self._lock = Lock()
        self._waiting: list[_Place[Item, Outcome]] = []
        self._is_writing = False

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
        with self._lock:
            must_wait, self._is_writing = self._is_writing, True
            if must_wait:
                self._queue_up(place)
        if must_wait:
            self._await_turn(place)
        if not place.outcome:
            self._write_group(place)
        [outcome] = place.outcome
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _queue_up(self, place: _Place[Item, Outcome]) -> None:
        """Wait behind the others. An empty queue has room for any request."""
        weight = place.weight + sum(other.weight for other in self._waiting)
        if self._waiting and weight > self._room:
            raise QueueFull
        self._waiting.append(place)

    def _await_turn(self, place: _Place[Item, Outcome]) -> None:
        if place.latch.acquire(timeout=self._patience):
            return
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
                raise QueueFull
        place.latch.acquire()  # It is being written, or its turn came just now.

    def _write_group(self, own: _Place[Item, Outcome]) -> None:
        """Write this thread's own request and those of the first who wait."""
        group = [own, *self._company(self._most - own.weight)]
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
                place.latch.release()

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
                self._waiting.pop(0).latch.release()
            else:
                self._is_writing = False

"""Group commit without a thread of its own.

Requests that come while others are written form the next group. Whoever finds nobody
writing writes for all who wait, hands the turn to the first who came meanwhile, and
answers its own request. So a lone request waits for nobody, and many share a commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


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
    ) -> None:
        """`write` answers each item in order; a group weighs at most `most`."""
        self._write, self._most = write, most
        self._lock = Lock()
        self._waiting: list[_Place[Item, Outcome]] = []
        self._is_writing = False

    @property
    def waiting(self) -> int:
        """How many requests wait for the next groups just now."""
        return len(self._waiting)

    def put(self, item: Item, weight: int) -> Outcome:
        """Have the item written, with others; return or raise what came of it."""
        place = _Place[Item, Outcome](item, weight)
        place.latch.acquire()
        with self._lock:
            must_wait, self._is_writing = self._is_writing, True
            if must_wait:
                self._waiting.append(place)
        if must_wait:
            place.latch.acquire()
        if not place.outcome:
            self._write_group(place)
        [outcome] = place.outcome
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _write_group(self, own: _Place[Item, Outcome]) -> None:
        """Write this thread's own request and those of the first who wait."""
        group = [own, *self._company(self._most - own.weight)]
        try:
            outcomes = self._write([place.item for place in group])
        except BaseException as error:
            outcomes = [error] * len(group)
            raise
        finally:
            self._hand_on()
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

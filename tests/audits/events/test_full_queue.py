"""A full queue sends requests away: told so, and written never."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.test import Client

from audits.events import turns
from audits.events.queue import Queue, QueueFull
from tests.audits.events.test_group_commit import (
    SOON,
    held,
    in_thread,
    leaves_of,
    somebody_waits,
    until,
)
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)


class Slow:
    """A writer that writes when it is let, and what it wrote."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()
        self.written: list[int] = []

    def __call__(self, items: Any) -> list[Any]:
        self.begun.set()
        assert self.go_on.wait(SOON)
        self.written += items
        return list(items)


def waiting(
    pool: ThreadPoolExecutor, queue: Queue[int, int], *items: int
) -> list[Future[int]]:
    """Put items one after the other, each of its own number's weight."""
    found = []
    for item in items:
        before = queue.waiting
        found.append(pool.submit(queue.put, item, item))
        until(lambda before=before: queue.waiting > before)
    return found


def test_a_request_for_which_there_is_no_room_is_sent_away_at_once() -> None:
    slow = Slow()
    queue: Queue[int, int] = Queue(slow, most=100, room=10)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(queue.put, 1, 1)
        assert slow.begun.wait(SOON)
        # An empty queue takes any request, or it would be sent away for ever.
        [big] = waiting(pool, queue, 50)
        with pytest.raises(QueueFull):
            queue.put(2, 2)
        slow.go_on.set()
        assert [first.result(SOON), big.result(SOON)] == [1, 50]
    assert queue.put(3, 3) == 3
    assert slow.written == [1, 50, 3]


def test_many_small_requests_fill_the_room_too() -> None:
    slow = Slow()
    queue: Queue[int, int] = Queue(slow, most=100, room=10)
    with ThreadPoolExecutor(6) as pool:
        pool.submit(queue.put, 1, 1)
        assert slow.begun.wait(SOON)
        taken = waiting(pool, queue, 4, 6)
        with pytest.raises(QueueFull):
            queue.put(2, 1)
        slow.go_on.set()
        assert [each.result(SOON) for each in taken] == [4, 6]
    assert sorted(slow.written) == [1, 4, 6]


def test_a_request_whose_turn_does_not_come_leaves_and_is_never_written() -> None:
    slow = Slow()
    queue: Queue[int, int] = Queue(slow, most=100, patience=0.05)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(queue.put, 1, 1)
        assert slow.begun.wait(SOON)
        with pytest.raises(QueueFull):
            queue.put(2, 1)
        assert queue.waiting == 0
        slow.go_on.set()
        assert first.result(SOON) == 1
    assert queue.put(3, 1) == 3
    assert slow.written == [1, 3]


def test_a_log_that_hangs_answers_429_and_takes_what_comes_again(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(turns, "_held", {})
    system = a_system(an_organisation())
    key, client = a_source_key(system), Client()
    event = an_event()
    with ThreadPoolExecutor(2) as pool:
        with held(system.log):
            stuck = in_thread(pool, lambda: post_events(Client(), key, an_event()))
            until(somebody_waits)
            answer = post_events(client, key, event)
            assert answer.status_code == 429
            assert answer["Content-Type"] == "application/problem+json"
            assert int(answer["Retry-After"]) >= 1
            assert "Nothing of this request was stored" in answer.json()["detail"]
        assert stuck.result(SOON).status_code == 201
    assert post_events(client, key, event).status_code == 201
    assert len(leaves_of(system.log)) == 3

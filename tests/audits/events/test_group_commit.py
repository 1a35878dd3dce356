"""Requests that are written together: who shares a commit never shares a fault."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import psycopg
import pytest
from django.db import DataError, connections
from django.test import Client
from django.utils import timezone

from audits.events.contents import Job
from audits.events.queue import Queue
from audits.events.turns import write
from audits.log.models import Entry, Head, Log
from audits.log.services import Leaf
from audits.trail.services import SYSTEM, record
from registry.systems.models import AISystem
from tests.audits.events.test_concurrent_posting import check_answer
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

SOON = 20  # seconds: long for what should happen at once, short for a hung test


@pytest.fixture
def systems(own_database: str) -> list[AISystem]:
    organisation = an_organisation()
    return [a_system(organisation, f"System {n}") for n in range(3)]


def in_thread(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    def run() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    return pool.submit(run)


def post(key: str, *events: dict[str, Any]) -> Any:
    return post_events(Client(), key, *events)


@contextmanager
def held(log: Log) -> Iterator[None]:
    """Somebody else holds the log's lock, as a person's act does until its commit."""
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as other,
        other.transaction(force_rollback=True),
    ):
        other.execute("SELECT FROM audits_head WHERE log_id = %s FOR UPDATE", [log.pk])
        yield


def somebody_waits() -> bool:
    """Whether somebody waits for a lock in the database."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        [found] = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        ).fetchone() or [0]
    return bool(found)


def leaves_of(log: Log) -> list[bytes]:
    rows = Entry.objects.filter(log=log).order_by("idx")
    assert list(rows.values_list("idx", flat=True)) == list(range(len(rows)))
    return [bytes(row) for row in rows.values_list("leaf_hash", flat=True)]


def test_writers_of_several_logs_get_receipts_of_their_own_log(
    systems: list[AISystem],
) -> None:
    keys = [a_source_key(system) for system in systems]
    with ThreadPoolExecutor(12) as pool:
        posted = [
            (n % 3, in_thread(pool, lambda n=n: post(keys[n % 3], an_event())))
            for n in range(240)
        ]
        answers = [(at, future.result(SOON)) for at, future in posted]
    for at, answer in answers:
        assert answer.status_code == 201
        assert len(answer.json()["events"]) == 1
        # A receipt names what it needs, not what its neighbours in the group need.
        used = {at for event in answer.json()["events"] for at in event["path"]}
        assert used == set(range(len(answer.json()["hashes"])))
        log = systems[at].log
        check_answer(answer.json(), leaves_of(log), log.vkey)
    assert [len(leaves_of(system.log)) for system in systems] == [81, 81, 81]


def test_a_log_that_somebody_holds_makes_no_other_log_wait(
    systems: list[AISystem],
) -> None:
    slow, quick = (a_source_key(system) for system in systems[:2])
    with ThreadPoolExecutor(4) as pool:
        with held(systems[0].log):
            stuck = [in_thread(pool, lambda: post(slow, an_event())) for _ in range(2)]
            for _ in range(5):
                free = in_thread(pool, lambda: post(quick, an_event()))
                assert free.result(SOON).status_code == 201
            assert not any(future.done() for future in stuck)
        assert [future.result(SOON).status_code for future in stuck] == [201, 201]
    assert len(leaves_of(systems[0].log)) == 3


def test_one_id_with_two_bodies_is_settled_for_each_request_alone(
    systems: list[AISystem],
) -> None:
    log, key = systems[0].log, a_source_key(systems[0])
    event = an_event()
    other = {**event, "confidence": 0.123}
    bodies = [an_event(), event, other, an_event(), event, other]
    with ThreadPoolExecutor(6) as pool, held(log):
        posted = [in_thread(pool, lambda body=body: post(key, body)) for body in bodies]
        until(somebody_waits)
    answers = [future.result(SOON) for future in posted]
    statuses = [answer.status_code for answer in answers]
    assert (statuses[0], statuses[3]) == (201, 201)
    assert sorted(statuses[1:3]) == [201, 409] or sorted(statuses[1:3]) == [200, 409]
    same = [sorted((statuses[1], statuses[4])), sorted((statuses[2], statuses[5]))]
    assert sorted(same) == [[200, 201], [409, 409]]
    leaves = leaves_of(log)
    assert len(leaves) == 4
    for answer in answers:
        if answer.status_code != 409:
            check_answer(answer.json(), leaves, log.vkey)


def until(happened: Callable[[], bool]) -> None:
    tick, deadline = Event(), timezone.now().timestamp() + SOON
    while not happened():
        assert timezone.now().timestamp() < deadline, "it did not happen"
        tick.wait(0.01)


def test_a_request_that_the_database_refuses_takes_no_other_with_it(
    systems: list[AISystem],
) -> None:
    log = systems[0].log

    def job(flags: int) -> Job:
        at, made = timezone.now(), uuid.uuid4()
        entry = Leaf(
            b'{"rx":"', b'"}', "prediction", b"k" * 8, b"sealed",
            event_id=made, body_mac=b"m", occurred_at=at, flags=flags,
        )  # fmt: skip
        return Job(log, {made: entry}, at, keys=0)

    too_big_for_its_column = 1 << 20
    with ThreadPoolExecutor(4) as pool, held(log):
        posted = [
            in_thread(pool, lambda flags=flags: write(job(flags)))
            for flags in (0, 0, too_big_for_its_column, 0)
        ]
        until(somebody_waits)
    with pytest.raises(DataError):
        posted[2].result(SOON)
    for good in (posted[0], posted[1], posted[3]):
        assert good.result(SOON).appended is not None
    assert Head.objects.get(log=log).size == 4


def test_what_others_append_between_two_posts_is_continued(
    systems: list[AISystem],
) -> None:
    """The remembered end of a log is compared, never believed."""
    log, key = systems[0].log, a_source_key(systems[0])
    event = an_event()
    answers = [post(key, event), post(key, an_event())]
    record(log=log, verb="test.done", subject="test:1", by=SYSTEM, at=timezone.now())
    answers += [post(key, an_event()), post(key, an_event())]
    again = post(key, event)
    assert (again.status_code, again.json()["events"][0]["index"]) == (200, 1)
    answers += [again, post(key, an_event())]
    assert post(key, {**event, "confidence": 0.4}).status_code == 409
    answers += [post(key, an_event()), post(key, event), post(key, an_event())]
    indexes = [answer.json()["events"][0]["index"] for answer in answers]
    assert indexes == [1, 2, 4, 5, 1, 6, 7, 1, 8]
    for answer in answers:
        check_answer(answer.json(), leaves_of(log), log.vkey)


def test_single_events_complete_tiles_as_batches_do(systems: list[AISystem]) -> None:
    log, key = systems[0].log, a_source_key(systems[0])
    client = Client()
    for _ in range(260):
        answer = post_events(client, key, an_event())
    assert answer.status_code == 201
    check_answer(answer.json(), leaves_of(log), log.vkey)
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        tiles = other.execute(
            "SELECT level, n, data FROM audits_tile WHERE log_id = %s", [log.pk]
        ).fetchall()
    assert [(0, 0, b"".join(leaves_of(log)[:256]))] == tiles


def test_who_comes_while_others_are_written_forms_the_next_group() -> None:
    groups: list[list[int]] = []
    begun, go_on = Event(), Event()

    def write_them(items: Any) -> list[Any]:
        groups.append(list(items))
        begun.set()
        assert go_on.wait(SOON)
        return [item * 2 if item != 4 else ValueError("four") for item in items]

    queue: Queue[int, int] = Queue(write_them, most=3)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(queue.put, 1, 1)
        assert begun.wait(SOON)
        later = []
        for number in (2, 3, 4, 5, 6):
            later.append(pool.submit(queue.put, number, 1))
            until(lambda: queue.waiting == len(later))
        go_on.set()
        assert first.result(SOON) == 2
        with pytest.raises(ValueError, match="four"):
            later.pop(2).result(SOON)
        assert [future.result(SOON) for future in later] == [4, 6, 10, 12]
    assert groups == [[1], [2, 3, 4], [5, 6]]
    assert queue.put(7, 1) == 14


def test_when_writing_fails_everybody_of_the_group_hears_it_and_the_next_goes_on() -> (
    None
):
    begun, go_on = Event(), Event()

    def fail_first(items: Any) -> list[Any]:
        begun.set()
        assert go_on.wait(SOON)
        if 2 in items:
            raise OSError("no space")
        return list(items)

    queue: Queue[int, int] = Queue(fail_first, most=2)
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(queue.put, 1, 1)
        assert begun.wait(SOON)
        later = []
        for number in (2, 3, 4):
            later.append(pool.submit(queue.put, number, 1))
            until(lambda: queue.waiting == len(later))
        go_on.set()
        assert first.result(SOON) == 1
        for failed in later[:2]:
            with pytest.raises(OSError, match="no space"):
                failed.result(SOON)
        assert later[2].result(SOON) == 4


def test_a_huge_request_goes_alone_and_is_still_written() -> None:
    seen: list[Any] = []
    queue: Queue[str, str] = Queue(lambda items: seen.append(items) or items, most=10)
    assert queue.put(json.dumps("big"), 1000) == '"big"'
    assert seen == [['"big"']]


def test_a_group_lingers_for_as_many_as_the_last_one_had() -> None:
    begun, go_on = Event(), Event()
    groups: list[int] = []

    def write(items: Any) -> list[Any]:
        groups.append(len(items))
        begun.set()
        assert go_on.wait(SOON)
        return list(items)

    queue: Queue[int, int] = Queue(write, most=100, linger=SOON)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(queue.put, 1, 1)  # a lone sender waits for nobody
        assert begun.wait(SOON)
        more = [pool.submit(queue.put, n, 1) for n in range(3)]
        until(lambda: queue.waiting == 3)
        go_on.set()
        assert [each.result(SOON) for each in [first, *more]] == [1, 0, 1, 2]
        again = [pool.submit(queue.put, n, 1) for n in range(3)]
        assert [each.result(SOON) for each in again] == [0, 1, 2]
    assert groups == [1, 3, 3]

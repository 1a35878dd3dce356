"""What a monitor is told: green, or red with reasons and without a name."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as product
from django.db import connection
from django.test import Client
from django.utils import timezone

from audits.canary.models import Canary
from audits.log.models import Log
from audits.log.seal import save_checkpoint
from audits.log.tasks import save_checkpoints
from audits.scrub.models import Fault, ScrubRun
from governance.health.build import note_heard
from governance.health.contents import probe
from governance.health.selectors import SILENT
from tests.factories import World, a_source_key, an_event, post_events


class Clock:
    """The time, which a test moves on."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.real = timezone.now

    def now(self) -> Any:
        return self.real() + self.ahead

    def hear(self) -> None:
        for queue in SILENT:
            note_heard(queue, self.now())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock of our own, and a broker at which nothing waits."""
    found = Clock()
    monkeypatch.setattr(timezone, "now", found.now)
    monkeypatch.setattr(probe, "waiting_jobs", lambda: dict.fromkeys(SILENT, 0))
    probe.probe.forget()
    probe.reachable.forget()
    yield found
    probe.probe.forget()
    probe.reachable.forget()


def ask(status: int) -> list[str]:
    probe.probe.forget()
    answer = Client().get("/healthz")
    assert answer.status_code == status, answer.json()
    said = answer.json()
    assert said["status"] == ("green" if status == 200 else "red")
    for log in Log.objects.all():
        assert log.origin not in answer.content.decode()
    return said["reasons"]


def test_a_log_that_grows_without_a_checkpoint_is_red_after_ten_seconds(
    world: World, clock: Clock
) -> None:
    save_checkpoints()
    clock.hear()
    assert ask(200) == []
    post_events(Client(), a_source_key(world.system), an_event(), an_event())
    clock.ahead = timedelta(seconds=9)
    assert ask(200) == []
    clock.ahead = timedelta(seconds=12)
    [reason] = ask(503)
    assert "1 logs have grown and have had no signed checkpoint for 12 s" in reason
    save_checkpoint(log=world.system.log, at=clock.now())
    assert ask(200) == []
    clock.ahead = timedelta(seconds=50)
    assert ask(200) == [], "a log that does not grow needs no newer checkpoint"


def test_workers_canary_disk_and_faults_are_reasons(
    world: World, clock: Clock, settings: Any
) -> None:
    save_checkpoints()
    assert len(ask(503)) == len(SILENT)
    clock.hear()
    now = clock.now()
    Canary.objects.create(log=world.acme.log, tried_at=now, trouble="no")
    assert ask(503) == ["the canary has no receipt that holds"]
    Canary.objects.update(trouble="", verified_at=now)
    assert ask(200) == []
    Fault.objects.create(
        log=world.system.log,
        kind=ScrubRun.Kind.SAMPLE,
        where="entry 1",
        what="it is missing",
        found_at=now,
        seen_at=now,
    )
    assert ask(503) == ["1 faults in the logs are not acknowledged"]
    Fault.objects.update(acknowledged_at=now)
    settings.DISK_LEAST_FREE = 10**18
    [reason] = ask(503)
    assert "free on the disk" in reason


def test_within_a_second_one_look_serves_all(world: World, clock: Clock) -> None:
    save_checkpoints()
    clock.hear()
    assert ask(200) == []
    clock.ahead = timedelta(hours=1)
    assert Client().get("/healthz").status_code == 200
    assert ask(503)


def test_a_database_that_hangs_is_red_and_let_go(
    own_database: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "PATIENCE", 0.3)
    clock.hear()
    assert Client().get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    os.kill(backend, signal.SIGSTOP)
    try:
        assert not probe.answers()
    finally:
        os.kill(backend, signal.SIGCONT)
    assert probe.answers(), "the next one has a connection of its own"


def test_who_waits_for_a_long_job_does_not_hold_up_checkpoints() -> None:
    [queue] = {each["queue"] for each in product.CELERY_TASK_ROUTES.values()}
    assert "audits.log.tasks.save_checkpoints" in product.CELERY_TASK_ROUTES
    assert queue == product.SOON
    period = product.CELERY_BEAT_SCHEDULE["save-checkpoints"]["schedule"]
    assert timedelta(seconds=2 * period) <= probe.COVERED_WITHIN

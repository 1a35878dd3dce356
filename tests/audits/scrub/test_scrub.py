"""The scrub: what is changed in the database is found, told once, and acknowledged."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from audits.census import selectors as census
from audits.log.models import Log
from audits.log.seal import save_checkpoint
from audits.scrub import build
from audits.scrub.build import plan, work
from audits.scrub.models import Fault, ScrubRun
from audits.scrub.selectors import is_late, open_faults
from audits.scrub.services import AlreadyAcknowledged, acknowledge
from audits.trail.models import TrailEntry
from governance.stack.testing import Server
from tests.factories import (
    TESTER,
    World,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

SAMPLE, EVERYTHING = ScrubRun.Kind.SAMPLE, ScrubRun.Kind.EVERYTHING
LARGE = 600


@pytest.fixture
def log(own_database: str) -> Log:
    """A committed log with full tiles, a right edge and two saved checkpoints."""
    system = a_system(an_organisation())
    key = a_source_key(system)
    for size in (250, LARGE - 251):
        post_events(Client(), key, *(an_event() for _ in range(size)))
        save_checkpoint(log=system.log, at=timezone.now())
    return system.log


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A clock that goes on by a second whenever it is read; steps of one tile."""
    monkeypatch.setattr(build, "monotonic", count().__next__)
    monkeypatch.setattr(census, "AT_ONCE", 256)


def attack(server: Server, database: str, log: Log, *statements: str) -> None:
    """What a superuser does in a session in which no trigger fires."""
    with psycopg.connect(server.superuser_url(database)) as root:
        root.execute("SET session_replication_role = replica")
        for statement in statements:
            root.execute(statement.format(log=log.pk))


IN_AN_ENTRY = """
UPDATE audits_entry SET entry = set_byte(entry, 40, get_byte(entry, 40) # 1),
  leaf_hash = sha256('\\x00'::bytea || set_byte(entry, 40, get_byte(entry, 40) # 1))
 WHERE log_id = {log} AND idx = 17"""
IN_A_TILE = """
UPDATE audits_tile SET data = set_byte(data, 40, get_byte(data, 40) # 1)
 WHERE log_id = {log} AND level = 0 AND n = 1"""
IN_A_PAYLOAD = """
UPDATE audits_payload SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)
 WHERE log_id = {log} AND idx = 555"""
NO_OBJECT = """
UPDATE audits_entry SET entry = '[]', leaf_hash = sha256('\\x00'::bytea || '[]')
 WHERE log_id = {log} AND idx = 3"""
NO_PAYLOAD = "DELETE FROM audits_payload WHERE log_id = {log} AND idx = 556"


def test_each_run_that_holds_says_how_much_it_read(log: Log) -> None:
    work(60)
    runs = {run.kind: run for run in ScrubRun.objects.all()}
    everything = runs[EVERYTHING]
    # The organisation's own log has no checkpoint yet, and nothing to be held to.
    assert (everything.entries, everything.logs) == (LARGE, 1)
    assert (runs[SAMPLE].entries in (256, LARGE - 512), runs[SAMPLE].logs) == (True, 1)
    for run in runs.values():
        assert (run.faults, run.finished_at is None, run.missed) == (0, False, 0)
    work(60)
    assert ScrubRun.objects.count() == len(runs), "nothing more is due"


@pytest.mark.parametrize("kind", [SAMPLE, EVERYTHING])
def test_a_flipped_byte_is_found_with_its_place(
    kind: str,
    log: Log,
    own_database: str,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "SHARE", 1)  # the sample is of every tile
    changes = (IN_AN_ENTRY, IN_A_TILE, IN_A_PAYLOAD, NO_PAYLOAD)
    attack(postgres, own_database, log, *changes)
    ScrubRun.objects.create(
        kind=EVERYTHING if kind == SAMPLE else SAMPLE,
        due_at=timezone.now() + timedelta(days=1),
        finished_at=timezone.now(),
    )
    work(60)
    told = {fault.where: fault.what for fault in Fault.objects.filter(log=log)}
    assert "position 17 is not that of entry 17" in told["tile/0/000"]
    assert "tile/0/001" in told
    assert "payload of entry 555" in told
    assert "it is gone" in told["payload of entry 556"]
    assert not [where for where in told if where.startswith("checkpoint")], (
        "one changed entry is told once, not with each checkpoint after it"
    )
    run = ScrubRun.objects.get(kind=kind, faults__gt=0)
    assert run.finished_at is not None
    assert set(Fault.objects.values_list("kind", flat=True)) == {kind}


def test_what_cannot_be_read_is_a_fault_and_no_end_of_the_scrub(
    log: Log, own_database: str, postgres: Server
) -> None:
    attack(postgres, own_database, log, NO_OBJECT)
    work(60)
    [run] = ScrubRun.objects.filter(kind=EVERYTHING)
    assert run.finished_at is not None
    told = [fault.what for fault in Fault.objects.filter(kind=EVERYTHING)]
    assert any("cannot be read" in what for what in told), told


def test_a_worker_that_dies_leaves_its_run_to_the_next(log: Log, ticking: None) -> None:
    work(1.5)
    run = ScrubRun.objects.get(kind=EVERYTHING)
    while ScrubRun.objects.get(pk=run.pk).next in (0, run.size):
        work(1.5)
    run.refresh_from_db()
    assert 0 < run.next < LARGE
    # A worker that was killed holds its claim until the lease is over.
    held = {"claim": uuid.uuid4(), "claimed_until": timezone.now() + build.LEASE}
    ScrubRun.objects.filter(pk=run.pk).update(**held)
    work(5)
    assert ScrubRun.objects.get(pk=run.pk).next == run.next
    over = timezone.now() - timedelta(seconds=1)
    ScrubRun.objects.filter(pk=run.pk).update(claimed_until=over)
    for _turn in range(20):
        work(1.5)
    run.refresh_from_db()
    assert (run.entries, run.faults) == (LARGE, 0)
    assert run.finished_at is not None


def test_runs_that_nobody_began_are_counted_and_called_late(world: World) -> None:
    start = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
    plan(start)
    [first] = ScrubRun.objects.filter(kind=SAMPLE)
    assert first.due_at == start.replace(minute=0)
    ScrubRun.objects.update(finished_at=start)
    assert not is_late(SAMPLE, start)
    later = start + timedelta(hours=5)
    assert is_late(SAMPLE, later)
    assert not is_late(EVERYTHING, later)
    plan(later)
    plan(later)
    newest = ScrubRun.objects.filter(kind=SAMPLE).latest("due_at")
    assert (newest.due_at, newest.missed) == (later.replace(minute=0), 4)


def test_an_acknowledged_fault_is_an_act_and_raises_no_second_alarm(
    world: World,
) -> None:
    now = timezone.now()
    found: dict[str, Any] = {"log": world.system.log, "kind": SAMPLE}
    fault = Fault.objects.create(
        **found, where="entry 1", what="it is missing", found_at=now, seen_at=now
    )
    said = {"record_in": world.acme.log, "by": TESTER, "at": now}
    acknowledge(faults=[fault], reason="A disk failed; restored from a copy.", **said)
    assert not open_faults().exists()
    act = TrailEntry.objects.get(verb="fault.acknowledged")
    assert (act.log, act.actor_name) == (world.acme.log, TESTER.name)
    assert act.details["where"] == "entry 1"
    assert act.details["reason"] == "A disk failed; restored from a copy."
    with pytest.raises(AlreadyAcknowledged, match=TESTER.name):
        acknowledge(faults=[fault], reason="Me too, again.", **said)

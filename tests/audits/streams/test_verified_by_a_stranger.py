"""Omissions that the offline verifier finds, from an export alone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Log
from audits.streams.build import follow, own_up
from audits.trail.services import record
from registry.predictions.build import write_log
from tests.audits.streams.numbering import Source
from tests.audits.tlog.evidence import Outcome, run_here
from tests.factories import TESTER, World, a_source_key, an_event


@pytest.fixture
def log(world: World) -> Log:
    return world.system.log


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


@pytest.fixture
def source(client: Client, key: str) -> Source:
    return Source(client, key)


def checked(log: Log, folder: Path, *, minutes: int = 10) -> Outcome:
    """The log so many minutes on, exported and checked by one who has only files."""
    later = timezone.now() + timedelta(minutes=minutes)
    record(log=log, verb="log.exported", subject="log", by=TESTER, at=later)
    write_log(log, folder / "export", lambda *_: None)
    return run_here("fsck", folder / "export", "--vkey", log.vkey, "--json")


def streams(found: Outcome) -> list[dict[str, Any]]:
    return found.report["streams"]


def test_a_whole_stream_holds(log: Log, source: Source, tmp_path: Path) -> None:
    source.post(*source.events(300))
    source.beat(state="closed")
    found = checked(log, tmp_path)
    assert found.status == 0, found.out
    [stream] = streams(found)
    assert (stream["last"], stream["present"], stream["gaps"]) == (300, 300, [])
    assert (stream["heartbeats"], stream["ended"]) == ("signed", "closed")


def test_a_hole_is_a_fault_until_the_log_owns_up_to_it(
    log: Log, source: Source, tmp_path: Path
) -> None:
    events = source.events(6)
    source.post(*events[:3], *events[4:])
    early = checked(log, tmp_path / "early", minutes=1)
    assert early.status == 0
    assert any("number 4 had not come" in text for text in early.report["not_checked"])
    found = checked(log, tmp_path / "late", minutes=6)
    assert found.status == 1
    [(where, what)] = found.faults
    assert source.epoch in where
    assert what == "number 4: missing, and the log does not say so"
    while follow(log):
        continue
    own_up(log, timezone.now() + timedelta(minutes=7))
    owned = checked(log, tmp_path / "owned", minutes=8)
    assert owned.status == 0, owned.out
    assert streams(owned)[0]["gaps"][0]["declared"] is True


def test_a_cut_tail_is_a_fault(log: Log, source: Source, tmp_path: Path) -> None:
    events = source.events(9)
    source.post(*events[:7])
    source.beat()
    [(_where, what)] = checked(log, tmp_path).faults
    assert what == (
        "numbers 8 to 9, which its source says it gave: missing, and the log does not "
        "say so"
    )


def test_a_second_event_for_a_number_is_a_fault_with_its_place(
    log: Log, source: Source, tmp_path: Path
) -> None:
    events = source.events(4)
    source.post(*events, an_event(epoch=source.epoch, seq=3, output="another"))
    found = checked(log, tmp_path)
    [(where, what)] = found.faults
    assert where.startswith("entry 5 ")  # entry 0 is the registration
    assert what == "number 3 stands for a second event"
    assert found.report["faults"][0]["place"]["entry"] == 5


def test_an_exchanged_event_breaks_the_chain_and_the_head(
    log: Log, source: Source, tmp_path: Path
) -> None:
    events = source.events(4)
    events[1] = an_event(epoch=source.epoch, seq=2, prev=events[1]["prev"])
    source.post(*events)
    [(where, what)] = checked(log, tmp_path / "1").faults
    assert where.startswith("entry 3 ")
    assert what.startswith("event 3 does not name the event before it")


def test_an_exchanged_last_event_is_found_by_the_heartbeat(
    log: Log, source: Source, tmp_path: Path
) -> None:
    events = source.events(3)
    source.post(*events[:2], {**events[2], "occurred_at": events[0]["occurred_at"]})
    source.beat()
    [(_where, what)] = checked(log, tmp_path).faults
    assert what == "the heartbeat states other events up to number 3"


def test_a_restart_shows_what_the_former_epoch_lost(
    log: Log, client: Client, key: str, source: Source, tmp_path: Path
) -> None:
    events = source.events(5)
    source.post(*events[:4])
    after = Source(client, key, former=source)
    after.post(*after.events(2))
    after.beat(state="closed")
    [(where, what)] = checked(log, tmp_path).faults
    assert source.epoch in where
    assert what.startswith("number 5, which its source says it gave: missing")


def test_events_that_nobody_numbers_are_not_said_to_be_complete(
    log: Log, source: Source, tmp_path: Path
) -> None:
    source.post(an_event(), an_event())
    found = checked(log, tmp_path)
    assert found.status == 0
    [text] = [t for t in found.report["not_checked"] if "without a number" in t]
    assert text.startswith("source scoring-service: 2 events")

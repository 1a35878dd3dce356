"""Streams as the server follows them: what is missing, late, wrong or silent."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Entry, Log
from audits.log.seal import save_checkpoint
from audits.streams.build import follow, own_up
from audits.streams.models import Gap, Stream, StreamDay
from audits.streams.selectors import coverage, listed_faults, listed_gaps
from audits.streams.services import rebuild
from tests.audits.streams.numbering import Source
from tests.factories import World, a_source_key, an_event, post_events


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


@pytest.fixture
def source(client: Client, key: str) -> Source:
    return Source(client, key)


@pytest.fixture
def log(world: World) -> Log:
    return world.system.log


def caught_up(log: Log, *, minutes: int = 0) -> Log:
    """As the task does it, so many minutes from now."""
    while follow(log):
        continue
    while own_up(log, timezone.now() + timedelta(minutes=minutes)):
        while follow(log):
            continue
    return log


def entries(log: Log, kind: str) -> list[dict]:
    rows = Entry.objects.filter(log=log, type=kind).order_by("idx")
    return [json.loads(bytes(row.entry)) for row in rows]


def test_a_stream_without_a_hole_is_covered(log: Log, source: Source) -> None:
    source.post(*source.events(5))
    assert source.beat().status_code == 201
    found = coverage(caught_up(log, minutes=2))
    assert (found.percent, found.present, found.gaps) == ("100", 5, 0)
    assert not found.faults
    assert not entries(log, "gap_declared")


def test_a_lost_event_is_a_gap_that_the_log_declares_after_the_grace(
    log: Log, source: Source
) -> None:
    events = source.events(9)
    source.post(*events[:3], *events[5:])
    found = coverage(caught_up(log))
    assert (found.percent, found.missing, found.gaps) == ("77.7", 2, 1)
    assert not entries(log, "gap_declared")  # it may still come
    caught_up(log, minutes=2)
    [told] = entries(log, "gap_declared")
    assert (told["ep"], told["ranges"]) == (source.epoch, [[4, 5]])
    [gap] = listed_gaps(log)
    assert (gap.first, gap.last, gap.declared, gap.spent) == (4, 5, True, False)
    assert gap.after_at < gap.before_at
    assert own_up(log, timezone.now() + timedelta(hours=1)) == 0  # declared once


def test_what_comes_late_fills_the_gap_and_the_log_says_so(
    log: Log, source: Source
) -> None:
    events = source.events(6)
    source.post(*events[:2], *events[4:])
    caught_up(log, minutes=2)
    source.post(events[3])
    found = coverage(caught_up(log))
    assert (found.missing, found.late) == (1, 1)
    [told] = entries(log, "gap_filled")
    assert told["ranges"] == [[4, 4]]
    source.post(events[2])
    found = coverage(caught_up(log))
    assert (found.percent, found.late, found.faults) == ("100", 2, 0)
    assert not listed_gaps(log)


def test_a_cut_tail_shows_by_the_heartbeat(log: Log, source: Source) -> None:
    events = source.events(8)
    source.post(*events[:6])
    assert coverage(caught_up(log)).percent == "100"
    source.beat(state="closed")
    [gap] = listed_gaps(caught_up(log, minutes=2))
    assert (gap.first, gap.last, gap.declared) == (7, 8, True)


def test_numbers_that_the_source_lost_itself_are_told_apart(
    log: Log, source: Source
) -> None:
    events = source.events(3)
    source.last += 2  # spent, as a recorder does with events that it cannot keep
    source.post(*events, *source.events(2))
    [gap] = listed_gaps(caught_up(log))
    assert (gap.first, gap.last, gap.spent) == (4, 5, True)


def test_a_repeated_number_and_a_broken_chain_are_recorded_and_shown(
    log: Log, source: Source
) -> None:
    events = source.events(6)
    again = an_event(epoch=source.epoch, seq=2, output="another")
    events[4]["prev"] = "0" * 64
    source.post(*events, again)
    found = {(each.what, each.number) for each in listed_faults(caught_up(log))}
    # What an event names as its former is part of what the next one names.
    assert found == {("repeated", 2), ("chain", 5), ("chain", 6)}
    assert Entry.objects.filter(log=log, type="prediction").count() == 7


def test_a_source_that_falls_silent_is_declared_and_heard_again(
    log: Log, source: Source
) -> None:
    source.post(*source.events(2))
    source.beat(every=60)
    assert not coverage(caught_up(log, minutes=2)).silent
    caught_up(log, minutes=4)
    [told] = entries(log, "gap_declared")
    assert told["ranges"] == [[3, None]]
    [silent] = coverage(log).silent
    assert (silent.source, silent.last) == ("scoring-service", 2)
    source.post(source.event())
    assert not coverage(caught_up(log)).silent


def test_a_restart_names_the_former_epoch_and_shows_what_it_lost(
    log: Log, client: Client, key: str, source: Source
) -> None:
    events = source.events(5)
    source.post(*events[:4])
    source.beat(last=4, head=events[4]["prev"])
    after = Source(client, key, former=source)
    after.post(*after.events(2))
    after.beat()
    caught_up(log, minutes=60)
    former = Stream.objects.get(log=log, epoch=source.epoch)
    assert (former.ended, former.missing, former.silent) == ("followed", 1, False)


def test_a_heartbeat_is_refused_unless_its_key_signed_it(
    log: Log, source: Source
) -> None:
    beat = source.heartbeat()
    answer = source.send({**beat, "last": 7})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "signature"
    plain = {n: v for n, v in beat.items() if n not in {"key", "signature"}}
    assert source.send(plain).status_code == 201
    assert not entries(log, "heartbeat")[0].get("sig")


def test_another_key_and_a_count_that_goes_back_are_faults(
    log: Log, client: Client, key: str, source: Source
) -> None:
    source.post(*source.events(3))
    source.beat()
    source.beat(last=2)
    other = Source(client, key)
    other.epoch, other.last, other.head = source.epoch, source.last, "f" * 64
    other.beat()
    found = {each.what for each in listed_faults(caught_up(log))}
    assert found == {"went back", "key", "head"}


def test_events_without_numbers_are_counted_as_such(
    log: Log, client: Client, key: str, source: Source
) -> None:
    post_events(client, key, an_event(), an_event(), an_event(seq=4))
    found = coverage(caught_up(log))
    assert (found.percent, found.not_numbered, found.gaps) == ("", 3, 0)


def test_a_period_counts_its_own_days(log: Log, source: Source) -> None:
    events = source.events(4)
    source.post(*events[:1], *events[2:])
    today = timezone.now().date()
    found = coverage(caught_up(log), since=today, until=today)
    assert (found.percent, found.present, found.gaps) == ("75.0", 3, 1)
    yesterday = today - timedelta(days=1)
    assert coverage(log, until=yesterday).percent == ""


def test_what_is_known_of_streams_can_be_thrown_away_and_read_again(
    log: Log,
    client: Client,
    key: str,
    source: Source,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = source.events(30)
    source.post(*events[:4], *events[9:12], *events[20:])
    caught_up(log, minutes=2)
    source.post(events[6], an_event(epoch=source.epoch, seq=3))
    after = Source(client, key, former=source)
    after.post(*after.events(3), an_event())
    after.beat()
    caught_up(log, minutes=2)

    def known() -> list[list]:
        return [
            list(Stream.objects.order_by("epoch").values_list("epoch", "state")),
            list(
                Gap.objects.order_by("first").values_list("first", "last", "noticed_at")
            ),
            list(StreamDay.objects.values_list("day", "numbered", "not_numbered")),
        ]

    before = known()
    assert len(before[1]) == 3
    rebuild(log)
    assert known() == before
    # And in other stretches: what is derived does not depend on when it was read.
    monkeypatch.setattr("audits.streams.build.BATCH", 7)
    monkeypatch.setattr("audits.streams.services.BATCH", 7)
    rebuild(log)
    assert known() == before
    save_checkpoint(log=log, at=timezone.now())

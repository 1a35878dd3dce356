"""Removal under the retention duty: what goes, what stays, and who can tell."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from audits.census.selectors import hold_rows_to_log
from audits.duties.models import Hold
from audits.duties.services import DutyOf, end_duty, lift_hold, place_hold, set_duty
from audits.events.models import EventId
from audits.log.models import Entry, Head, Pruned, Tile
from audits.log.seal import save_checkpoint
from audits.log.selectors import consistency_path, head_checkpoint
from audits.oversight.models import Review
from audits.payloads.models import Payload
from audits.retention.build import work
from audits.retention.models import Removal
from audits.retention.services import (
    RemovalRefused,
    approve_removal,
    prepare_removal,
)
from audits.scrub.build import work as scrub
from audits.scrub.models import Fault
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.consistency import check_consistency
from audits.tlog.fsck import Audit
from audits.tlog.note import parse_vkey
from audits.tlog.report import Report
from audits.tlog.source import Folder
from audits.tlog.tile import split_hashes
from audits.trail.models import TrailEntry
from audits.trail.services import Actor
from governance.access.guards import refuse_open_guards
from registry.predictions.access import entry_at
from registry.predictions.build import write_log
from registry.predictions.contents.event import bundle_of, contents_of
from tests.audits.retention.months import (
    Aged,
    an_aged_system,
    first_day,
    month_ago,
    post_some,
)
from tests.factories import a_source_key, a_system, post_events

ALICE, BOB = Actor("1", "Alice", "Risk officer"), Actor("2", "Bob", "Compliance")


@pytest.fixture
def aged(own_database: str, owner_url: str) -> Aged:
    return an_aged_system(owner_url)


def prepared(aged: Aged, month: date) -> Removal:
    return prepare_removal(
        logs=[aged.log], month=month, record_in=aged.system.organisation.log,
        by=ALICE, at=timezone.now(),
    )  # fmt: skip


def remove(aged: Aged, month: date) -> Removal:
    found = prepared(aged, month)
    approve_removal(removal=found, by=BOB, at=timezone.now())
    work()
    found.refresh_from_db()
    assert (found.trouble, found.finished_at is None) == ("", False)
    return found


def checked(folder: Path, aged: Aged, kept: dict[str, bytes] | None = None) -> Report:
    report = Report("fsck")
    audit = Audit(Folder(folder), report, lambda _done, _of: None)
    audit.run(parse_vkey(aged.log.vkey), kept=(kept or {}).items())
    return report


def rows_of(aged: Aged) -> Report:
    report = Report("rows")
    hold_rows_to_log(aged.log, report, lambda _done, _of: None)
    return report


def test_what_no_duty_keeps_goes_and_every_proof_stays(
    aged: Aged, tmp_path: Path
) -> None:
    log, first_event = aged.log, aged.events[0]
    index = EventId.objects.get(log=log, event_id=first_event).idx
    receipt = bundle_of(contents_of(log, entry_at(log, index)))
    whole = tmp_path / "whole"
    write_log(log, whole, lambda *_: None)
    acts = TrailEntry.objects.filter(log=log).count()

    found = remove(aged, first_day(9))
    [pruned] = Pruned.objects.filter(log=log)
    end, minimum = pruned.payloads_from, pruned.entries_from
    assert (minimum, 256 < end < 512) == (256, True)
    assert found.removed == 256 - acts
    # What people did stays, and so does the bundle that the month's end divides.
    below = Entry.objects.filter(log=log, idx__lt=minimum)
    assert {entry.type for entry in below} == {"act"}
    assert TrailEntry.objects.filter(log=log).count() == acts > 0
    assert not Review.objects.filter(log=log).exists()
    kept = set(Payload.objects.filter(log=log, idx__lt=end).values_list("idx"))
    assert kept == set(below.values_list("idx"))
    # Its log says so, in an entry that every checkpoint to come covers.
    stone = Entry.objects.get(log=log, idx=pruned.entry)
    said = json.loads(bytes(stone.entry))
    assert (said["min"], said["end"], said["first"]) == (256, end, 0)
    assert "Bob" not in bytes(stone.entry).decode(), "names are payload"

    # An authority's view: files from the minimum index, old receipts, old copies.
    folder = tmp_path / "pruned"
    write_log(log, folder, lambda *_: None)
    assert not (folder / "tile/entries/000").exists()
    report = checked(folder, aged, {"old.json": receipt.to_bytes()})
    assert (report.faults, report.holds) == ([], True), report.faults
    assert any(f"entry {pruned.entry}" in text for text in report.held)
    assert any("proves entry" in text for text in report.held)
    # A copy that somebody kept is shown to be what went.
    (folder / "tile/entries/000").write_bytes((whole / "tile/entries/000").read_bytes())
    assert checked(folder, aged).faults == []
    # A witness's view: the tree that it cosigned months ago is still a beginning.
    key = parse_vkey(log.vkey)
    old = open_checkpoint(aged.old_note.encode(), key).checkpoint
    new = head_checkpoint(log)
    proof = consistency_path(log, old.size, new.size)
    check_consistency(old.size, new.size, old.root, new.root, proof)
    # The operator's own view, and that of its guards.
    assert rows_of(aged).faults == []
    save_checkpoint(log=log, at=timezone.now())
    scrub(60)
    assert list(Fault.objects.values_list("where", "what")) == []
    refuse_open_guards(connection)


def test_what_a_log_does_not_own_up_to_is_a_fault(aged: Aged, tmp_path: Path) -> None:
    write_log(aged.log, tmp_path / "before", lambda *_: None)
    (tmp_path / "before/tile/entries/000").unlink()
    [fault] = checked(tmp_path / "before", aged).faults
    assert "tile/entries/000" in fault.where
    remove(aged, first_day(9))
    write_log(aged.log, tmp_path / "after", lambda *_: None)
    (tmp_path / "after/tile/entries/001").unlink()
    faults = checked(tmp_path / "after", aged).faults
    assert [f.where.split()[0] for f in faults] == ["tile/entries/001"]


def test_the_next_month_goes_with_what_the_last_one_left(aged: Aged) -> None:
    remove(aged, first_day(9))
    last = remove(aged, first_day(8))
    pruned = Pruned.objects.filter(log=aged.log).order_by("entry")
    assert [each.entries_from for each in pruned] == [256, 512]
    stone = json.loads(
        bytes(Entry.objects.get(log=aged.log, idx=pruned[1].entry).entry)
    )
    assert stone["first"] == pruned[0].payloads_from
    left = Entry.objects.filter(log=aged.log, idx__lt=512).values_list(
        "type", flat=True
    )
    assert set(left) <= {"act", "retention_pruned"}
    assert last.removed
    assert rows_of(aged).faults == []
    # Writing goes on, across the next tile too.
    post_some(aged.key, 300)
    assert rows_of(aged).faults == []


def test_a_removed_event_is_told_as_removed_and_its_id_stays_taken(aged: Aged) -> None:
    remove(aged, first_day(9))
    entry = Pruned.objects.get(log=aged.log).entry
    headers = {"authorization": f"Bearer {aged.key}"}
    for address in (
        f"/api/v1/events/{aged.events[0]}",
        f"/api/v1/events/{aged.events[0]}/proof",
        f"/log/{aged.log.origin}/tile/entries/000",
    ):
        answer = Client().get(address, headers=headers)
        assert (answer.status_code, answer.json()["entry"]) == (410, entry), address
    tile = f"/log/{aged.log.origin}/tile/0/000"
    assert Client().get(tile, headers=headers).status_code == 200
    again = {"id": aged.events[0], "type": "prediction", "model_version": "credit-1"}
    again |= {"occurred_at": timezone.now().isoformat(), "output": {"x": 1}}
    answer = Client().post(
        "/api/v1/events", json.dumps(again), content_type="application/json",
        headers=headers,
    )  # fmt: skip
    assert answer.status_code == 409


def test_the_same_event_again_still_gets_its_receipt(aged: Aged) -> None:
    remove(aged, first_day(9))
    answer = post_events(Client(), aged.key, aged.first_event)
    [told] = answer.json()["events"]
    assert told["status"] == "duplicate"
    tile = Tile.objects.get(log=aged.log, level=0, n=0)
    assert told["leaf_hash"] == split_hashes(bytes(tile.data))[told["index"]].hex()


@pytest.mark.parametrize("stands", ["hold", "duty"])
def test_a_hold_or_a_longer_duty_keeps_all_until_it_ends(
    aged: Aged, stands: str
) -> None:
    now = timezone.now()
    if stands == "hold":
        row = place_hold(log=aged.log, reason="Claim 4711", by=ALICE, at=now)
    else:
        asked = DutyOf("contract", "Master agreement, clause 9", 24)
        row = set_duty(log=aged.log, duty=asked, by=ALICE, at=now)
    with pytest.raises(RemovalRefused):
        prepared(aged, first_day(9))
    if isinstance(row, Hold):
        lift_hold(hold=row, reason="Settled out of court", by=BOB, at=now)
    else:
        end_duty(duty=row, reason="The contract ended", by=BOB, at=now)
    verbs = TrailEntry.objects.filter(log=aged.log).values_list("verb", flat=True)
    assert {f"{stands}.placed", f"{stands}.set"} & set(verbs)
    assert remove(aged, first_day(9)).removed


def test_what_came_after_the_approval_is_asked_by_the_database(aged: Aged) -> None:
    found = prepared(aged, first_day(9))
    approve_removal(removal=found, by=BOB, at=timezone.now())
    place_hold(log=aged.log, reason="Claim 4711", by=ALICE, at=timezone.now())
    size = Head.objects.get(log=aged.log).size
    work()
    found.refresh_from_db()
    assert found.finished_at is None
    assert "legal hold" in found.trouble
    assert Head.objects.get(log=aged.log).size == size, "no tombstone without removal"


def test_two_people_are_needed(aged: Aged) -> None:
    found = prepared(aged, first_day(9))
    with pytest.raises(RemovalRefused):
        approve_removal(removal=found, by=ALICE, at=timezone.now())
    with pytest.raises(RemovalRefused, match="waits already"):
        prepared(aged, first_day(9))
    work()
    assert not Pruned.objects.exists()


def test_another_log_of_the_same_month_stays_whole(aged: Aged, owner_url: str) -> None:
    held = aged.log
    place_hold(log=held, reason="Claim 4711", by=ALICE, at=timezone.now())
    with time_machine.travel(month_ago(8)):
        other = a_system(aged.system.organisation, "Fraud alerts")
        post_some(a_source_key(other, "fraud"), 20)
    free = replace(aged, system=other)
    payloads = Payload.objects.filter(log=held).count()
    remove(free, first_day(8))
    assert Payload.objects.filter(log=held).count() == payloads
    assert Payload.objects.filter(log=other.log).count() < 20
    assert rows_of(aged).faults == []
    assert rows_of(free).faults == []


@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("SELECT audits_prune('{old}', ARRAY[{log}])", "does not say what is removed"),
        ("SELECT audits_prune('{young}', ARRAY[{log}])", "six months"),
        ("SELECT audits_prune('{old}'::date + 1, ARRAY[{log}])", "first day"),
        ("INSERT INTO audits_pruned (log_id) VALUES ({log})", "denied"),
        ("DROP TABLE audits_payload_evidence_{month}", "owner"),
        ("DELETE FROM audits_review", "denied"),
        ("DELETE FROM audits_hold", "denied"),
        ("UPDATE audits_duty SET months = 1", "nothing else"),
    ],
)
def test_the_applications_role_removes_nothing_by_itself(
    aged: Aged, call: str, refused: str
) -> None:
    asked = DutyOf("sector", "Banking act, section 3", 7)
    set_duty(log=aged.log, duty=asked, by=ALICE, at=timezone.now())
    old = first_day(9)
    statement = call.format(
        log=aged.log.pk, old=old, young=first_day(5), month=f"{old:%Y%m}"
    )
    with connection.cursor() as cursor, pytest.raises(Exception, match=refused):
        cursor.execute(statement)

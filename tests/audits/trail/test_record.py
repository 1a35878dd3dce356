"""Acts of people: in the same transaction as the act, in the same log as the rest."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audits.log.models import Entry, Head
from audits.payloads.selectors import read_parts
from audits.tlog.commitment import check_commitment
from audits.trail.models import TrailEntry
from audits.trail.selectors import trail_of
from audits.trail.services import Actor, record, subject_of
from tests.factories import World

KARI = Actor("user-1", "Kari Nordmann", "Risk officer")


def act(world: World, verb: str = "fact.stated", **details: object) -> int:
    return record(
        log=world.system.log, verb=verb, subject=world.system, by=KARI,
        at=timezone.now(), details=details,
    )  # fmt: skip


def test_an_act_and_its_entry_stand_or_fall_together(world: World) -> None:
    before = Head.objects.get(log=world.system.log).size

    def fail_after_recording() -> None:
        with transaction.atomic():
            act(world)
            raise RuntimeError("the act failed after all")

    with pytest.raises(RuntimeError):
        fail_after_recording()
    assert Head.objects.get(log=world.system.log).size == before
    act(world)
    assert Head.objects.get(log=world.system.log).size == before + 1


def test_who_and_what_are_kept_as_they_were(world: World) -> None:
    idx = act(world, reason="It was reviewed.")
    world.system.name = "Renamed"
    world.system.save()
    row = TrailEntry.objects.get(log=world.system.log, idx=idx)
    assert (row.actor_name, row.actor_role) == ("Kari Nordmann", "Risk officer")
    assert row.subject == subject_of(world.system)
    assert row.subject_label == "Credit scoring"
    assert row.details == {"reason": "It was reviewed."}


def test_the_leaf_names_nobody_and_commits_to_what_is_kept(world: World) -> None:
    idx = act(world, reason="It was reviewed.")
    leaf = bytes(Entry.objects.get(log=world.system.log, idx=idx).entry)
    fields = json.loads(leaf)
    assert fields["verb"] == "fact.stated"
    assert b"Kari" not in leaf
    assert b"reviewed" not in leaf
    committed = {part["role"]: part["com"] for part in fields["pay"]}
    parts = read_parts(world.system.log, idx)
    assert {part.role for part in parts} == {"act", "person"}
    for part in parts:
        check_commitment(part.salt, part.data, bytes.fromhex(committed[part.role]))


def test_the_trail_is_read_newest_first_by_keyset(world: World) -> None:
    made = [act(world, f"fact.stated_{n}") for n in range(5)]
    first = trail_of(world.system.log, limit=2)
    second = trail_of(world.system.log, before=first[-1].idx, limit=2)
    assert [row.idx for row in (*first, *second)] == made[:0:-1]


def test_an_act_keeps_its_own_time_and_the_log_its_order(world: World) -> None:
    early = timezone.now() - timedelta(minutes=2)
    idx = record(
        log=world.system.log, verb="fact.stated", subject="system:x", by=KARI, at=early
    )
    row = TrailEntry.objects.get(log=world.system.log, idx=idx)
    received = Entry.objects.get(log=world.system.log, idx=idx).received_at
    assert row.at == early
    assert received >= Entry.objects.get(log=world.system.log, idx=idx - 1).received_at

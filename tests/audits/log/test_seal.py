"""Saved checkpoints: each later state is held to them before it is signed."""

from itertools import pairwise

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from audits.log.keys import status
from audits.log.models import Checkpoint, Log
from audits.log.seal import save_checkpoint
from audits.log.selectors import (
    consistency_path,
    head_checkpoint,
    inclusion_path,
    saved_checkpoint_sizes,
    unsaved_logs,
)
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.consistency import check_consistency
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_vkey
from audits.tlog.tree import check_inclusion
from registry.systems.models import AISystem
from tests.factories import (
    World,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)


def grow(system: AISystem, *sizes: int) -> None:
    key = a_source_key(system, f"source {timezone.now()}")
    for size in sizes:
        post_events(Client(), key, *(an_event() for _ in range(size)))


def test_every_saved_checkpoint_is_a_prefix_of_the_next(world: World) -> None:
    log, notes = world.system.log, []
    for size in (1, 254, 2, 300):
        grow(world.system, size)
        notes.append(save_checkpoint(log=log, at=timezone.now()))
    vkey = parse_vkey(log.vkey)
    states = [open_checkpoint(note.encode(), vkey).checkpoint for note in notes]
    assert [state.size for state in states] == [2, 256, 258, 558]
    for old, new in pairwise(states):
        proof = consistency_path(log, old.size, new.size)
        check_consistency(old.size, new.size, old.root, new.root, proof)


def test_the_same_state_is_saved_once(world: World) -> None:
    log = world.system.log
    first = save_checkpoint(log=log, at=timezone.now())
    assert save_checkpoint(log=log, at=timezone.now()) == first
    assert saved_checkpoint_sizes(log) == [1]
    assert log not in unsaved_logs()
    grow(world.system, 1)
    assert log in unsaved_logs()


def test_any_entry_is_proven_in_any_later_tree(world: World) -> None:
    log = world.system.log
    grow(world.system, 13, 12, 11, 230, 1, 250)
    now = head_checkpoint(log)
    with_hashes = {
        index: inclusion_path(log, index, now.size) for index in range(0, now.size, 7)
    }
    rows = log.entry_set.filter(idx__in=list(with_hashes)).values_list(
        "idx", "leaf_hash"
    )
    assert len(rows) == len(with_hashes)
    for index, leaf in rows:
        check_inclusion(index, now.size, bytes(leaf), now.root, with_hashes[index])


def test_a_log_that_was_set_back_gets_no_signature(
    own_database: str, owner_url: str
) -> None:
    system = a_system(an_organisation())
    grow(system, 10)
    log = system.log
    save_checkpoint(log=log, at=timezone.now())
    set_back(owner_url, log)
    key = a_source_key(system, "after the restore")
    # It goes on as another history, longer than the first.
    answer = post_events(Client(), key, *(an_event() for _ in range(12)))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "hashed again from the signed tree of size 11" in answer.json()["detail"]
    with pytest.raises(ProofInvalid):
        save_checkpoint(log=log, at=timezone.now())
    assert Checkpoint.objects.filter(log=log).count() == 1
    [refused] = [each for each in status()["refused"] if each["origin"] == log.origin]
    assert refused["kind"] == "fork"


def set_back(owner_url: str, log: Log) -> None:
    """Forget what the log has after its first entry, as a restored backup does."""
    with psycopg.connect(owner_url) as owner:
        for table in ("entry", "payload", "event_id"):
            owner.execute(f"ALTER TABLE audits_{table} DISABLE TRIGGER no_change")
            after = f"DELETE FROM audits_{table} WHERE log_id = %s AND idx > 0"  # noqa: S608
            owner.execute(after, [log.pk])
        owner.execute("ALTER TABLE audits_head DISABLE TRIGGER forward")
        owner.execute(
            "UPDATE audits_head SET size = 1, root = e.leaf_hash, peaks = e.leaf_hash"
            " FROM audits_entry e WHERE e.log_id = audits_head.log_id AND e.idx = 0"
            " AND audits_head.log_id = %s",
            [log.pk],
        )
        owner.execute("ALTER TABLE audits_head ENABLE TRIGGER forward")

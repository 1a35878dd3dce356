"""The application's role, taken over: only the one function removes something."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from audits.erasure.encoding import erasure_leaf
from audits.log.models import Log
from audits.log.services import Leaf, extend, lock_tail
from audits.payloads.keys import wrap
from audits.payloads.models import KeyTree, Payload
from audits.payloads.selectors import keys_of
from governance.stack.testing import Server
from registry.predictions.build import check_rows
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

PERSON = "person-4711"
ERASE = "SELECT audits_erase(%s, %s, %s)"
Intruder = "psycopg.Connection[tuple[Any, ...]]"


@pytest.fixture
def log(own_database: str) -> Log:
    system = a_system(an_organisation())
    key = a_source_key(system)
    events = [an_event(subject=each) for each in (PERSON, "another", PERSON)]
    assert post_events(Client(), key, *events).status_code == 201
    return system.log


@pytest.fixture
def intruder(postgres: Server, own_database: str, log: Log) -> Iterator[Intruder]:
    with psycopg.connect(postgres.app_url(own_database), autocommit=True) as found:
        yield found


def said(log: Log, tag: bytes | None = None, **changed: Any) -> int:
    """Append an entry of an erasure as somebody may who holds the application."""
    keys = keys_of(log)
    leaf = erasure_leaf(
        keys, tag=tag or keys.tag(PERSON), ground="17(1)(b)", indexes=[1, 3],
        decision={}, person={},
    )  # fmt: skip
    core = json.loads(leaf.before_rx + leaf.after_rx) | changed
    text = json.dumps(core, sort_keys=True, separators=(",", ":")).encode()
    before, _, after = text.partition(b'"rx":""')
    with transaction.atomic():
        tail = lock_tail(log)
        made = Leaf(before + b'"rx":"', b'"' + after, leaf.type, leaf.key, leaf.sealed)
        extend(tail, [made], timezone.now())
    return tail.compact.size


def refused(intruder: Any, log: Log, at: int, tree: bytes = b"x" * 99) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(ERASE, [log.pk, at, tree])
    assert Payload.objects.filter(log=log).exclude(idx=0).count() >= 3
    assert KeyTree.objects.get(log=log).version == 0


def test_nothing_is_erased_without_the_newest_entry_that_says_so(
    intruder: Intruder, log: Log
) -> None:
    for at in (0, 1, 3, 4, -1, 10**12):
        refused(intruder, log, at)
    refused(intruder, log, said(log, keys=2))
    refused(intruder, log, said(log, keys=0))
    refused(intruder, log, said(log, gone=1))
    refused(intruder, log, said(log, gone=3))
    refused(intruder, log, said(log, type="act"))
    refused(intruder, log, said(log, tag=bytes(8)))
    # Acts of people lie under nobody's tag: they are never erased so.
    refused(intruder, log, said(log, tag=keys_of(log).nobodys_tag(), gone=9))
    at = said(log)
    said(log)
    refused(intruder, log, at)
    refused(intruder, log, at + 10)


def test_the_application_alone_removes_nothing_whatever_it_sets(
    intruder: Any, log: Log
) -> None:
    intruder.execute("SELECT set_config('probatum.erasing', %s, false)", [str(log.pk)])
    for statement in (
        "DELETE FROM audits_payload",
        "UPDATE audits_event_id SET body_mac = ''",
        "UPDATE audits_review SET reason_code = ''",
        "UPDATE audits_key_tree SET version = version + 1",
        "DELETE FROM audits_key_tree",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            intruder.execute(statement)
    moved = "UPDATE audits_head SET keys = keys + 1 WHERE log_id = %s"
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(moved, [log.pk])


def test_one_entry_erases_once_and_what_it_left_open_is_found(
    intruder: Any, log: Log
) -> None:
    at = said(log)
    left = keys_of(log).without(keys_of(log).tag(PERSON))
    assert intruder.execute(ERASE, [log.pk, at, wrap(left)]).fetchone() == (2,)
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(ERASE, [log.pk, at, wrap(left)])
    assert intruder.execute(
        "SELECT current_setting('probatum.erasing')"
    ).fetchone() == ("",)
    assert not report(log)
    planted = (
        "INSERT INTO audits_payload SELECT log_class, log_id, 1, received_at, key,"
        " sealed FROM audits_payload WHERE log_id = %s AND idx = 2"
    )
    intruder.execute(planted, [log.pk])
    assert "it was erased, and it is still stored" in report(log)
    said(log, keys=2)
    assert "no key was destroyed" in report(log)


def report(log: Log) -> str:
    found = check_rows(log, lambda *_told: None)
    return "\n".join(f"{each.where}: {each.what}" for each in found.faults)

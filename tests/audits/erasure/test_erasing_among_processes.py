"""Erasing while other processes write, and a process that dies in the midst of it."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from audits.erasure.models import Erasure, Ground
from audits.erasure.selectors import footprint
from audits.erasure.services import erase, name_of, request_erasure, stands_against
from audits.events.models import EventId
from audits.log.models import Head, Log
from audits.payloads.contents import erasures_of
from audits.payloads.models import KeyTree, Payload
from audits.payloads.selectors import keys_of, read_parts, stored_keys
from audits.trail.services import Actor
from registry.predictions.build import check_rows
from tests.databases import ROOT
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

PERSON = "person-4711"


@pytest.fixture
def log(own_database: str) -> Log:
    system = a_system(an_organisation())
    key = a_source_key(system)
    assert post_events(Client(), key, an_event(subject=PERSON)).status_code == 201
    return system.log


def process(log: Log, act: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.audits.erasure.writer", log.origin, act, PERSON],
        cwd=ROOT, env=dict(os.environ), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def asked(log: Log) -> Erasure:
    return request_erasure(
        log=log, subject=PERSON, ground=Ground.CONSENT, reference="",
        by=Actor("a", "A"), at=timezone.now(),
    )  # fmt: skip


def erased(log: Log) -> None:
    request, now = asked(log), timezone.now()
    resolved = {name_of(each): "x" for each in stands_against(request, now=now)}
    erase(erasure=request, resolved=resolved, by=Actor("b", "B"), at=now)


def whole(log: Log) -> None:
    assert [
        f"{f.where}: {f.what}" for f in check_rows(log, lambda *_: None).faults
    ] == []


def test_nothing_is_sealed_with_a_destroyed_key_and_nothing_is_lost(log: Log) -> None:
    with process(log, "post") as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        said = [writer.stdout.readline().strip()]
        for _ in range(4):
            said += [writer.stdout.readline().strip() for _ in range(20)]
            # They may all be of before the last erasure, and the writer be behind.
            while not footprint(log, stored_keys(log).tag(PERSON)).payloads:
                said.append(writer.stdout.readline().strip())
            erased(log)
        said += [writer.stdout.readline().strip() for _ in range(20)]
        writer.stdin.close()
        said += writer.stdout.read().split()
    assert writer.returncode == 0
    done = erasures_of(log)
    assert [each.keys for each in done] == [1, 2, 3, 4]
    indexes = dict(EventId.objects.filter(log=log).values_list("event_id", "idx"))
    mine = sorted(indexes[key] for key in indexes if str(key) in set(said))
    assert len(mine) == len(set(said))
    for idx in mine:
        covering = [each for each in done if each.covers(idx)]
        # What came before an erasure went with the first one after it.
        assert covering == [each for each in done if each.idx > idx][:1]
        assert bool(read_parts(log, idx)) is not bool(covering)
    assert len(mine) > sum(each.gone for each in done) > 80
    whole(log)


def test_who_dies_before_the_commit_has_erased_nothing(log: Log) -> None:
    asked(log)
    before = Head.objects.get(log=log).size
    with process(log, "erase") as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == "erased\n"
        assert read_parts(log, 1)
        dying.kill()
    assert Head.objects.get(log=log).size == before
    assert KeyTree.objects.get(log=log).version == 0
    assert Payload.objects.filter(log=log, idx=1).exists()
    whole(log)
    request = Erasure.objects.get(log=log)
    assert request.is_open
    [act] = stands_against(request, now=timezone.now())
    erase(
        erasure=request, resolved={name_of(act): "x"}, by=Actor("b", "B"),
        at=timezone.now(),
    )  # fmt: skip
    assert not read_parts(log, 1)
    assert keys_of(log).version == 1
    whole(log)

"""Erasing a person: what goes, what stays, and that all of it still proves."""

import uuid

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audits.erasure.encoding import as_ranges
from audits.erasure.models import Erasure, Ground
from audits.erasure.services import (
    ErasureRefused,
    erase,
    name_of,
    request_erasure,
    stands_against,
)
from audits.events.models import EventId
from audits.log.models import Entry, Head, Log
from audits.oversight.models import Review
from audits.payloads.contents import erasure_of, erasures_of
from audits.payloads.keys import KeyDestroyed, KeysUnusable, unwrap
from audits.payloads.models import KeyTree, Payload
from audits.payloads.selectors import (
    check_keys,
    keys_of,
    opened,
    read_parts,
)
from audits.trail.services import Actor
from registry.predictions.build import check_rows
from registry.systems.models import AISystem
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

PERSON = "person-4711-of-the-test"
ASKS, DECIDES = Actor("a", "Alice"), Actor("b", "Bob", "compliance officer")
SAID = "kept-by-mistake"


@pytest.fixture
def system(own_database: str) -> AISystem:
    return a_system(an_organisation())


@pytest.fixture
def key(system: AISystem) -> str:
    return a_source_key(system)


def post(key: str, *subjects: str | None) -> list[dict[str, object]]:
    events = [an_event(subject=subject) for subject in subjects]
    assert post_events(Client(), key, *events).status_code == 201
    return events


def asked(log: Log, subject: str = PERSON) -> Erasure:
    return request_erasure(
        log=log, subject=subject, ground=Ground.CONSENT, reference="DSR-7",
        by=ASKS, at=timezone.now(),
    )  # fmt: skip


def erased(log: Log, subject: str = PERSON) -> int:
    request, now = asked(log, subject), timezone.now()
    resolved = {name_of(each): SAID for each in stands_against(request, now=now)}
    return erase(erasure=request, resolved=resolved, by=DECIDES, at=now).index


def faults(log: Log) -> list[str]:
    report = check_rows(log, lambda *_told: None)
    return [f"{fault.where}: {fault.what}" for fault in report.faults]


def test_a_copied_payload_does_not_open_after_the_erasure(
    system: AISystem, key: str
) -> None:
    log = system.log
    post(key, PERSON, "another", PERSON)
    copies = list(Payload.objects.filter(log=log).order_by("idx"))
    [before] = [p for p in copies if p.idx == 1]
    at = erased(log)
    assert read_parts(log, 1) == read_parts(log, 3) == []
    assert read_parts(log, 2)
    tree = KeyTree.objects.get(log=log)
    left = unwrap(log.origin, tree.version, bytes(tree.wrapped))
    with pytest.raises(KeyDestroyed):
        left.key(before.key.to_bytes(8, "big", signed=True))
    assert opened(left, before.key, bytes(before.sealed)) == []
    found = erasure_of(log, 3)
    assert found is not None
    assert (found.idx, found.ranges, found.gone) == (at, [(1, 1), (3, 3)], 2)
    assert erasure_of(log, 2) is None
    assert Head.objects.get(log=log).keys == tree.version == 1
    assert faults(log) == []
    assert PERSON.encode() not in b"".join(
        bytes(entry) for entry in Entry.objects.values_list("entry", flat=True)
    )


def test_what_goes_with_a_person_and_what_stays(system: AISystem, key: str) -> None:
    log, client = system.log, Client()
    [first, other] = post(key, PERSON, None)
    review = {
        "id": str(uuid.uuid4()), "prediction": first["id"], "act": "overridden",
        "decided_at": timezone.now().isoformat(), "human": True,
        "person": {"id": "o-1", "name": "Olga", "role": "overseer"},
        "output": {"decision": "refuse"}, "reason_code": "SAW-HER-PAYSLIP",
    }  # fmt: skip
    headers = {"authorization": f"Bearer {key}"}

    def send(body: dict[str, object]) -> int:
        return client.post(
            "/api/v1/oversight", body, "application/json", headers=headers
        ).status_code

    assert send(review) == 201
    kept = {row.idx: bytes(row.entry) for row in Entry.objects.filter(log=log)}
    at = erased(log)
    assert {
        idx: bytes(Entry.objects.get(log=log, idx=idx).entry) for idx in kept
    } == kept
    row = Review.objects.get(log=log)
    assert (row.reason_code, row.person_name, row.act) == ("", "Olga", "overridden")
    macs = dict(EventId.objects.filter(log=log).values_list("event_id", "body_mac"))
    assert [bytes(macs[uuid.UUID(str(e["id"]))]) == b"" for e in (first, other)] == [
        True, False,
    ]  # fmt: skip
    [said] = erasures_of(log)
    assert (said.idx, said.gone, said.fault) == (at, 2, "")
    # What a service sends again is known, whatever it says, and is not kept again.
    again = post_events(
        client, key, first, {**first, "confidence": 0.2, "id": other["id"]}
    )
    assert again.status_code == 409
    again = post_events(client, key, {**first, "confidence": 0.2})
    assert again.status_code == 200
    # Who comes back has another key, and so has what is said late of what is erased.
    post(key, PERSON)
    late = {**review, "id": str(uuid.uuid4()), "confirms": None, "act": "reversed"}
    assert send(late) == 201
    newest = (
        Payload.objects.filter(log=log).order_by("-idx").values_list("key", flat=True)
    )
    assert newest[0] == newest[1] != int.from_bytes(said.tag, "big", signed=True)
    assert faults(log) == []
    assert erased(log) > at
    assert not read_parts(log, Review.objects.latest("idx").idx)
    assert faults(log) == []


def test_two_people_and_one_decision(system: AISystem, key: str) -> None:
    log, now = system.log, timezone.now()
    post(key, PERSON)
    request = asked(log)
    with pytest.raises(ErasureRefused, match="already"):
        asked(log)
    with pytest.raises(ErasureRefused, match="nothing"):
        asked(log, "nobody of that name")
    [act] = stands_against(request, now=now)
    with pytest.raises(ErasureRefused, match="Another person"):
        erase(erasure=request, resolved={name_of(act): SAID}, by=ASKS, at=now)
    with pytest.raises(ErasureRefused, match="six months") as left_open:
        erase(erasure=request, resolved={}, by=DECIDES, at=now)
    assert left_open.value.field == name_of(act)
    assert read_parts(log, 1)
    erase(erasure=request, resolved={name_of(act): SAID}, by=DECIDES, at=now)
    with pytest.raises(ErasureRefused, match="Bob has decided"):
        erase(erasure=request, resolved={name_of(act): SAID}, by=DECIDES, at=now)
    [said] = erasures_of(log)
    decision = {part.role: part.value() for part in said.parts}
    assert decision["person"] == {"id": "b", "name": "Bob", "role": DECIDES.role}
    assert decision["decision"]["asked_by"] == "Alice"
    assert decision["decision"]["resolved"][0]["because"] == SAID


def test_a_tree_from_an_old_copy_is_found_and_made_right(
    system: AISystem, key: str, owner_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = system.log
    post(key, PERSON, "another", "third")
    old = bytes(KeyTree.objects.get(log=log).wrapped)
    erased(log)
    erased(log, "third")
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_key_tree DISABLE TRIGGER USER")
        owner.execute("UPDATE audits_key_tree SET wrapped = %s, version = 0", [old])
        owner.execute("ALTER TABLE audits_key_tree ENABLE TRIGGER USER")
    assert "replay_erasures" in faults(log)[0]
    with pytest.raises(KeysUnusable, match=log.origin):
        check_keys()
    call_command("replay_erasures")
    assert "2 keys destroyed again" in capsys.readouterr().out
    call_command("replay_erasures")
    assert "as new as" in capsys.readouterr().out
    check_keys()
    assert faults(log) == []
    assert keys_of(log).tag(PERSON) != erasures_of(log)[0].tag
    post(key, PERSON)
    assert read_parts(log, 2)


def test_ranges() -> None:
    assert as_ranges([]) == []
    assert as_ranges([4]) == [(4, 4)]
    assert as_ranges([0, 1, 2, 9, 11, 12]) == [(0, 2), (9, 9), (11, 12)]

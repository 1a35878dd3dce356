"""Reading events by API: what is answered, and to whom."""

import json
import uuid
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.events.models import EventSource, Scope, SourceKey
from audits.tlog import bundle
from audits.tlog.hashing import leaf_hash
from audits.tlog.note import parse_vkey
from audits.tlog.proof import check, parse
from audits.tlog.report import Report
from audits.tlog.verify import verify_bundle
from audits.tlog.vouch import Others
from audits.trail.models import TrailEntry
from registry.people.models import ServiceKey, User
from tests.factories import World, a_source_key, a_system, an_event, post_events

SignIn = Callable[[User], Client]


@pytest.fixture
def event(world: World, client: Client) -> dict[str, Any]:
    """An event of Acme's system, with three more after it."""
    key = a_source_key(world.system)
    posted = an_event(subject="applicant 7", features={"dti": 0.31})
    answer = post_events(client, key, posted, *(an_event() for _ in range(3)))
    assert answer.status_code == 201
    return posted


def service_key(world: World, *scopes: str) -> dict[str, str]:
    _row, key = ServiceKey.objects.create_key(
        name="reader", organisation=world.acme, scopes=list(scopes)
    )
    return {"authorization": f"Bearer {key}"}


def test_an_event_is_answered_with_entry_payload_and_salts(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    found = signed_in(world.alice).get(f"/api/v1/events/{event['id']}").json()
    entry = b64decode(found["entry_base64"])
    assert found["index"] == 1  # the registration of the system came first
    assert leaf_hash(entry).hex() == found["leaf_hash"]
    assert json.loads(entry) == found["entry"]
    parts = {part["role"]: part["value"] for part in found["parts"]}
    assert parts["output"] == {"confidence": 0.81, "output": {"decision": "approve"}}
    assert parts["person"] == {"subject": "applicant 7"}
    assert found["flags"] == ["unknown_model_version"]
    assert "applicant 7" not in entry.decode()


def test_a_proof_leads_from_the_entry_to_the_signed_checkpoint(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    found = client.get(f"/api/v1/events/{event['id']}").json()
    answer = client.get(found["proof"])
    assert answer["Content-Type"].startswith("text/plain")
    assert "attachment" in answer["Content-Disposition"]
    log = parse_vkey(world.system.log.vkey)
    opened = check(parse(answer.content), b64decode(found["entry_base64"]), log)
    assert opened.checkpoint.size == 5


def test_a_source_reads_a_proof_in_few_queries_and_it_is_the_one_that_people_get(
    world: World, event: dict[str, Any], client: Client, signed_in: SignIn
) -> None:
    address = f"/api/v1/events/{event['id']}/proof"
    headers = {"authorization": f"Bearer {a_source_key(world.system, 'reader')}"}
    client.get(address, headers=headers)  # from now on the key is known
    with CaptureQueriesContext(connection) as asked:
        found = client.get(address, headers=headers)
    assert len(asked) <= 6
    theirs = signed_in(world.alice).get(address)
    assert found.content == theirs.content
    for name in ("Content-Type", "Content-Disposition", "Cache-Control"):
        assert found[name] == theirs[name]
    assert client.post(address, headers=headers).status_code == 405
    elsewhere = {"authorization": f"Bearer {a_source_key(world.foreign, 'reader')}"}
    assert client.get(address, headers=elsewhere).status_code == 404
    assert client.get(f"{address}?log=no.such/log", headers=headers).status_code == 404


def test_a_bundle_holds_under_the_public_verifier(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    answer = signed_in(world.alice).get(f"/api/v1/events/{event['id']}/bundle")
    report = Report("verify")
    log = parse_vkey(world.system.log.vkey)
    verify_bundle(report, "bundle", bundle.parse(answer.content), log, Others())
    assert report.holds, report.faults
    assert sum("committed to" in text for text in report.held) == 3


@pytest.mark.parametrize("tail", ["", "/proof", "/bundle"])
def test_who_does_not_see_the_system_gets_404(
    world: World, event: dict[str, Any], signed_in: SignIn, tail: str
) -> None:
    address = f"/api/v1/events/{event['id']}{tail}"
    for person in (world.charlie, world.dana):
        assert signed_in(person).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    nowhere = f"/api/v1/events/{uuid.uuid4()}{tail}"
    assert signed_in(world.alice).get(nowhere).status_code == 404


def test_keys_read_only_with_the_scope_and_only_their_own(
    world: World, event: dict[str, Any], client: Client
) -> None:
    address = f"/api/v1/events/{event['id']}"

    def status(headers: dict[str, str]) -> int:
        return int(client.get(address, headers=headers).status_code)

    assert status(service_key(world, "events:read")) == 200
    assert status(service_key(world, "registry:read")) == 403
    own = {"authorization": f"Bearer {a_source_key(world.system, 'reader')}"}
    assert status(own) == 200
    foreign = {"authorization": f"Bearer {a_source_key(world.foreign)}"}
    assert status(foreign) == 404
    source = EventSource.objects.create(log=world.system.log, name="writer only")
    _row, key = SourceKey.objects.create_key(
        name="w", source=source, scopes=[Scope.EVENTS_WRITE]
    )
    assert status({"authorization": f"Bearer {key}"}) == 403
    assert status({"authorization": "Bearer aaaaaaaa.bbbbbbbb"}) == 401


def test_an_id_in_two_visible_logs_is_409_until_one_is_chosen(
    world: World, event: dict[str, Any], client: Client, signed_in: SignIn
) -> None:
    second = a_system(world.acme, "Second system")
    post_events(client, a_source_key(second), event)
    reader = signed_in(world.alice)
    answer = reader.get(f"/api/v1/events/{event['id']}")
    assert answer.status_code == 409
    origins = [world.system.log.origin, second.log.origin]
    assert answer.json()["logs"] == sorted(origins)
    for origin in origins:
        chosen = reader.get(f"/api/v1/events/{event['id']}", {"log": origin})
        assert chosen.json()["log"] == origin


def test_a_person_s_download_leaves_a_trail_and_a_check_in_the_browser_none(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    reader, address = signed_in(world.alice), f"/api/v1/events/{event['id']}"
    reader.get(f"{address}/proof")
    reader.get(f"{address}/bundle")
    downloads = TrailEntry.objects.filter(verb="evidence.downloaded")
    assert not downloads.exists()
    reader.get(f"{address}/proof?download=1")
    reader.get(f"{address}/bundle?download=1")
    files = downloads.order_by("idx").values_list("details__file", "actor_name")
    assert list(files) == [("proof", "Alice"), ("bundle", "Alice")]

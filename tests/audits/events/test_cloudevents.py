"""CloudEvents 1.0: in JSON, in batches and in headers, against its own library."""

import json
import uuid
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.events.models import EventId
from audits.events.services import body_mac
from audits.log.models import Entry, Head
from audits.payloads.selectors import read_parts
from tests.factories import World, a_source_key

ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
DATA = {"model_version": "2.0.0", "output": {"decision": "approve"}, "confidence": 0.8}


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def an_envelope(**attributes: Any) -> dict[str, Any]:
    told = {
        "specversion": "1.0",
        "id": f"r-{uuid.uuid4().hex[:8]}",
        "source": "/scoring/branch-7",
        "type": "eu.acme.credit.prediction",
        "time": timezone.now().isoformat(),
        "data": DATA,
        **attributes,
    }
    return {name: value for name, value in told.items() if value is not ...}


def send(client: Client, key: str, body: Any, kind: str = ONE, **headers: str) -> Any:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        "/api/v1/events",
        raw,
        content_type=kind,
        headers={"authorization": f"Bearer {key}", **headers},
    )


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


def parts(world: World, idx: int = 1) -> dict[str, Any]:
    return {part.role: part.value() for part in read_parts(world.system.log, idx)}


def test_the_envelope_and_its_data_become_one_event(
    world: World, client: Client, key: str
) -> None:
    told = an_envelope(
        id="r-1",
        time="2026-01-02T03:04:05.678+01:00",
        subject="applicant 31",
        traceparent="00-abc-def-01",
        data={**DATA, "features": {"income": 3}, "deployment": "branches"},
    )
    answer = send(client, key, told)
    assert answer.status_code == 201
    found = uuid.uuid5(uuid.NAMESPACE_URL, "cloudevents:/scoring/branch-7 r-1")
    assert answer.json()["events"][0]["id"] == str(found)
    leaf = json.loads(bytes(Entry.objects.get(log=world.system.log, idx=1).entry))
    assert (leaf["mv"], leaf["dep"]) == ("2.0.0", "branches")
    assert leaf["at"] == "2026-01-02T02:04:05.678000Z"
    assert parts(world) == {
        "input": {
            "features": {
                "income": 3,
                "cloudevents": {
                    "id": "r-1",
                    "source": "/scoring/branch-7",
                    "type": "eu.acme.credit.prediction",
                    "traceparent": "00-abc-def-01",
                },
            }
        },
        "output": {"confidence": 0.8, "output": {"decision": "approve"}},
        "person": {"subject": "applicant 31"},
    }


def test_the_bytes_of_data_are_committed_to_as_they_came(
    world: World, client: Client, key: str
) -> None:
    output = '{ "z" : 1.50,\n"a":"\\u00e9" }'
    told = an_envelope(data={**DATA, "output": "HERE"})
    send(client, key, json.dumps(told).replace('"HERE"', output))
    [part] = [p for p in read_parts(world.system.log, 1) if p.role == "output"]
    assert output.encode() in part.data


def test_an_id_that_is_a_uuid_stays_as_it_is(
    world: World, client: Client, key: str
) -> None:
    told = str(uuid.uuid4())
    answer = send(client, key, an_envelope(id=told))
    assert answer.json()["events"][0]["id"] == told
    assert send(client, key, an_envelope(id=told, source="/other")).status_code == 409


def test_the_same_event_again_has_the_same_receipt_one_by_one_or_in_a_batch(
    world: World, client: Client, key: str
) -> None:
    first, second = json.dumps(an_envelope()), json.dumps(an_envelope(), indent=2)
    answers = [
        send(client, key, first),
        send(client, key, f"  {first}\n"),
        send(client, key, f"[{first} , {second}]", MANY),
        send(client, key, second),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 201, 200]
    found = [[e["index"] for e in answer.json()["events"]] for answer in answers]
    assert found == [[1], [1], [1, 2], [2]]
    # Its body is the exact bytes of the event.
    row = EventId.objects.get(log=world.system.log, idx=2)
    assert bytes(row.body_mac) == body_mac(world.system.log, second.encode())


def test_the_same_source_and_id_with_other_bytes_is_409(
    world: World, client: Client, key: str
) -> None:
    told = an_envelope()
    send(client, key, told)
    assert send(client, key, json.dumps(told, indent=1)).status_code == 409
    changed = {**told, "data": {**DATA, "confidence": 0.1}}
    assert send(client, key, changed).status_code == 409
    # Another source may use the same id.
    assert send(client, key, {**told, "source": "/branch-8"}).status_code == 201
    assert size(world) == 3


def test_data_in_base64_is_read_and_checked_as_json(
    world: World, client: Client, key: str
) -> None:
    def told(data: bytes) -> dict[str, Any]:
        return an_envelope(data=..., data_base64=b64encode(data).decode())

    assert send(client, key, told(json.dumps(DATA).encode())).status_code == 201
    doubled = b'{"model_version":"2","output":{"a":1,"a":2}}'
    answer = send(client, key, told(doubled))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "data.a"


WRONG = [
    ({"specversion": "0.3"}, "specversion"),
    ({"specversion": ...}, "specversion"),
    ({"id": ...}, "id"),
    ({"id": ""}, "id"),
    ({"id": 7}, "id"),
    ({"id": "a\x00b"}, "id"),
    ({"source": "two words"}, "source"),
    ({"source": None}, "source"),
    ({"type": "eu.acme.order.created"}, "type"),
    ({"time": ...}, "time"),
    ({"time": "yesterday"}, "time"),
    ({"time": "2026-11-23T08:00:00"}, "time"),
    ({"time": "2150-11-23T08:00:00Z"}, "time"),
    ({"subject": "a\x00b"}, "subject"),
    ({"subject": 5}, "subject"),
    ({"Upper": "x"}, "Upper"),
    ({"deep": {"a": 1}}, "deep"),
    ({"half": 0.5}, "half"),
    ({"datacontenttype": "text/xml"}, "datacontenttype"),
    ({"datacontenttype": 5}, "datacontenttype"),
    ({"data": ...}, "data"),
    ({"data": "text"}, "data"),
    ({"data": None}, "data"),
    ({"data_base64": "e30="}, "data"),
    ({"data": ..., "data_base64": "%%"}, "data_base64"),
    ({"data": ..., "data_base64": 5}, "data_base64"),
    ({"data": {**DATA, "id": "x"}}, "data.id"),
    ({"data": {**DATA, "occurred_at": "x"}}, "data.occurred_at"),
    ({"data": {**DATA, "surplus": 1}}, "data.surplus"),
    ({"data": {"output": 1}}, "data.model_version"),
    ({"data": {**DATA, "latency_ms": -1}}, "data.latency_ms"),
    ({"data": {**DATA, "features": [1]}}, "data.features"),
    ({"data": {**DATA, "features": {"cloudevents": 1}}}, "data.features.cloudevents"),
    ({"subject": "a", "data": {**DATA, "subject": "b"}}, "data.subject"),
    ({"data": {**DATA, "input": 1, "input_ref": "x"}}, "data.input_ref"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_attribute_is_called_as_the_sender_calls_it(
    world: World, client: Client, key: str, change: dict[str, Any], field: str
) -> None:
    answer = send(client, key, [an_envelope(), an_envelope(**change)], MANY)
    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert (error["event"], error["field"]) == (1, field)
    assert error["reason"]
    assert error["fix"]
    assert size(world) == 1


@pytest.mark.parametrize(
    "kind", ["application/cloudevents+avro", "application/cloudevents", "text/plain"]
)
def test_other_formats_of_cloudevents_are_415(
    client: Client, key: str, kind: str
) -> None:
    headers = {"ce-specversion": "1.0"} if "cloud" in kind else {}
    answer = send(client, key, b"{}", kind, **headers)
    assert answer.status_code == 415
    assert "application/cloudevents-batch+json" in answer.json()["detail"]


def test_a_batch_holds_as_many_as_an_array_and_is_stored_as_a_whole(
    world: World, client: Client, key: str
) -> None:
    many = [an_envelope(id=str(number)) for number in range(1001)]
    assert send(client, key, many, MANY).status_code == 413
    assert send(client, key, [], MANY).status_code == 422
    assert send(client, key, an_envelope(), MANY).status_code == 400
    assert send(client, key, many[:-1], MANY).status_code == 201
    assert size(world) == 1001

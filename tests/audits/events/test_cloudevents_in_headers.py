"""CloudEvents 1.0 in headers, and as their own library writes them."""

import json
import uuid
from typing import Any

import pytest
from cloudevents.v1.conversion import to_binary, to_structured
from cloudevents.v1.http import CloudEvent
from django.test import Client
from django.utils import timezone

from audits.events.models import EventId
from audits.events.services import body_mac
from tests.audits.events.test_cloudevents import DATA, parts, send, size
from tests.factories import World, a_source_key


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def test_an_event_in_headers_is_written_down_in_one_way(
    world: World, client: Client, key: str
) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "r-7",
        "ce-source": "/scoring/caf%C3%A9",
        "ce-type": "prediction",
        "ce-time": timezone.now().isoformat(),
        "ce-subject": '"applicant \\"31\\" %25"',
    }
    data = b'{"model_version":"2.0.0", "output":1.50}'
    kind = "application/json; charset=utf-8"
    first = send(client, key, data, kind, **headers)
    again = send(client, key, data + b"\n", kind, **dict(reversed(headers.items())))
    assert (first.status_code, again.status_code) == (201, 200)
    found = uuid.uuid5(uuid.NAMESPACE_URL, "cloudevents:/scoring/café r-7")
    assert first.json()["events"][0]["id"] == str(found)
    assert parts(world)["person"] == {"subject": 'applicant "31" %'}
    told = {name.removeprefix("ce-"): value for name, value in headers.items()} | {
        "source": "/scoring/café",
        "subject": 'applicant "31" %',
        "datacontenttype": kind,
    }
    members = [f"{json.dumps(k)}:{json.dumps(v, ensure_ascii=False)}"
               for k, v in told.items()]  # fmt: skip
    body = ",".join(sorted([*members, f'"data":{data.decode()}']))
    row = EventId.objects.get(log=world.system.log, idx=1)
    assert bytes(row.body_mac) == body_mac(world.system.log, f"{{{body}}}".encode())


@pytest.mark.parametrize("data", [DATA, json.dumps(DATA).encode()])
def test_what_the_library_of_cloudevents_writes_is_taken(
    world: World, client: Client, key: str, data: Any
) -> None:
    told = {"type": "com.acme.prediction.v1", "source": "urn:acme:credit", "ext": "x"}
    for number, write in enumerate((to_structured, to_binary), 1):
        headers, body = write(CloudEvent(told, data))
        kind = headers.pop("content-type", "application/json")
        answer = send(client, key, bytes(body), kind, **headers)
        assert answer.status_code == 201, answer.content
        features = parts(world, number)["input"]["features"]["cloudevents"]
        assert features["source"] == "urn:acme:credit"
        assert features["ext"] == "x"


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"", {}),
        (b"{", {}),
        (b"[1]", {}),
        # What stands behind the data is no attribute of the envelope.
        (b'{"model_version":"2","output":1},"extra":"x"', {}),
        (b'{"model_version":"2","output":1}', {"ce-id": "%FF"}),
        (b'{"model_version":"2","output":1}', {"ce-id": "\xff"}),
        (b'{"model_version":"2","output":1}', {"ce-foo-bar": "x"}),
        (b'{"model_version":"2","output":1}', {"ce-data": "{}"}),
        (b'{"model_version":"2","output":1}', {"ce-datacontenttype": "x/y"}),
        (b'{"model_version":"2","output":1}', {"ce-specversion": "2"}),
    ],
)
def test_a_broken_event_in_headers_is_refused_with_a_reason(
    world: World, client: Client, key: str, data: bytes, headers: dict[str, str]
) -> None:
    right = {
        "ce-specversion": "1.0",
        "ce-id": "r-7",
        "ce-source": "/s",
        "ce-type": "prediction",
        "ce-time": timezone.now().isoformat(),
    }
    answer = send(client, key, data, "application/json", **{**right, **headers})
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["fix"]
    assert size(world) == 1

"""OTLP: how errors are answered, and bodies that are wrong in any way."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from audits.events.queue import QueueFull
from audits.log.models import Head
from tests.audits.events.otlp_requests import CHAT, a_span, as_json, traces
from tests.audits.events.test_otlp import JSON, PROTOBUF, send, size, told
from tests.factories import World, a_source_key


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def said(answer: Any, kind: str) -> str:
    """The message of a status, in the encoding that the request came in."""
    assert answer["Content-Type"] == kind
    if kind == JSON:
        message: str = answer.json()["message"]
        return message
    return str(Status.FromString(answer.content).message)


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_errors_are_a_status_in_the_encoding_of_the_request(
    client: Client, key: str, kind: str
) -> None:
    denied = send(client, "nonsense", b"", kind)
    broken = send(client, key, b"\x0a\xff" if kind == PROTOBUF else b"{", kind)
    long = send(client, key, b"x" * (4 * 1024 * 1024 + 1), kind)
    packed = send(client, key, b"", kind, **{"content-encoding": "br"})
    misspelt = send(client, key, b"", kind, "traces?dryrun=true")
    statuses = [a.status_code for a in (denied, broken, long, packed, misspelt)]
    assert statuses == [401, 400, 413, 415, 400]
    assert denied["WWW-Authenticate"].startswith("Bearer")
    for answer in (denied, broken, long, packed, misspelt):
        assert said(answer, kind)


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
@pytest.mark.parametrize(
    ("fault", "status"), [(QueueFull(), 429), (OperationalError("gone"), 503)]
)
def test_what_may_be_tried_again_says_when(
    client: Client,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    fault: Exception,
    status: int,
) -> None:
    def fail(_job: object) -> None:
        raise fault

    monkeypatch.setattr("audits.events.services.write", fail)
    request = traces(a_span())
    body = request if kind == PROTOBUF else as_json(request)
    answer = send(client, key, body, kind)
    assert answer.status_code == status
    assert int(answer["Retry-After"]) > 0
    assert said(answer, kind)


@pytest.mark.parametrize("kind", ["text/plain", "application/grpc", ""])
def test_other_encodings_are_415(client: Client, key: str, kind: str) -> None:
    answer = send(client, key, b"", kind)
    assert answer.status_code == 415
    assert PROTOBUF in said(answer, JSON)


def a_body(span: str) -> bytes:
    told = json.dumps(as_json(traces(a_span())))
    body = json.loads(told)
    body["resourceSpans"][0]["scopeSpans"][0]["spans"] = ["HERE"]
    return json.dumps(body).replace('"HERE"', span).encode("utf-8", "surrogatepass")


DEEP = '{"arrayValue":{"values":[' * 60 + "]}}" * 60


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"null",
        b'{"resourceSpans": {}}',
        b'{"resourceSpans": [7]}',
        b'{"resourceSpans": [null]}',
        a_body('{"name": 5}'),
        a_body('{"kind": "SPAN_KIND_CLIENT"}'),
        a_body('{"attributes": {"a": 1}}'),
        a_body('{"attributes": [{"key": "a", "value": "text"}]}'),
        a_body('{"attributes": [{"key": "a", "value": {"intValue": 1.5}}]}'),
        a_body('{"attributes": [{"key": "a", "value": {"doubleValue": NaN}}]}'),
        a_body('{"attributes": [{"key": "a", "value": {"doubleValue": 1e999}}]}'),
        a_body('{"attributes": [{"key": "a", "value": {"stringValue": "\\ud800"}}]}'),
        a_body('{"name": "\udfff"}'),
        a_body('{"name": "a", "name": "b"}'),
        a_body(f'{{"attributes": [{{"key": "a", "value": {DEEP}}}]}}'),
        a_body('{"events": [[]]}'),
        b'{"resourceSpans":' + b"[" * 5000,
    ],
)
def test_json_of_another_shape_is_refused_with_a_reason(
    world: World, client: Client, key: str, body: bytes
) -> None:
    answer = send(client, key, body, JSON)
    assert answer.status_code == 400, answer.content
    assert said(answer, JSON)
    assert size(world) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"traceId": "xyz"},
        {"traceId": "é" * 32},
        {"spanId": 5 * "00"},
        {"startTimeUnixNano": "soon"},
        {"endTimeUnixNano": "9" * 5000},
        {"endTimeUnixNano": 10**30},
        {"endTimeUnixNano": -1},
        {"droppedAttributesCount": 10**30},
        {"kind": 10**30},
        {"flags": "x"},
        {"status": {"code": 10**30}},
        {"attributes": [{"key": "a", "value": {"intValue": "9" * 30}}]},
        {"attributes": [{"key": "a", "value": {"intValue": 10**30}}]},
        {"attributes": [{"key": "a", "value": {"doubleValue": "Infinity"}}]},
        {"attributes": [{"key": "a", "value": {"doubleValue": "x"}}]},
        {"attributes": [{"key": "a", "value": {"intValue": 1, "stringValue": ""}}]},
    ],
)
def test_a_span_with_values_that_cannot_be_is_refused_alone(
    world: World, client: Client, key: str, change: dict[str, Any]
) -> None:
    body = as_json(traces(a_span(), a_span()))
    span = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    attributes = change.pop("attributes", [])
    span["attributes"] += attributes
    span |= change
    rejected, message = told(send(client, key, body, JSON))
    assert rejected == 1
    assert message
    assert size(world) == 2


def test_null_and_unknown_fields_are_as_good_as_absent(
    world: World, client: Client, key: str
) -> None:
    body = as_json(traces(a_span()))
    body["newer"] = {"a": [1]}
    group = body["resourceSpans"][0]
    group |= {"entityRefs": [], "schemaUrl": None}
    span = group["scopeSpans"][0]["spans"][0]
    span |= {"events": None, "links": None, "status": None, "flags": None, "x": 1}
    span["attributes"] += [{"key": "a", "value": None}, {"key": "b", "value": {}}]
    assert told(send(client, key, body, JSON)) == (0, "")
    assert size(world) == 2


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_multitude_of_empty_values_is_refused_before_it_is_built(
    world: World, client: Client, key: str, kind: str
) -> None:
    count = 1_300_000
    if kind == JSON:
        spans = b",".join([b"{}"] * count)
        body = b'{"resourceSpans":[{"scopeSpans":[{"spans":[%s]}]}]}' % spans
    else:
        body = nested(b"\x12", b"\x12\x00" * count)
    answer = send(client, key, body, kind)
    assert answer.status_code == 413
    assert "250000" in said(answer, kind)


def test_what_records_share_does_not_multiply_without_end(
    world: World, client: Client, key: str
) -> None:
    resource = {"long": "x" * 500_000}
    request = traces(*(a_span() for _ in range(100)), resource=resource)
    answer = send(client, key, request)
    assert answer.status_code == 413
    assert "smaller batches" in said(answer, PROTOBUF)
    assert size(world) == 1


def nested(*tags_and_data: bytes) -> bytes:
    *tags, data = tags_and_data
    for tag in reversed((b"\x0a", *tags)):
        length, size = b"", len(data)
        while size > 127:
            length += bytes([size & 127 | 128])
            size >>= 7
        data = tag + length + bytes([size]) + data
    return data


def test_a_message_in_a_message_without_end_is_refused(
    world: World, client: Client, key: str
) -> None:
    value: Message = a_span({"a": [1]}).attributes[0].value
    data = value.SerializeToString()
    for _ in range(200):
        data = nested(data)[0:0] + b"\x2a" + _sized(b"\x0a" + _sized(data))
    attribute = b"\x4a" + _sized(b"\x12" + _sized(data))
    answer = send(client, key, nested(b"\x12", b"\x12", attribute), PROTOBUF)
    assert answer.status_code == 400
    assert "nested" in said(answer, PROTOBUF)


def _sized(data: bytes) -> bytes:
    length, size = b"", len(data)
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return length + bytes([size]) + data


def test_a_fault_in_the_text_of_messages_leaves_them_a_text(
    world: World, client: Client, key: str
) -> None:
    for number, text in enumerate(('[{"a":1,"a":2}]', "[NaN]", "{", "[" * 500), 1):
        changed = {**CHAT, "gen_ai.output.messages": text}
        assert told(send(client, key, traces(a_span(changed)))) == (0, "")
        assert Head.objects.get(log=world.system.log).size == number + 1

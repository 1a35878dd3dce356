"""OTLP: what is refused of a request, by which words, and that the rest is stored."""

from typing import Any

import pytest
from django.test import Client

from tests.audits.events.otlp_requests import CHAT, a_span, as_json, traces
from tests.audits.events.test_otlp import JSON, PROTOBUF, send, size, told
from tests.factories import World, a_source_key


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_what_is_no_prediction_is_refused_with_a_reason_and_the_rest_is_stored(
    world: World, client: Client, key: str, kind: str
) -> None:
    silent = {k: v for k, v in CHAT.items() if k != "gen_ai.output.messages"}
    request = traces(
        a_span({"http.method": "GET"}),
        a_span(),
        a_span({**CHAT, "gen_ai.operation.name": "execute_tool"}),
        a_span({"db.system": "postgresql"}),
        a_span(silent),
        a_span(),
    )
    body = request if kind == PROTOBUF else as_json(request)
    rejected, message = told(send(client, key, body, kind))
    assert rejected == 4
    assert "4 of 6" in message
    assert "2 × gen_ai.operation.name: It is missing." in message
    assert "execute_tool is no inference" in message
    assert "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT" in message
    assert size(world) == 3


def test_a_span_that_came_with_another_content_is_refused_alone(
    world: World, client: Client, key: str
) -> None:
    first, changed = a_span(), a_span()
    send(client, key, traces(first))
    changed.CopyFrom(first)
    changed.name = "chat again"
    answer = send(client, key, traces(a_span(), changed, a_span(), first))
    rejected, message = told(answer)
    assert rejected == 1
    assert "another content" in message
    assert size(world) == 4


@pytest.mark.parametrize(
    ("change", "fields", "reason"),
    [
        ({"gen_ai.response.model": "a\x00b"}, {}, "gen_ai.response.model"),
        ({"gen_ai.response.model": "x" * 121}, {}, "gen_ai.response.model"),
        ({"gen_ai.response.model": 7}, {}, "gen_ai.response.model"),
        ({"enduser.id": "a\x00b"}, {}, "enduser.id"),
        ({"x": float("nan")}, {}, "x: It is no number"),
        ({"x": [{"y": float("inf")}]}, {}, "no number"),
        ({}, {"span_id": b""}, "no id"),
        ({}, {"trace_id": bytes(16)}, "no id"),
        ({}, {"trace_id": b"short"}, "no id"),
        ({}, {"end_time_unix_nano": 0}, "no time"),
        ({}, {"end_time_unix_nano": 2**64 - 1}, "5 minutes ahead"),
        ({}, {"start_time_unix_nano": 2**63, "end_time_unix_nano": 5}, "latency"),
    ],
)
def test_a_wrong_record_is_refused_by_what_the_exporter_calls_it(
    world: World,
    client: Client,
    key: str,
    change: dict[str, Any],
    fields: dict[str, Any],
    reason: str,
) -> None:
    answer = send(client, key, traces(a_span({**CHAT, **change}, **fields), a_span()))
    rejected, message = told(answer)
    assert rejected == 1
    assert reason.replace("latency", "endTimeUnixNano") in message
    assert size(world) == 2


def test_an_attribute_that_stands_twice_is_refused(
    world: World, client: Client, key: str
) -> None:
    span = a_span()
    span.attributes.extend(a_span().attributes[:1])
    rejected, message = told(send(client, key, traces(span)))
    assert rejected == 1
    assert "twice" in message
    doubled = traces(a_span(), a_span())
    attributes = doubled.resource_spans[0].resource.attributes
    attributes.extend([attributes[0]])
    assert told(send(client, key, doubled))[0] == 2
    assert size(world) == 1


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_request_with_nothing_in_it_succeeds(
    world: World, client: Client, key: str, kind: str
) -> None:
    body = b"" if kind == PROTOBUF else b"{}"
    for signal in ("traces", "logs"):
        assert told(send(client, key, body, kind, signal), signal) == (0, "")
    assert size(world) == 1


def test_more_than_a_batch_is_written_in_batches(
    world: World, client: Client, key: str
) -> None:
    assert told(send(client, key, traces(*(a_span() for _ in range(1200))))) == (0, "")
    assert size(world) == 1201

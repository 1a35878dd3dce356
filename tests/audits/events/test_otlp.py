"""OTLP: which spans and log records become predictions, and what exporters hear."""

import gzip
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceResponse,
)

from audits.log.models import Entry, Head
from audits.payloads.selectors import read_parts
from tests.audits.events.otlp_requests import (
    CHAT,
    RESOURCE,
    a_record,
    a_span,
    an_event_of_a_span,
    as_json,
    logs,
    traces,
)
from tests.factories import World, a_source_key

PROTOBUF, JSON = "application/x-protobuf", "application/json"


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def send(
    client: Client,
    key: str,
    body: Any,
    kind: str = PROTOBUF,
    signal: str = "traces",
    **headers: str,
) -> Any:
    if not isinstance(body, bytes):
        body = body.SerializeToString() if kind == PROTOBUF else json.dumps(body)
    return client.post(
        f"/api/v1/otlp/v1/{signal}",
        body,
        content_type=kind,
        headers={"authorization": f"Bearer {key}", **headers},
        CONTENT_TYPE=kind,  # which the test client leaves out with an empty body
    )


def told(answer: Any, signal: str = "traces") -> tuple[int, str]:
    """How many were rejected and why, in either encoding."""
    assert answer.status_code == 200, answer.content
    if answer["Content-Type"] == JSON:
        partial = answer.json().get("partialSuccess", {})
        name = "rejectedSpans" if signal == "traces" else "rejectedLogRecords"
        return int(partial.get(name, 0)), partial.get("errorMessage", "")
    assert answer["Content-Type"] == PROTOBUF
    if signal == "traces":
        partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
        return partial.rejected_spans, partial.error_message
    found = ExportLogsServiceResponse.FromString(answer.content).partial_success
    return found.rejected_log_records, found.error_message


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


def leaf(world: World, idx: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        bytes(Entry.objects.get(log=world.system.log, idx=idx).entry)
    )
    return found


def parts(world: World, idx: int = 1) -> dict[str, Any]:
    return {part.role: part.value() for part in read_parts(world.system.log, idx)}


def test_an_inference_becomes_a_prediction_with_every_attribute_kept(
    world: World, client: Client, key: str
) -> None:
    ids = {"trace_id": bytes(15) + b"\x07", "span_id": bytes(7) + b"\x09"}
    span = a_span({**CHAT, "acme.ticket": 7}, **ids, trace_state="a=b")
    span.status.code = 1
    answer = send(client, key, traces(span))
    assert told(answer) == (0, "")
    assert answer.content == b""
    core = leaf(world, 1)
    name = f"otlp:{span.trace_id.hex()}/{span.span_id.hex()}"
    assert core["eid"] == str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    assert (core["mv"], core["dep"]) == ("gpt-4-0613", "production")
    found = parts(world)
    assert found["person"] == {"subject": "customer 31"}
    assert found["operation"] == {"endpoint": "llm.example.eu:443", "latency_ms": 1500}
    assert found["output"] == {"output": json.loads(CHAT["gen_ai.output.messages"])}
    assert found["input"]["input"] == json.loads(CHAT["gen_ai.input.messages"])
    features = found["input"]["features"]
    assert features.pop("attributes") == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4",
        "gen_ai.response.model": "gpt-4-0613",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.stop_sequences": ["a", "b"],
        "server.address": "llm.example.eu",
        "server.port": 443,
        "acme.ticket": 7,
    }
    assert features == {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 180,
        "resource": {"attributes": RESOURCE},
        "scope": {"name": "openai_v2", "version": "2.4"},
        "schemaUrl": "https://opentelemetry.io/schemas/1.37.0",
        "span": {
            "traceId": span.trace_id.hex(),
            "spanId": span.span_id.hex(),
            "traceState": "a=b",
            "name": "chat gpt-4",
            "kind": 3,
            "startTimeUnixNano": span.start_time_unix_nano,
            "endTimeUnixNano": span.end_time_unix_nano,
            "status": {"code": 1},
        },
    }


def test_the_receipt_of_a_span_is_there_by_get(
    world: World, client: Client, key: str
) -> None:
    span = a_span()
    send(client, key, traces(span))
    name = f"otlp:{span.trace_id.hex()}/{span.span_id.hex()}"
    path = f"/api/v1/events/{uuid.uuid5(uuid.NAMESPACE_URL, name)}/proof"
    answer = client.get(path, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"c2sp.org/tlog-proof@v1\nindex 1\n")


def test_the_same_span_is_the_same_event_in_either_encoding(
    world: World, client: Client, key: str
) -> None:
    attributes = {
        **CHAT,
        "b": b"\x00\xff",
        "n": None,
        "f": 2.0,
        "big": -(2**63),
        "no": False,
        "deep": {"list": [1, [], {}, None], "empty": ""},
    }
    span = a_span(attributes, trace_state="a=b", flags=257)
    span.events.extend([an_event_of_a_span("first token", {"n": 1})])
    span.links.add(trace_id=b"l" * 16, span_id=b"l" * 8, flags=1)
    request = traces(span)
    upper = json.dumps(as_json(request)).replace(
        span.trace_id.hex(), span.trace_id.hex().upper()
    )
    packed = gzip.compress(request.SerializeToString())
    answers = [
        send(client, key, request),
        send(client, key, as_json(request), JSON),
        send(client, key, upper.encode(), JSON),
        send(client, key, packed, **{"content-encoding": "gzip"}),
        send(client, key, traces(span, span)),
    ]
    assert [told(answer) for answer in answers] == [(0, "")] * 5
    assert size(world) == 2
    kept = parts(world)["input"]["features"]["attributes"]
    assert kept["b"] == "AP8="
    assert kept["deep"] == attributes["deep"]
    assert (kept["big"], kept["no"], kept["n"]) == (-(2**63), False, None)


def test_the_same_log_record_is_the_same_event_in_either_encoding(
    world: World, client: Client, key: str
) -> None:
    record = a_record(trace_id=b"t" * 16, span_id=b"s" * 8)
    request = logs(record)
    answers = [
        send(client, key, request, signal="logs"),
        send(client, key, as_json(request), JSON, "logs"),
    ]
    assert [told(answer, "logs") for answer in answers] == [(0, "")] * 2
    assert size(world) == 2
    assert parts(world)["input"]["features"]["log"]["traceId"] == (b"t" * 16).hex()
    # Two inferences in one span are two predictions.
    other = a_record({**CHAT, "n": 2}, trace_id=b"t" * 16, span_id=b"s" * 8)
    send(client, key, logs(other), signal="logs")
    assert size(world) == 3


def test_a_log_record_with_an_id_of_its_own_keeps_it(
    world: World, client: Client, key: str
) -> None:
    record = a_record({**CHAT, "log.record.uid": "01ARZ3NDEKTSV4RRFFQ69G5FAV"})
    send(client, key, logs(record), signal="logs")
    name = "otlp:log/uid/01ARZ3NDEKTSV4RRFFQ69G5FAV"
    assert leaf(world, 1)["eid"] == str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    record.severity_text = "changed"
    answer = send(client, key, logs(record), signal="logs")
    assert told(answer, "logs")[0] == 1
    assert "another content" in told(answer, "logs")[1]


def test_messages_may_be_told_by_events_of_the_span(
    world: World, client: Client, key: str
) -> None:
    bare = {k: v for k, v in CHAT.items() if ".messages" not in k}
    messages = {k: v for k, v in CHAT.items() if ".messages" in k}
    new, old, oldest = a_span(bare), a_span(bare), a_span(bare)
    details = "gen_ai.client.inference.operation.details"
    new.events.extend([an_event_of_a_span(details, messages)])
    content = {"gen_ai.event.content": "{}"}
    old.events.extend(
        an_event_of_a_span(name, content)
        for name in ("gen_ai.system.message", "note", "gen_ai.choice")
    )
    oldest.events.extend(
        [
            an_event_of_a_span("gen_ai.content.prompt", {"gen_ai.prompt": "Hi"}),
            an_event_of_a_span(
                "gen_ai.content.completion", {"gen_ai.completion": "Ho"}
            ),
        ]
    )
    assert told(send(client, key, traces(new, old, oldest))) == (0, "")
    assert parts(world, 1)["output"] == {
        "output": json.loads(CHAT["gen_ai.output.messages"])
    }
    found = parts(world, 2)
    assert [each["name"] for each in found["output"]["output"]] == ["gen_ai.choice"]
    assert [e["name"] for e in found["input"]["input"]] == ["gen_ai.system.message"]
    kept = found["input"]["features"]["span"]["events"]
    assert [each["name"] for each in kept] == ["note"]
    [said] = parts(world, 3)["output"]["output"]
    assert said["attributes"] == {"gen_ai.completion": "Ho"}


@pytest.mark.parametrize(
    ("attributes", "resource", "version", "deployment"),
    [
        ({"gen_ai.response.model": None}, {}, "gpt-4", "production"),
        (
            {"gen_ai.response.model": None, "gen_ai.request.model": ""},
            {},
            "4.2.0",
            "production",
        ),
        ({}, {"deployment.environment.name": None}, "gpt-4-0613", "assistant"),
        (
            {},
            {"deployment.environment.name": "", "service.name": "unknown_service:py"},
            "gpt-4-0613",
            None,
        ),
    ],
)
def test_version_and_deployment_are_what_is_known(
    world: World,
    client: Client,
    key: str,
    attributes: dict[str, Any],
    resource: dict[str, Any],
    version: str,
    deployment: str | None,
) -> None:
    span = a_span({**CHAT, **attributes})
    send(client, key, traces(span, resource={**RESOURCE, **resource}))
    core = leaf(world, 1)
    assert (core["mv"], core.get("dep")) == (version, deployment)


def test_a_dry_run_tells_both_encodings_and_stores_nothing(
    world: World, client: Client, key: str
) -> None:
    span, stored = a_span(), a_span()
    send(client, key, traces(stored))
    request = traces(span, a_span({}), stored)
    rejected, message = told(send(client, key, request, signal="traces?dry_run=true"))
    assert rejected == 1
    assert message.startswith("Dry run, nothing was stored. Of 3")
    answer = send(client, key, as_json(request), JSON, "traces?dry_run=true")
    assert told(answer)[0] == 1
    events = answer.json()["events"]
    assert [each["would_be"] for each in events] == ["appended", "duplicate"]
    assert events[0]["parts"]["person"] == {"subject": "customer 31"}
    assert size(world) == 2

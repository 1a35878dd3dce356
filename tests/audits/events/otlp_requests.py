"""Requests of OTLP, as its own generated classes write them."""

import os
import time
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4",
    "gen_ai.response.model": "gpt-4-0613",
    "gen_ai.input.messages": '[{"role":"user","parts":[{"content":"Hi"}]}]',
    "gen_ai.output.messages": '[{"role": "assistant","finish_reason": "stop"}]',
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 180,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.stop_sequences": ["a", "b"],
    "server.address": "llm.example.eu",
    "server.port": 443,
    "enduser.id": "customer 31",
}
RESOURCE = {
    "service.name": "assistant",
    "service.version": "4.2.0",
    "deployment.environment.name": "production",
}


def a_value(value: Any) -> AnyValue:
    if value is None:
        return AnyValue()
    if isinstance(value, Mapping):
        found = AnyValue()
        found.kvlist_value.SetInParent()
        found.kvlist_value.values.extend(attributes(value))
        return found
    if isinstance(value, list):
        found = AnyValue()
        found.array_value.SetInParent()
        found.array_value.values.extend(a_value(each) for each in value)
        return found
    names = {bool: "bool", int: "int", float: "double", str: "string", bytes: "bytes"}
    return AnyValue(**{f"{names[type(value)]}_value": value})


def attributes(told: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=a_value(value)) for key, value in told.items()]


def a_span(told: Mapping[str, Any] = CHAT, **fields: Any) -> Span:
    now = time.time_ns()
    return Span(
        **{
            "trace_id": os.urandom(16),
            "span_id": os.urandom(8),
            "name": "chat gpt-4",
            "kind": Span.SPAN_KIND_CLIENT,
            "start_time_unix_nano": now - 1_500_000_000,
            "end_time_unix_nano": now,
            **fields,
        },
        attributes=attributes(told),
    )


def an_event_of_a_span(name: str, told: Mapping[str, Any]) -> Span.Event:
    return Span.Event(name=name, time_unix_nano=5, attributes=attributes(told))


def a_record(told: Mapping[str, Any] = CHAT, **fields: Any) -> LogRecord:
    name = "gen_ai.client.inference.operation.details"
    return LogRecord(
        **{"time_unix_nano": time.time_ns(), "event_name": name, **fields},
        attributes=attributes(told),
    )


def traces(*spans: Span, resource: Mapping[str, Any] = RESOURCE) -> Any:
    request = ExportTraceServiceRequest()
    around = request.resource_spans.add()
    around.resource.attributes.extend(attributes(resource))
    scope = around.scope_spans.add(schema_url="https://opentelemetry.io/schemas/1.37.0")
    scope.scope.name, scope.scope.version = "openai_v2", "2.4"
    scope.spans.extend(spans)
    return request


def logs(*records: LogRecord, resource: Mapping[str, Any] = RESOURCE) -> Any:
    request = ExportLogsServiceRequest()
    around = request.resource_logs.add()
    around.resource.attributes.extend(attributes(resource))
    around.scope_logs.add().log_records.extend(records)
    return request


def as_json(request: Any) -> Any:
    """OTLP's JSON: protobuf's, but that ids are hexadecimal and enums numbers."""
    told = MessageToDict(request, use_integers_for_enums=True)
    for groups in told.values():
        for group in groups:
            for scope in group.get("scopeSpans", group.get("scopeLogs", [])):
                for record in scope.get("spans", scope.get("logRecords", [])):
                    _hexadecimal(record)
                    for link in record.get("links", []):
                        _hexadecimal(link)
    return told


def _hexadecimal(record: dict[str, Any]) -> None:
    for name in ("traceId", "spanId", "parentSpanId"):
        if name in record:
            record[name] = b64decode(record[name]).hex()

"""The messages of OTLP: how their fields are called in JSON, numbered in protobuf."""

from base64 import b64encode

import msgspec

from audits.events.formats.protobuf import (
    FIXED32,
    FIXED64,
    SIZED,
    VARINT,
    Field,
    by_tags,
    double,
    fixed,
    signed,
    text,
    unsigned,
)

# A whole number of 64 bits; in JSON it is a text.
Whole = int | str | None
Text = str | None


class Shape(msgspec.Struct, rename="camel"):
    """Everything may be left out, or null; what is unknown is ignored."""


class AnyValue(Shape):
    string_value: Text = None
    bool_value: bool | None = None
    int_value: Whole = None
    double_value: float | str | None = None
    array_value: "ArrayValue | None" = None
    kvlist_value: "KeyValueList | None" = None
    bytes_value: Text = None


class ArrayValue(Shape):
    values: list[AnyValue | None] | None = None


class KeyValue(Shape):
    key: Text = None
    value: AnyValue | None = None


class KeyValueList(Shape):
    values: list[KeyValue] | None = None


class Resource(Shape):
    attributes: list[KeyValue] | None = None
    dropped_attributes_count: Whole = None


class Scope(Resource):
    name: Text = None
    version: Text = None


class Status(Shape):
    message: Text = None
    code: int | None = None


class SpanEvent(Resource):
    time_unix_nano: Whole = None
    name: Text = None


class Link(Resource):
    trace_id: Text = None
    span_id: Text = None
    trace_state: Text = None
    flags: Whole = None


class Span(Resource):
    trace_id: Text = None
    span_id: Text = None
    trace_state: Text = None
    parent_span_id: Text = None
    flags: Whole = None
    name: Text = None
    kind: int | None = None
    start_time_unix_nano: Whole = None
    end_time_unix_nano: Whole = None
    events: list[SpanEvent] | None = None
    dropped_events_count: Whole = None
    links: list[Link] | None = None
    dropped_links_count: Whole = None
    status: Status | None = None


class LogRecord(Resource):
    time_unix_nano: Whole = None
    observed_time_unix_nano: Whole = None
    severity_number: int | None = None
    severity_text: Text = None
    body: AnyValue | None = None
    flags: Whole = None
    trace_id: Text = None
    span_id: Text = None
    event_name: Text = None


class ScopeSpans(Shape, rename={"records": "spans", "schema_url": "schemaUrl"}):
    scope: Scope | None = None
    records: list[Span] | None = None
    schema_url: Text = None


class ScopeLogs(Shape, rename={"records": "logRecords", "schema_url": "schemaUrl"}):
    scope: Scope | None = None
    records: list[LogRecord] | None = None
    schema_url: Text = None


class ResourceSpans(Shape, rename={"scopes": "scopeSpans", "schema_url": "schemaUrl"}):
    resource: Resource | None = None
    scopes: list[ScopeSpans] | None = None
    schema_url: Text = None


class ResourceLogs(Shape, rename={"scopes": "scopeLogs", "schema_url": "schemaUrl"}):
    resource: Resource | None = None
    scopes: list[ScopeLogs] | None = None
    schema_url: Text = None


class Traces(Shape, rename={"resources": "resourceSpans"}):
    resources: list[ResourceSpans] | None = None


class Logs(Shape, rename={"resources": "resourceLogs"}):
    resources: list[ResourceLogs] | None = None


def _text(name: str) -> Field:
    return Field(name, SIZED, text)


def _hex(name: str) -> Field:
    return Field(name, SIZED, bytes.hex)


def _int(name: str) -> Field:
    return Field(name, VARINT, signed)


def _nano(name: str) -> Field:
    return Field(name, FIXED64, fixed)


def _bits(name: str) -> Field:
    return Field(name, FIXED32, fixed)


def _one(name: str, kind: type[Shape]) -> Field:
    return Field(name, SIZED, kind=kind)


def _many(name: str, kind: type[Shape]) -> Field:
    return Field(name, SIZED, kind=kind, many=True)


_ATTRIBUTES = _many("attributes", KeyValue)
_DROPPED = _int("dropped_attributes_count")
_SCHEMA_URL = _text("schema_url")
# opentelemetry-proto 1.10: common, resource, trace and logs (v1).
_NUMBERS: dict[type, dict[int, Field]] = {
    AnyValue: {
        1: _text("string_value"),
        2: Field("bool_value", VARINT, lambda data: unsigned(data) != 0),
        3: _int("int_value"),
        4: Field("double_value", FIXED64, double),
        5: _one("array_value", ArrayValue),
        6: _one("kvlist_value", KeyValueList),
        7: Field("bytes_value", SIZED, lambda data: b64encode(data).decode()),
    },
    ArrayValue: {1: _many("values", AnyValue)},
    KeyValue: {1: _text("key"), 2: _one("value", AnyValue)},
    KeyValueList: {1: _many("values", KeyValue)},
    Resource: {1: _ATTRIBUTES, 2: _DROPPED},
    Scope: {1: _text("name"), 2: _text("version"), 3: _ATTRIBUTES, 4: _DROPPED},
    Status: {2: _text("message"), 3: _int("code")},
    SpanEvent: {
        1: _nano("time_unix_nano"),
        2: _text("name"),
        3: _ATTRIBUTES,
        4: _DROPPED,
    },
    Link: {
        1: _hex("trace_id"),
        2: _hex("span_id"),
        3: _text("trace_state"),
        4: _ATTRIBUTES,
        5: _DROPPED,
        6: _bits("flags"),
    },
    Span: {
        1: _hex("trace_id"),
        2: _hex("span_id"),
        3: _text("trace_state"),
        4: _hex("parent_span_id"),
        5: _text("name"),
        6: _int("kind"),
        7: _nano("start_time_unix_nano"),
        8: _nano("end_time_unix_nano"),
        9: _ATTRIBUTES,
        10: _DROPPED,
        11: _many("events", SpanEvent),
        12: _int("dropped_events_count"),
        13: _many("links", Link),
        14: _int("dropped_links_count"),
        15: _one("status", Status),
        16: _bits("flags"),
    },
    LogRecord: {
        1: _nano("time_unix_nano"),
        2: _int("severity_number"),
        3: _text("severity_text"),
        5: _one("body", AnyValue),
        6: _ATTRIBUTES,
        7: _DROPPED,
        8: _bits("flags"),
        9: _hex("trace_id"),
        10: _hex("span_id"),
        11: _nano("observed_time_unix_nano"),
        12: _text("event_name"),
    },
    ScopeSpans: {1: _one("scope", Scope), 2: _many("records", Span), 3: _SCHEMA_URL},
    ScopeLogs: {
        1: _one("scope", Scope),
        2: _many("records", LogRecord),
        3: _SCHEMA_URL,
    },
    ResourceSpans: {
        1: _one("resource", Resource),
        2: _many("scopes", ScopeSpans),
        3: _SCHEMA_URL,
    },
    ResourceLogs: {
        1: _one("resource", Resource),
        2: _many("scopes", ScopeLogs),
        3: _SCHEMA_URL,
    },
    Traces: {1: _many("resources", ResourceSpans)},
    Logs: {1: _many("resources", ResourceLogs)},
}
SCHEMA = by_tags(_NUMBERS)

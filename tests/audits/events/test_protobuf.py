"""Our reader of protocol buffers against Google's, on requests of any shape."""

import json
import time
from typing import Any

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from audits.events.encoding import FieldError
from audits.events.formats.otlp import (
    JSON,
    LOGS,
    PROTOBUF,
    TRACES,
    Signal,
    read,
    records,
    response,
    status,
)
from audits.events.formats.protobuf import Malformed
from tests.audits.events.otlp_requests import (
    a_span,
    an_event_of_a_span,
    as_json,
    attributes,
    logs,
    traces,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=8,
)
ATTRIBUTES = st.dictionaries(TEXTS, VALUES, max_size=4)
NANOS = st.integers(0, 2**64 - 1)
COUNTS = st.integers(0, 2**32 - 1)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    span = Span(
        trace_id=draw(st.binary(max_size=17)),
        span_id=draw(st.binary(max_size=9)),
        parent_span_id=draw(st.binary(max_size=9)),
        trace_state=draw(TEXTS),
        flags=draw(COUNTS),
        name=draw(TEXTS),
        kind=draw(st.sampled_from(range(6))),
        start_time_unix_nano=draw(NANOS),
        end_time_unix_nano=draw(NANOS),
        dropped_attributes_count=draw(COUNTS),
        dropped_events_count=draw(COUNTS),
        dropped_links_count=draw(COUNTS),
        attributes=attributes(draw(ATTRIBUTES)),
    )
    for told in draw(st.lists(ATTRIBUTES, max_size=2)):
        span.events.append(an_event_of_a_span(draw(TEXTS), told))
        span.links.add(trace_id=b"t" * 16, attributes=attributes(told))
    if draw(st.booleans()):
        span.status.message, span.status.code = draw(TEXTS), draw(st.integers(0, 2))
    return span


@st.composite
def log_records(draw: st.DrawFn) -> LogRecord:
    record = LogRecord(
        time_unix_nano=draw(NANOS),
        observed_time_unix_nano=draw(NANOS),
        severity_number=draw(st.sampled_from(range(25))),
        severity_text=draw(TEXTS),
        dropped_attributes_count=draw(COUNTS),
        flags=draw(COUNTS),
        trace_id=draw(st.binary(max_size=17)),
        event_name=draw(TEXTS),
        attributes=attributes(draw(ATTRIBUTES)),
    )
    if draw(st.booleans()):
        record.body.CopyFrom(attributes({"body": draw(VALUES)})[0].value)
    return record


def bodies(signal: Signal, body: bytes, kind: str) -> list[bytes]:
    found = []
    for record in records(signal, read(signal, body, kind)):
        assert not isinstance(record, FieldError)
        found.append(record.body)
    return found


@settings(deadline=None)
@given(st.lists(spans(), max_size=3), ATTRIBUTES)
def test_a_trace_is_the_same_through_googles_json_and_through_our_reader(
    some: list[Span], resource: dict[str, Any]
) -> None:
    request = traces(*some, resource=resource)
    raw, text = request.SerializeToString(), json.dumps(as_json(request)).encode()
    assert bodies(TRACES, raw, PROTOBUF) == bodies(TRACES, text, JSON)


@settings(deadline=None)
@given(st.lists(log_records(), max_size=3), ATTRIBUTES)
def test_logs_are_the_same_through_googles_json_and_through_our_reader(
    some: list[LogRecord], resource: dict[str, Any]
) -> None:
    request = logs(*some, resource=resource)
    raw, text = request.SerializeToString(), json.dumps(as_json(request)).encode()
    assert bodies(LOGS, raw, PROTOBUF) == bodies(LOGS, text, JSON)


def whole_or_refused(signal: Signal, theirs: type[Any], body: bytes) -> None:
    """Nothing but Malformed comes out, and nothing is read that Google refuses."""
    try:
        found = list(records(signal, read(signal, body, PROTOBUF)))
    except Malformed:
        return
    try:
        request = theirs.FromString(body)
    except DecodeError as error:  # pragma: no cover
        raise AssertionError(f"we read what they refuse: {body!r}") from error
    groups = request.resource_spans if signal is TRACES else request.resource_logs
    scopes = [
        s for g in groups for s in (g.scope_spans if signal is TRACES else g.scope_logs)
    ]
    theirs_count = sum(
        len(s.spans if signal is TRACES else s.log_records) for s in scopes
    )
    assert len(found) == theirs_count


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    whole_or_refused(TRACES, ExportTraceServiceRequest, body)
    whole_or_refused(LOGS, ExportLogsServiceRequest, body)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_damaged_requests_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(traces(a_span({"a": [1, {"b": b"x"}]})).SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)))
    whole_or_refused(TRACES, ExportTraceServiceRequest, bytes(whole[:end]))


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a",  # no length
        b"\x0a\x05a",  # too short
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # a length without end
        b"\x0b\x0c",  # a group
        b"\x00\x00",  # field 0
        b"\x08\x01",  # a number where a message belongs
        b"\x0f",  # a type that does not exist
        b"\x0a\x08\x0a\x00\x0a\x00\x12\x02\x0a\x00",  # two resources
        b"\x0a\x06\x1a\x04\xff\xfe\xfd\xfc",  # a text that is not UTF-8
    ],
)
def test_what_is_wrong_is_refused_and_not_skipped(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(TRACES, body, PROTOBUF)


def test_newer_fields_are_skipped() -> None:
    newer = b"\xa2\x06\x03abc" + b"\xa8\x06\x01" + b"\xa5\x06abcd" + b"\xa1\x06abcdefgh"
    request = traces(a_span())
    assert bodies(TRACES, newer + request.SerializeToString(), PROTOBUF) == bodies(
        TRACES, request.SerializeToString(), PROTOBUF
    )


def test_answers_without_anything_to_say_are_empty() -> None:
    assert response(TRACES, PROTOBUF, 0, "") == b""
    assert response(TRACES, JSON, 0, "") == b"{}"
    assert status(JSON, "no") == b'{"message":"no"}'


@pytest.mark.parametrize("head", [b"", b"\x0a", b"\x0a\xff\xff\xff\x01\x12\x04\x08"])
def test_a_number_that_never_ends_costs_nothing(head: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(Malformed):
        read(TRACES, head + b"\xff" * 4_000_000, PROTOBUF)
    assert time.process_time() - begun < 1

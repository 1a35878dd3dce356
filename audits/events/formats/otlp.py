"""OTLP (opentelemetry.io): the records of a request, in JSON or protocol buffers.

A record is made plain in one way, however it came: under the names of OTLP's JSON,
attributes by their names, nothing that is empty. So the same span is the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import msgspec
import orjson

from audits.events.encoding import FieldError, check_body
from audits.events.formats.protobuf import MOST_VALUES, Reader, TooMany, written
from audits.events.formats.shapes import (
    SCHEMA,
    AnyValue,
    KeyValue,
    Logs,
    ResourceLogs,
    ResourceSpans,
    Shape,
    Traces,
)

JSON, PROTOBUF = "application/json", "application/x-protobuf"

Plain = dict[str, Any]

_IDS = {"traceId", "spanId", "parentSpanId"}
# JSON writes these numbers of 64 bits as texts.
_NUMBERS = ("Nano", "Count", "flags")
_SIZE = 1 << 63


@dataclass(frozen=True, slots=True)
class Signal:
    """One kind of records, and what OTLP calls them."""

    request: type[Traces | Logs]
    one: str
    rejected: str


TRACES = Signal(Traces, "span", "rejectedSpans")
LOGS = Signal(Logs, "log", "rejectedLogRecords")


@dataclass(frozen=True, slots=True)
class Record:
    """A span or a log record with what it came in, made plain."""

    one: str
    own: Plain
    around: Plain
    """`resource`, `scope` and `schemaUrl`, as far as they say anything."""

    @property
    def body(self) -> bytes:
        """Its canonical bytes."""
        told = {**self.around, self.one: self.own}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def read(signal: Signal, body: bytes, kind: str) -> Traces | Logs:
    """The request; Malformed, FieldError or what msgspec says of one that is none."""
    if kind == PROTOBUF:
        found: Traces | Logs = Reader(body, SCHEMA).read(signal.request)
        return found
    if body.count(b"{") > MOST_VALUES:
        raise TooMany(f"it holds more than {MOST_VALUES} values")
    check_body(body)
    return msgspec.json.decode(body, type=signal.request)


def records(signal: Signal, request: Traces | Logs) -> Iterator[Record | FieldError]:
    """Each record, or why it cannot be kept."""
    for resource in request.resources or ():
        for scope in resource.scopes or ():
            try:
                around = _around(resource, scope)
            except FieldError as error:
                yield from [error] * len(scope.records or ())
                continue
            for record in scope.records or ():
                try:
                    yield Record(signal.one, plain(record), around)
                except FieldError as error:
                    yield error


def _around(resource: ResourceSpans | ResourceLogs, scope: Any) -> Plain:
    told = {
        "resource": plain(resource.resource) if resource.resource else None,
        "scope": plain(scope.scope) if scope.scope else None,
        "schemaUrl": scope.schema_url or resource.schema_url,
    }
    return {name: value for name, value in told.items() if value}


def plain(shape: Shape) -> Plain:
    """The fields of a message that say anything; FieldError for what JSON cannot."""
    names = zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True)
    told = {name: _field(name, getattr(shape, field)) for field, name in names}
    return {name: value for name, value in told.items() if value}


def _field(name: str, value: Any) -> Any:
    if isinstance(value, AnyValue):
        return _value(value, name)
    if isinstance(value, Shape):
        return plain(value)
    if isinstance(value, list):
        return _list(value)
    if isinstance(value, int) or (value and name.endswith(_NUMBERS)):
        return _whole(name, value)
    return value.lower() if value and name in _IDS else value


def _list(values: list[Any]) -> Plain | list[Any]:
    if values and isinstance(values[0], KeyValue):
        return _named(values)
    return [plain(each) for each in values]


def _named(values: list[KeyValue]) -> Plain:
    found: Plain = {}
    for each in values:
        key = each.key or ""
        if key in found:
            raise FieldError(
                key[:60],
                "It stands twice among the attributes: readers differ in which they "
                "take.",
                "Send each attribute once.",
            )
        found[key] = _value(each.value, key[:60])
    return found


def _value(value: AnyValue | None, name: str) -> Any:
    given = [] if value is None else [
        (field, told)
        for field in value.__struct_fields__
        if (told := getattr(value, field)) is not None
    ]  # fmt: skip
    if len(given) > 1:
        raise FieldError(name, "It has more than one value.", "Send one.")
    for field, told in given:
        if field == "int_value":
            return _whole(name, told)
        if field == "double_value":
            return _finite(name, told)
        if field == "array_value":
            return [_value(each, name) for each in told.values or ()]
        return _named(told.values or []) if field == "kvlist_value" else told
    return None


def _whole(name: str, told: int | str) -> int:
    try:
        number = int(told) if len(str(told)) <= 20 else 1 << 64
    except ValueError:
        number = 1 << 64
    if not -_SIZE <= number < 2 * _SIZE:
        raise FieldError(name, "It is no whole number of 64 bits.", "Send one.")
    return number


def _finite(name: str, told: float | str) -> float:
    try:
        number = float(told)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise FieldError(
            name, "It is no number that JSON can hold.", "Leave it out, or send a text."
        )
    return number


def response(signal: Signal, kind: str, rejected: int, message: str) -> bytes:
    """The answer to a request that was read: empty, when there is nothing to say."""
    if kind == PROTOBUF:
        if not message:
            return b""
        told: dict[int, bytes | int] = {2: message.encode()}
        return written({1: written({1: rejected, **told} if rejected else told)})
    partial: Plain = {"errorMessage": message} if message else {}
    if rejected:
        partial[signal.rejected] = str(rejected)
    return orjson.dumps({"partialSuccess": partial} if partial else {})


def status(kind: str, message: str) -> bytes:
    """The answer to a request that failed: google.rpc.Status, without its code."""
    if kind == PROTOBUF:
        return written({2: message.encode()})
    return orjson.dumps({"message": message})

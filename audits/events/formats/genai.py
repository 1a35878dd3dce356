"""Which spans and log records are predictions: inferences of a generative AI model.

By OpenTelemetry's semantic conventions for generative AI. What has a field of ours
goes there; the rest is kept by its own name among the features.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import orjson

from audits.events.encoding import (
    Event,
    FieldError,
    check,
    check_body,
    decode_event,
    field_error,
)
from audits.events.formats.otlp import Plain, Record

OPERATION = "gen_ai.operation.name"
INFERENCE = {"chat", "generate_content", "text_completion"}
DETAILS = "gen_ai.client.inference.operation.details"
INPUT, OUTPUT = "gen_ai.input.messages", "gen_ai.output.messages"
MODEL = ("gen_ai.response.model", "gen_ai.request.model")
VERSION = ("service.version",)
DEPLOYMENT = ("deployment.environment.name", "deployment.environment", "service.name")
PERSON = ("enduser.id", "user.id")
USAGE = "gen_ai.usage."
# Conventions before 1.37 told messages as events of the span.
_EVENTS = {
    "gen_ai.choice": "out",
    "gen_ai.content.completion": "out",
    "gen_ai.content.prompt": "in",
    "gen_ai.system.message": "in",
    "gen_ai.user.message": "in",
    "gen_ai.assistant.message": "in",
    "gen_ai.tool.message": "in",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What an exporter calls the fields that it fills.
_SAID = {
    "model_version": "gen_ai.response.model, gen_ai.request.model or service.version",
    "deployment": "deployment.environment.name or service.name",
    "subject": "enduser.id or user.id",
    "endpoint": "server.address",
    "latency_ms": "endTimeUnixNano",
    "occurred_at": "endTimeUnixNano or timeUnixNano",
}


def prediction(record: Record, now: datetime) -> Event:
    """The event that a record tells; FieldError when it tells none."""
    own = dict(record.own)
    attributes = {**_details(own), **own.pop("attributes", {})}
    resource = record.around.get("resource", {}).get("attributes", {})
    operation = attributes.get(OPERATION)
    if operation not in INFERENCE:
        raise FieldError(
            OPERATION,
            f"{operation!s:.60} is no inference." if operation else "It is missing.",
            f"Only records with {', '.join(sorted(INFERENCE))} are predictions; send "
            "the others elsewhere.",
        )
    given, output = _messages(attributes, own)
    members: Plain = {
        "id": str(_id(record)),
        "type": "prediction",
        "occurred_at": _moment(own),
        "model_version": _first(attributes, MODEL) or _first(resource, VERSION),
        "output": output,
        "deployment": _deployment(resource),
        "input": given,
        "subject": _person(attributes),
        "endpoint": _endpoint(attributes),
        "latency_ms": _latency(own),
        "features": _features(attributes, {**record.around, record.one: own}),
    }
    told = {name: value for name, value in members.items() if value is not None}
    try:
        body = orjson.dumps(told)
        event = decode_event(body)
        check(event, now, body)
    except msgspec.MsgspecError as error:
        raise _renamed(field_error(error)) from error
    except FieldError as error:
        raise _renamed(error) from error
    return event


def _details(own: Plain) -> Plain:
    """The attributes of the event that carries messages in place of its span."""
    events = own.get("events", [])
    found = [each for each in events if each.get("name") == DETAILS]
    own["events"] = [each for each in events if each.get("name") != DETAILS]
    return {k: v for each in found for k, v in each.get("attributes", {}).items()}


def _messages(attributes: Plain, own: Plain) -> tuple[Any, Any]:
    """What went in and what came out; each is taken from where it stood."""
    told: dict[str, list[Plain]] = {"in": [], "out": [], "else": []}
    for each in own.pop("events"):
        told[_EVENTS.get(each.get("name"), "else")].append(each)
    if told["else"]:
        own["events"] = told["else"]
    given = _json(attributes.pop(INPUT, None)) or told["in"] or None
    output = _json(attributes.pop(OUTPUT, None)) or told["out"]
    if not output:
        raise FieldError(
            OUTPUT,
            "The record holds no output.",
            "Let the instrumentation capture messages "
            "(OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY).",
        )
    return given, output


def _json(value: Any) -> Any:
    """Messages are JSON in a text, where attributes cannot be lists."""
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        check_body(value.encode())
    except FieldError:
        return value
    return orjson.Fragment(value)


def _id(record: Record) -> UUID:
    """The id of the event; whoever has the record computes the same.

    A span has an id. A log record may have one (log.record.uid); else its bytes are.
    """
    own = record.own
    if record.one == "span":
        trace, span = own.get("traceId", ""), own.get("spanId", "")
        if not (_is_id(trace, 16) and _is_id(span, 8)):
            raise FieldError(
                "spanId", "The span has no id.", "Send a traceId and a spanId."
            )
        return uuid5(NAMESPACE_URL, f"otlp:{trace}/{span}")
    told = own.get("attributes", {}).get("log.record.uid")
    name = f"uid/{told}" if told else f"sha256/{sha256(record.body).hexdigest()}"
    return uuid5(NAMESPACE_URL, f"otlp:log/{name}")


def _is_id(told: str, size: int) -> bool:
    try:
        return len(bytes.fromhex(told)) == size and bool(int(told, 16))
    except ValueError:
        return False


def _first(attributes: Plain, names: Iterable[str]) -> Any:
    return next((attributes[name] for name in names if attributes.get(name)), None)


def _person(attributes: Plain) -> str | None:
    """Whom the output is about, taken out of what is kept beside it."""
    names = [name for name in PERSON if attributes.get(name)]
    return str(attributes.pop(names[0])) if names else None


def _deployment(resource: Plain) -> Any:
    told = _first(resource, DEPLOYMENT)
    # What an SDK says when nobody named the service.
    return None if str(told).startswith("unknown_service") else told


def _endpoint(attributes: Plain) -> str | None:
    address, port = attributes.get("server.address"), attributes.get("server.port")
    return None if not address else f"{address}:{port}" if port else f"{address}"


def _moment(own: Plain) -> str:
    """When the output was there: the span's end, or the log record's time."""
    names = ("endTimeUnixNano", "timeUnixNano", "observedTimeUnixNano")
    told = _first(own, names)
    if not told:
        raise FieldError(names[0], "The record says no time.", "Send it.")
    return (_EPOCH + timedelta(microseconds=told // 1000)).isoformat()


def _latency(own: Plain) -> float | None:
    begun, ended = own.get("startTimeUnixNano"), own.get("endTimeUnixNano")
    return (ended - begun) / 1e6 if begun and ended else None


def _features(attributes: Plain, around: Plain) -> Plain:
    """Token counts by their own names, then all that has no field of its own."""
    usage = {k: v for k, v in attributes.items() if k.startswith(USAGE)}
    rest = {k: v for k, v in attributes.items() if k not in usage}
    return {**usage, "attributes": rest, **around}


def _renamed(error: FieldError) -> FieldError:
    return FieldError(_SAID.get(error.field, error.field), error.reason, error.fix)

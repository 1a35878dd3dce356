"""CloudEvents 1.0 (cloudevents.io): one as JSON, a batch of them, or one in headers.

The envelope says which event it is, of what type and when; `data` holds the other
fields of ours. An event in headers is written down as its JSON, in one fixed way.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes
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

ANY = "application/cloudevents"
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
HEADER = "HTTP_CE_"

Members = dict[str, msgspec.Raw]

_decode_members = msgspec.json.Decoder(Members).decode
_encode = msgspec.json.Encoder(order="sorted").encode
_NAME = re.compile(r"[a-z0-9]{1,64}")
_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,1000}")
_SOURCE = re.compile(r"[^\x00-\x20\x7f-\x9f]{1,1000}")
_TYPE = re.compile(r"(?:.+\.)?prediction(?:\.v[0-9]+)?")
_JSON = re.compile(r"application/(?:json|.+\+json)\s*(?:;.*)?", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# How the envelope calls fields of ours; all others stand in `data`.
_ENVELOPE = {"id": "id", "type": "type", "occurred_at": "time"}
_DATA = {"data", "data_base64"}
_MOVED = {"specversion", "datacontenttype", "time", "subject"} | _DATA


def decode(body: bytes, now: datetime) -> Event:
    """The event that a CloudEvent in JSON tells; FieldError when it is none."""
    check_body(body)
    envelope = _members(body, "body")
    attributes = _attributes(envelope)
    members = _members(_data(envelope, attributes), "data")
    for ours, theirs in _ENVELOPE.items():
        if ours in members:
            raise FieldError(
                f"data.{ours}",
                f"The envelope says it, as {theirs}.",
                "Leave it out of data.",
            )
    members["id"] = _raw(str(event_id(attributes["source"], attributes["id"])))
    members["type"] = _raw("prediction")
    members["occurred_at"] = envelope["time"]
    if "subject" in attributes:
        _add_subject(members, attributes["subject"])
    members["features"] = _features(members.get("features"), attributes)
    try:
        event = decode_event(msgspec.json.encode(members))
        check(event, now, body)
    except msgspec.MsgspecError as error:
        raise _renamed(field_error(error)) from error
    except FieldError as error:
        raise _renamed(error) from error
    return event


def event_id(source: str, told: str) -> UUID:
    """A UUID stays as it is; any other id becomes one, together with its source.

    Anyone computes the same: version 5, the namespace for URLs, over the word
    ``cloudevents:``, the source, a space and the id.
    """
    if _UUID.fullmatch(told):
        return UUID(told)
    return uuid5(NAMESPACE_URL, f"cloudevents:{source} {told}")


def out_of_headers(meta: Mapping[str, Any], data: bytes) -> bytes:
    """The JSON of an event in binary mode: members by name, `data` as it came."""
    _check_data(data)
    members = {
        name.removeprefix(HEADER).lower(): _raw(_header(name, value))
        for name, value in meta.items()
        if name.startswith(HEADER)
    }
    for name in members.keys() & (_DATA | {"datacontenttype"}):
        raise FieldError(
            f"ce-{name}",
            "It is no attribute that a header carries.",
            "Send the data as the body, and its type as Content-Type.",
        )
    members["data"] = msgspec.Raw(data.strip())
    members["datacontenttype"] = _raw(meta.get("CONTENT_TYPE") or "application/json")
    return _encode(members)


def _header(name: str, value: str) -> str:
    """A header's text: quoted or not, percent-encoded UTF-8 (HTTP binding, 3.1.3.2)."""
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    try:
        return unquote_to_bytes(value.encode("latin-1")).decode()
    except UnicodeError as error:
        raise FieldError(
            f"ce-{name.removeprefix(HEADER).lower()}",
            "It is not percent-encoded UTF-8.",
            "Write what is not ASCII as %C3%A9 and the like.",
        ) from error


def _attributes(envelope: Members) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in envelope.items():
        if name in _DATA:
            continue
        if not _NAME.fullmatch(name):
            raise FieldError(
                name[:64],
                "An attribute's name is lower-case letters and digits.",
                "Rename it, or put it into data.features.",
            )
        value = orjson.loads(bytes(raw))
        if not isinstance(value, str | bool | int | None):
            raise FieldError(
                name,
                "An attribute is a text, a whole number, true or false.",
                "Put it into data.features.",
            )
        if value is not None:
            found[name] = value
    _require(found, "specversion", re.compile(r"1\.0"), 'Send "1.0".')
    _require(found, "id", _TEXT, "Send an id, unique in its source.")
    _require(found, "source", _SOURCE, "Send a URI such as /scoring/branch-7.")
    _require(
        found,
        "type",
        _TYPE,
        'Send a type that ends in "prediction", such as eu.acme.credit.prediction.',
    )
    _require(found, "time", _TEXT, "Send RFC 3339, such as 2026-11-23T08:00:00.000Z.")
    if "subject" in found:
        _require(found, "subject", re.compile(r"[^\x00]*"), "Send a text.")
    return found


def _require(
    found: Mapping[str, Any], name: str, pattern: re.Pattern[str], fix: str
) -> None:
    value = found.get(name)
    if value is None:
        raise FieldError(name, "The attribute is missing.", fix)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise FieldError(name, "The attribute is not what it has to be.", fix)


def _data(envelope: Members, attributes: Mapping[str, Any]) -> bytes:
    kind = attributes.get("datacontenttype", "application/json")
    if not isinstance(kind, str) or not _JSON.fullmatch(kind):
        raise FieldError(
            "datacontenttype",
            f"Data of the type {kind!s:.60} is not read.",
            "Send data as application/json.",
        )
    given = envelope.keys() & _DATA
    if len(given) != 1:
        raise FieldError(
            "data",
            "There are both data and data_base64." if given else "There is no data.",
            "Send an object with model_version, output and what else is known.",
        )
    if "data" in envelope:
        return bytes(envelope["data"])
    try:
        data = b64decode(orjson.loads(bytes(envelope["data_base64"])), validate=True)
    except (ValueError, TypeError) as error:
        raise FieldError("data_base64", str(error), "Send base64.") from error
    _check_data(data)
    return data


def _check_data(data: bytes) -> None:
    try:
        check_body(data)
    except FieldError as error:
        raise _renamed(error) from error


def _members(body: bytes, place: str) -> Members:
    try:
        return _decode_members(body)
    except msgspec.MsgspecError as error:
        raise FieldError(place, str(error), "Send a JSON object.") from error


def _add_subject(members: Members, subject: str) -> None:
    told = members.setdefault("subject", _raw(subject))
    if orjson.loads(bytes(told)) != subject:
        raise FieldError(
            "data.subject",
            "It differs from the envelope's subject.",
            "Send the person that the output is about once.",
        )


def _features(given: msgspec.Raw | None, attributes: Mapping[str, Any]) -> msgspec.Raw:
    """The features with the envelope's attributes as one more of them."""
    try:
        features = {} if given is None else _decode_members(given)
    except msgspec.MsgspecError as error:
        raise FieldError(
            "data.features",
            "In a CloudEvent they are an object, which the envelope's attributes join.",
            "Name each feature.",
        ) from error
    if "cloudevents" in features:
        raise FieldError(
            "data.features.cloudevents",
            "The envelope's attributes are kept under this name.",
            "Rename the feature.",
        )
    kept = {name: value for name, value in attributes.items() if name not in _MOVED}
    features["cloudevents"] = msgspec.Raw(
        orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)
    )
    return msgspec.Raw(msgspec.json.encode(features))


def _renamed(error: FieldError) -> FieldError:
    """The same error, with the field called as the sender calls it."""
    field = "data" if error.field == "body" else f"data.{error.field}"
    field = _ENVELOPE.get(error.field, field)
    return FieldError(field, error.reason, error.fix)


def _raw(value: str) -> msgspec.Raw:
    return msgspec.Raw(orjson.dumps(value))

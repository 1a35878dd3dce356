"""The formats of others that intake reads, described for the OpenAPI document."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.views import APIView

from registry.people.api import ServiceKeyAuthentication, SignedIn

Post = TypeVar("Post", bound=Callable[..., None])
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
PROTOBUF = "application/x-protobuf"
DRY_RUN = OpenApiParameter(
    "dry_run",
    bool,
    description="`true` checks everything, says what would be kept where and what "
    "could be better, and stores nothing. Any other parameter is refused.",
)
PACKED = OpenApiParameter(
    "Content-Encoding",
    str,
    OpenApiParameter.HEADER,
    enum=["identity", "gzip", "zstd"],
    description="How the body is packed; the 4 MiB hold for what comes out.",
)
FORMATS = (
    "`application/json` (one event or an array), `application/x-ndjson`, CloudEvents "
    "1.0 (`application/cloudevents+json`, `application/cloudevents-batch+json`, or in "
    "`ce-` headers with the data as `application/json`). In a CloudEvent `data` holds "
    "the fields of the event but for `id`, `type` and `occurred_at`, which are the "
    "envelope's `id` with its `source`, `type` (it ends in `prediction`) and `time`; "
    "`subject` is taken over; the other attributes are kept in "
    "`features.cloudevents`. An id that is no UUID becomes UUIDv5(URL namespace, "
    "`cloudevents:SOURCE ID`). The same event again is one whose bytes are the same; "
    "in headers, whose attributes and data are."
)


# No class statement: serializers have attributes of the names source and data.
CloudEvent: type[serializers.Serializer[Any]] = type(
    inline_serializer(
        "CloudEvent",
        {
            "specversion": serializers.ChoiceField(["1.0"]),
            "id": serializers.CharField(help_text="Unique in its source."),
            "source": serializers.CharField(help_text="A URI reference."),
            "type": serializers.CharField(help_text="Ends in prediction, or .v1 of it"),
            "time": serializers.DateTimeField(help_text="RFC 3339 with an offset."),
            "subject": serializers.CharField(required=False),
            "datacontenttype": serializers.CharField(required=False),
            "data": serializers.JSONField(required=False),
            "data_base64": serializers.CharField(required=False),
        },
    )
)


class Exported(serializers.Serializer[Any]):
    partialSuccess = serializers.JSONField(  # noqa: N815  OTLP's name
        required=False, help_text="What was refused, and why; absent when nothing was."
    )


class Failed(serializers.Serializer[Any]):
    message = serializers.CharField(help_text="google.rpc.Status, without its code.")


class Advice(serializers.Serializer[Any]):
    field = serializers.CharField()
    reason = serializers.CharField()
    fix = serializers.CharField()


class Foretold(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    would_be = serializers.CharField(help_text="appended or duplicate")
    flags = serializers.ListField(child=serializers.CharField())
    in_the_clear = serializers.JSONField(help_text="What the entry says for ever.")
    parts = serializers.JSONField(help_text="The erasable payload, by role.")
    advice = Advice(many=True)


class Rehearsal(serializers.Serializer[Any]):
    """What a dry run answers (200) in place of receipts."""

    dry_run = serializers.BooleanField()
    events = Foretold(many=True)


CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "r-4711",
    "source": "/scoring/branch-7",
    "type": "eu.acme.credit.prediction",
    "time": "2026-11-23T08:00:00.000Z",
    "data": {"model_version": "credit-2026-10", "output": {"decision": "approve"}},
}
REHEARSAL = {
    "dry_run": True,
    "events": [
        {
            "id": str(uuid5(NAMESPACE_URL, "cloudevents:/scoring/branch-7 r-4711")),
            "would_be": "appended",
            "flags": [],
            "in_the_clear": {"mv": "credit-2026-10", "type": "prediction", "v": 1},
            "parts": {"output": {"output": {"decision": "approve"}}},
            "advice": [
                {
                    "field": "input",
                    "reason": "Nothing says what the output was made from.",
                    "fix": "Send input or input_ref.",
                }
            ],
        }
    ],
}
CLOUD_EXAMPLES = [
    OpenApiExample(
        "A CloudEvent", value=CLOUD_EVENT, request_only=True, media_type=ONE
    ),
    OpenApiExample(
        "A batch of CloudEvents",
        value=CLOUD_EVENT,  # the schema is a list of them, so it is put into one
        request_only=True,
        media_type=MANY,
    ),
    OpenApiExample(
        "A dry run", value=REHEARSAL, response_only=True, status_codes=["200"]
    ),
]
SPAN = {
    "traceId": "5b8efff798038103d269b633813fc60c",
    "spanId": "eee19b7ec3c1b174",
    "name": "chat gpt-4",
    "kind": 3,
    "startTimeUnixNano": "1795420798500000000",
    "endTimeUnixNano": "1795420800000000000",
    "attributes": [
        {"key": key, "value": {"stringValue": value}}
        for key, value in {
            "gen_ai.operation.name": "chat",
            "gen_ai.response.model": "gpt-4-0613",
            "gen_ai.output.messages": json.dumps([{"role": "assistant"}]),
        }.items()
    ],
}
LOG = {
    "timeUnixNano": "1795420800000000000",
    "eventName": "gen_ai.client.inference.operation.details",
    "attributes": SPAN["attributes"],
}
MAPPING = (
    " with an inference's `gen_ai.operation.name` (chat, generate_content, "
    "text_completion) and output are predictions; all others are refused in "
    "`partialSuccess` with the reason. model_version is gen_ai.response.model, "
    "gen_ai.request.model or service.version; deployment is "
    "deployment.environment.name or service.name; input and output are "
    "gen_ai.input.messages and gen_ai.output.messages, or the events that tell them; "
    "latency_ms is the span's duration, subject enduser.id or user.id, endpoint "
    "server.address. gen_ai.usage.* and every attribute without a field are kept in "
    "features. The same record again, in JSON or protobuf, is the same event; it is "
    "compared by its canonical JSON. Receipts: GET /api/v1/events/ID, where ID is "
    "UUIDv5(URL namespace, "
)
_STATUS = {
    400: "The body is no such message. Do not try again.",
    401: "No valid key.",
    403: "The key lacks the scope.",
    413: "More than 4 MiB, unpacked, or too many values. Nothing was stored.",
    415: "Neither application/json nor application/x-protobuf, or packed otherwise.",
    429: "Too much waits to be written; try again after Retry-After.",
    503: "The database does not answer; try again after Retry-After.",
}


def describe_export(
    signal: str, request: dict[str, Any], name: str
) -> Callable[[Post], Post]:
    """The description of one of OTLP's two endpoints."""
    field = "rejectedSpans" if signal == "traces" else "rejectedLogRecords"
    what = "Spans" if signal == "traces" else "Log records"
    refused = {field: "1", "errorMessage": "Not stored: 1 of 2 …"}
    failures = {
        (status, "application/json"): OpenApiResponse(Failed, description=words)
        for status, words in _STATUS.items()
    }
    described: Callable[[Post], Post] = extend_schema(
        operation_id=f"export_{signal}",
        tags=["events"],
        summary=f"Export {signal} (OTLP/HTTP)",
        description=f"{what}{MAPPING}`{name}`). Needs an event source's key with "
        "events:write. Errors are a Status in the encoding of the request.",
        parameters=[DRY_RUN, PACKED],
        request={
            "application/json": OpenApiTypes.OBJECT,
            PROTOBUF: OpenApiTypes.BINARY,
        },
        responses={
            (200, "application/json"): Exported,
            (200, PROTOBUF): OpenApiTypes.BINARY,
            **failures,
        },
        examples=[
            OpenApiExample(
                f"Some {signal}",
                value=request,
                request_only=True,
                media_type="application/json",
            ),
            OpenApiExample(
                "All were stored",
                value={},
                response_only=True,
                media_type="application/json",
                status_codes=["200"],
            ),
            OpenApiExample(
                "Some were refused",
                value={"partialSuccess": refused},
                response_only=True,
                media_type="application/json",
                status_codes=["200"],
            ),
            OpenApiExample(
                "A status",
                value={"message": "Nothing was stored. …"},
                response_only=True,
                media_type="application/json",
                status_codes=[str(status) for status in _STATUS],
            ),
        ],
    )
    return described


class Described(APIView):
    """Carries a description; no address leads here."""

    authentication_classes = [ServiceKeyAuthentication]
    permission_classes = [SignedIn]


class ExportTraces(Described):
    @describe_export(
        "traces",
        {"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]},
        "otlp:TRACEID/SPANID",
    )
    def post(self) -> None:
        """Served by audits.events.api.otlp."""


class ExportLogs(Described):
    @describe_export(
        "logs",
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [LOG]}]}]},
        "otlp:log/uid/LOG.RECORD.UID`, or without one `otlp:log/sha256/HEX OF ITS JSON",
    )
    def post(self) -> None:
        """Served by audits.events.api.otlp."""

"""The machines' endpoints of the evidence floor, described for the OpenAPI document.

They are plain Django views for the sake of speed; what stands here is read by
drf-spectacular only (its preprocessing hook) and serves no request.
"""

import json
from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import serializers

from audits.oversight.models import Act
from registry.predictions.api import openapi_formats as formats
from registry.predictions.api.events import ID, ORIGIN
from registry.predictions.api.openapi_streams import PostHeartbeat

Endpoint = tuple[str, str, str, Callable[..., Any]]
CHECKPOINT = (
    f"{ORIGIN}\n1204332\nDsS8QGEnuDHgGRBHpdgU1T/cWsUT9PYaFC5f3r9kKIc=\n\n"
    f"— {ORIGIN} Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn…\n"
)
REVIEW_ID = "018f6b3a-7a01-7b44-8e0c-91d2a3b4c5d6"


class PredictionEvent(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Unique in the log, for ever.")
    type = serializers.ChoiceField(["prediction"])
    occurred_at = serializers.DateTimeField(help_text="RFC 3339 with an offset.")
    model_version = serializers.CharField(max_length=120)
    output = serializers.JSONField()
    input = serializers.JSONField(required=False, help_text="Or input_ref, not both.")
    input_ref = serializers.CharField(required=False, max_length=2000)
    features = serializers.JSONField(required=False)
    confidence = serializers.FloatField(required=False)
    deployment = serializers.CharField(required=False, max_length=120)
    feature_set_version = serializers.CharField(required=False, max_length=120)
    subject = serializers.CharField(required=False, max_length=2000)
    segment = serializers.JSONField(required=False)
    endpoint = serializers.CharField(required=False, max_length=2000)
    latency_ms = serializers.FloatField(required=False, min_value=0)
    cost = serializers.FloatField(required=False, min_value=0)
    epoch = serializers.CharField(required=False, max_length=120)
    seq = serializers.IntegerField(required=False, min_value=0)
    prev = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="The event before: docs/intake.md"
    )
    use_start = serializers.DateTimeField(required=False, help_text="Art. 12(3)(a)")
    use_end = serializers.DateTimeField(required=False, help_text="Art. 12(3)(a)")
    reference_database = serializers.CharField(
        required=False, help_text="Art. 12(3)(b)"
    )
    matched = serializers.JSONField(required=False, help_text="Art. 12(3)(c)")


class Person(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField(required=False)


class PostedReview(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    prediction = serializers.UUIDField()
    act = serializers.ChoiceField(Act.choices)
    decided_at = serializers.DateTimeField()
    person = Person()
    human = serializers.BooleanField(help_text="A natural person decided, no rule.")
    shown_at = serializers.DateTimeField(required=False)
    output = serializers.JSONField(required=False, help_text="Needed to override.")
    reason_code = serializers.CharField(required=False, max_length=60)
    reason = serializers.CharField(required=False, max_length=2000)
    confirms = serializers.UUIDField(required=False, help_text="Art. 14(5)")
    corrects = serializers.UUIDField(required=False)


class Receipt(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(["appended", "duplicate"])
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    path = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Positions in `hashes`, from the leaf's sibling upwards.",
    )
    flags = serializers.ListField(child=serializers.CharField())


class Receipts(serializers.Serializer[Any]):
    log = serializers.CharField()
    checkpoint = serializers.CharField(help_text="A signed note.")
    hashes = serializers.ListField(child=serializers.CharField())
    events = Receipt(many=True)


def _problem(words: str) -> OpenApiResponse:
    """An error; `governance.api.describe_problems` says what its body looks like."""
    return OpenApiResponse(OpenApiTypes.OBJECT, description=words)


ANSWERS = {
    201: OpenApiResponse(
        Receipts, description="Committed and in the signed tree; at least one is new."
    ),
    200: OpenApiResponse(Receipts, description="All of it was in the log before."),
    400: _problem("Not JSON, not packed as it says, or an unknown parameter."),
    401: _problem("No valid key."),
    403: _problem("The key lacks the scope."),
    409: _problem("An id is in the log with another body. Nothing was stored."),
    411: _problem("The body came in chunks, without its length."),
    413: _problem("More than 1,000 events or 4 MiB, unpacked. Nothing was stored."),
    415: _problem("None of the formats, or packed as neither gzip nor zstd."),
    422: _problem("Some fields are wrong: which, why and how to mend it."),
    429: _problem("Too much waits to be written; post again after Retry-After."),
    503: _problem("The database does not answer, or the clock is behind the log."),
}
ONE_REVIEW = {
    413: _problem("More than 4 MiB. Nothing was stored."),
    415: _problem("Not application/json."),
}
EVENT = {
    "id": ID,
    "type": "prediction",
    "occurred_at": "2026-11-23T08:00:00.000Z",
    "model_version": "credit-2026-10",
    "deployment": "branch-counter",
    "input": {"amount": 9444, "duration_months": 12},
    "output": {"decision": "approve"},
    "confidence": 0.81,
    "latency_ms": 38.2,
}
RECEIPT = {
    "id": ID,
    "status": "appended",
    "index": 1204331,
    "leaf_hash": "3f9a2c04" * 8,
    "path": [0],
    "flags": ["unknown_model_version"],
}
RECEIPTS = {
    "log": ORIGIN,
    "checkpoint": CHECKPOINT,
    "hashes": ["y8FdD3yrTy8CV+vQCfB8q5VxqyAEyPbLB9mUo6QZtkU="],
    "events": [RECEIPT],
}
RECEIPT_EXAMPLE = OpenApiExample(
    "Receipts", value=RECEIPTS, response_only=True, status_codes=["201"]
)
AGAIN_EXAMPLE = OpenApiExample(
    "It was there before",
    value={**RECEIPTS, "events": [{**RECEIPT, "status": "duplicate"}]},
    response_only=True,
    status_codes=["200"],
)
PROBLEM_EXAMPLE = OpenApiExample(
    "A wrong field",
    response_only=True,
    status_codes=["422"],
    value={
        "type": "about:blank",
        "title": "Some events are wrong",
        "status": 422,
        "detail": "Nothing of this request was stored. Mend what is listed and post "
        "it again.",
        "errors": [
            {
                "event": 0,
                "field": "occurred_at",
                "reason": "Invalid RFC3339 encoded datetime",
                "fix": "Send RFC 3339 with an offset, such as "
                "2026-11-23T08:00:00.000Z.",
            }
        ],
    },
)


class PostEvents(formats.Described):
    @extend_schema(
        operation_id="post_events",
        tags=["events"],
        summary="Post prediction events: one, an array, lines of JSON, CloudEvents",
        description="At most 1,000 events and 4 MiB; all of a request is stored, or "
        "nothing. The same body again is answered with the first receipt. An unknown "
        "model version is accepted and flagged. Needs an event source's key with "
        f"events:write. Formats: {formats.FORMATS}",
        parameters=[formats.DRY_RUN, formats.PACKED],
        request={
            "application/json": PolymorphicProxySerializer(
                "Events",
                [PredictionEvent, PredictionEvent(many=True)],
                resource_type_field_name=None,
                many=False,
            ),
            "application/x-ndjson": OpenApiTypes.STR,
            formats.ONE: formats.CloudEvent,
            formats.MANY: formats.CloudEvent(many=True),
        },
        responses={
            **ANSWERS,
            200: PolymorphicProxySerializer(
                "ReceiptsOrRehearsal",
                [Receipts, formats.Rehearsal],
                resource_type_field_name=None,
                many=False,
            ),
        },
        examples=[
            OpenApiExample(
                "One event",
                value=EVENT,
                request_only=True,
                media_type="application/json",
            ),
            OpenApiExample(
                "An array",
                value=[EVENT],
                request_only=True,
                media_type="application/json",
            ),
            *formats.CLOUD_EXAMPLES,
            OpenApiExample(
                "Lines",
                value=f"{json.dumps(EVENT)}\n",
                request_only=True,
                media_type="application/x-ndjson",
            ),
            RECEIPT_EXAMPLE,
            AGAIN_EXAMPLE,
            PROBLEM_EXAMPLE,
        ],
    )
    def post(self) -> None:
        """Served by audits.events.api."""


class PostReview(formats.Described):
    @extend_schema(
        operation_id="post_review",
        tags=["oversight"],
        summary="Post what a person made of a prediction (Art. 14)",
        description="A review is an entry of its own in the same log. `confirms` makes "
        "it a second person's confirmation (Art. 14(5)), `corrects` takes the place of "
        "an earlier review. Needs a source's key with oversight:write; the entry says "
        "that the key vouches for the person.",
        request=PostedReview,
        responses={**ANSWERS, **ONE_REVIEW},
        examples=[
            OpenApiExample(
                "An override",
                request_only=True,
                value={
                    "id": REVIEW_ID,
                    "prediction": ID,
                    "act": "overridden",
                    "output": {"decision": "reject"},
                    "reason_code": "context_missing",
                    "reason": "The applicant's employer closed last week.",
                    "shown_at": "2026-11-23T08:01:10Z",
                    "decided_at": "2026-11-23T08:02:05Z",
                    "person": {"id": "clerk-3", "name": "Kari Nordmann"},
                    "human": True,
                },
            ),
            RECEIPT_EXAMPLE,
            AGAIN_EXAMPLE,
        ],
    )
    def post(self) -> None:
        """Served by audits.oversight.api."""


def describe_machines(endpoints: list[Endpoint], **_kwargs: object) -> list[Endpoint]:
    """Add the plain views to what drf-spectacular found by itself."""
    found = [
        (path, path, "POST", view.as_view())
        for path, view in (
            ("/api/v1/events", PostEvents),
            ("/api/v1/otlp/v1/traces", formats.ExportTraces),
            ("/api/v1/otlp/v1/logs", formats.ExportLogs),
            ("/api/v1/oversight", PostReview),
            ("/api/v1/heartbeats", PostHeartbeat),
        )
    ]
    return sorted([*endpoints, *found], key=lambda endpoint: endpoint[0])

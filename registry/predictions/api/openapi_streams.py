"""How the OpenAPI document describes heartbeats; the view is audits.streams.api."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers

from registry.predictions.api.events import ID, ORIGIN
from registry.predictions.api.openapi_formats import Described


class FormerEpoch(serializers.Serializer[Any]):
    epoch = serializers.CharField(max_length=120)
    last = serializers.IntegerField(min_value=0)


class Heartbeat(serializers.Serializer[Any]):
    epoch = serializers.CharField(max_length=120)
    last = serializers.IntegerField(min_value=0, help_text="The last number given.")
    sent_at = serializers.DateTimeField()
    head = serializers.CharField(
        required=False, help_text="What the next event would name as `prev`."
    )
    state = serializers.ChoiceField(["open", "closed"], required=False)
    every = serializers.IntegerField(
        required=False, min_value=5, max_value=86400, help_text="Seconds; 60."
    )
    former = FormerEpoch(required=False)
    counters = serializers.DictField(
        child=serializers.IntegerField(min_value=0), required=False
    )
    key = serializers.CharField(
        required=False, help_text="Ed25519 public key, hexadecimal."
    )
    signature = serializers.CharField(
        required=False, help_text="Hexadecimal, over the lines in docs/intake.md."
    )


class HeartbeatReceipt(serializers.Serializer[Any]):
    log = serializers.CharField()
    index = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())
    checkpoint = serializers.CharField(help_text="A signed note.")


class PostHeartbeat(Described):
    @extend_schema(
        operation_id="post_heartbeat",
        tags=["events"],
        summary="Say how far a source has come, so that a lost tail shows",
        description="An entry of the log. A source that sends heartbeats and misses "
        "three is declared silent. Needs a source's key with events:write.",
        request=Heartbeat,
        responses={
            201: HeartbeatReceipt,
            422: OpenApiResponse(
                OpenApiTypes.OBJECT, description="A field is wrong, or the signature."
            ),
        },
        examples=[
            OpenApiExample(
                "The end of an epoch",
                request_only=True,
                value={
                    "epoch": ID,
                    "last": 1488,
                    "sent_at": "2026-11-23T08:00:00.000000Z",
                    "head": "3f9a2c04" * 8,
                    "state": "closed",
                },
            ),
            OpenApiExample(
                "A receipt",
                response_only=True,
                status_codes=["201"],
                value={
                    "log": ORIGIN,
                    "index": 1204331,
                    "leaf_hash": "3f9a2c04" * 8,
                    "path": ["y8FdD3yrTy8CV+vQCfB8q5VxqyAEyPbLB9mUo6QZtkU="],
                    "checkpoint": f"{ORIGIN}\n1204332\n…",
                },
            ),
        ],
    )
    def post(self) -> None:
        """Served by audits.streams.api."""

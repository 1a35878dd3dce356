"""`GET /api/v1/systems/<id>/coverage`: how much of what was numbered has come."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.operators.serializers import ExactInput
from registry.predictions.access import VIEW, demand_scope
from registry.predictions.api.events import ORIGIN, ReadingView
from registry.predictions.contents.coverage import as_answer, shown
from registry.systems.access import get_allowed_system

EPOCH = "018f6b3a-5c7e-7d10-9b1e-2f4a6c8e0d12"
NUMBERS = {
    "percent": "99.2", "present": 1488, "missing": 12, "gaps": 3, "late": 4,
    "faults": 0, "not_numbered": 0,
}  # fmt: skip


class CoverageQuery(ExactInput):
    """The days, both included, in UTC; without them the whole life of the log."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class Numbers(serializers.Serializer[Any]):
    percent = serializers.CharField(
        allow_null=True,
        help_text="Of the numbered events, rounded down to a tenth; 100 only when "
        "none is missing; null when none is numbered.",
    )
    present = serializers.IntegerField(help_text="Numbered events that came.")
    missing = serializers.IntegerField(help_text="Numbers that did not.")
    gaps = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Came after they were declared missing.")
    faults = serializers.IntegerField(help_text="Contradictions in streams.")
    not_numbered = serializers.IntegerField(
        help_text="Events without a number: nobody can say whether others are missing."
    )


class SourceNumbers(Numbers):
    source = serializers.CharField()  # type: ignore[assignment]  # a name of ours


class GapShape(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # a name of ours
    epoch = serializers.CharField()
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    noticed_at = serializers.DateTimeField()
    after = serializers.DateTimeField(allow_null=True, help_text="The event before.")
    before = serializers.DateTimeField(allow_null=True, help_text="The event behind.")
    lost_by_source = serializers.BooleanField(
        help_text="The chain shows that the source lost these before it sent them."
    )
    declared = serializers.BooleanField(help_text="In the log, as gap_declared.")


class StreamFaultShape(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # a name of ours
    epoch = serializers.CharField()
    what = serializers.CharField()
    number = serializers.IntegerField()
    index = serializers.IntegerField(help_text="The entry of the log.")


class SilentShape(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # a name of ours
    epoch = serializers.CharField()
    heard_at = serializers.DateTimeField()
    last = serializers.IntegerField()


class CoverageShape(Numbers):
    log = serializers.CharField(help_text="Origin of the log.")
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    entries_read = serializers.IntegerField(help_text="Counted up to this entry.")
    entries = serializers.IntegerField(help_text="Entries in the log.")
    sources = SourceNumbers(many=True)
    listed_gaps = GapShape(many=True)
    listed_faults = StreamFaultShape(many=True)
    silent = SilentShape(many=True)


class CoverageView(ReadingView):
    @extend_schema(
        operation_id="read_coverage",
        tags=["events"],
        summary="How much of what sources numbered is in a system's log",
        description="A gap belongs to the day on which it was noticed. At most 50 gaps "
        "and faults are listed; the numbers count all. Events that no source numbered, "
        "or numbered and never sent before the end of its heartbeats, are invisible.",
        parameters=[CoverageQuery],
        responses={200: CoverageShape},
        examples=[
            OpenApiExample(
                "Three gaps",
                response_only=True,
                value={
                    "log": ORIGIN,
                    "since": None,
                    "until": None,
                    "entries_read": 1520,
                    "entries": 1520,
                    **NUMBERS,
                    "sources": [{"source": "scoring-service", **NUMBERS}],
                    "listed_gaps": [
                        {
                            "source": "scoring-service",
                            "epoch": EPOCH,
                            "first": 118,
                            "last": 121,
                            "noticed_at": "2026-11-23T08:00:00.412093Z",
                            "after": "2026-11-23T07:59:41Z",
                            "before": "2026-11-23T08:00:00Z",
                            "lost_by_source": False,
                            "declared": True,
                        }
                    ],
                    "listed_faults": [],
                    "silent": [],
                },
            )
        ],
    )
    def get(self, request: Request, system_id: UUID) -> Response:
        demand_scope(request.user)
        system = get_allowed_system(request.user, system_id, VIEW)
        query = CoverageQuery(data=request.GET)
        query.is_valid(raise_exception=True)
        days = query.validated_data
        found = shown(system.log, since=days.get("since"), until=days.get("until"))
        return Response(as_answer(found))

"""`/api/v1/events/<id>/disclosures`: choosing what of an event somebody will see."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from audits.trail.models import TrailEntry
from registry.operators.serializers import ExactInput, LineField
from registry.people.access import acting, demand
from registry.people.models import User
from registry.predictions.access import DISCLOSE, Found
from registry.predictions.api.events import CHOOSE_LOG, ReadingView
from registry.predictions.contents.disclosure import BASES, NotDisclosable
from registry.predictions.render import download
from registry.predictions.selectors.trail import acts_on
from registry.predictions.services.disclosure import (
    DISCLOSED,
    Disclosed,
    disclose,
    disclosure_at,
    disclosure_file,
)
from registry.predictions.services.verification import subject_of_event

# LIMIT: of one event, the newest so many are listed.
LISTED = 100
GIVEN = {
    "recipient": "Market surveillance authority, request 2026/114",
    "purpose": "To compare scores over age bands",
    "legal_basis": "art_74_12",
    "disclosed": [["output", "output", "score"], ["person", "segment"]],
}
MADE = {
    **GIVEN,
    "index": 1204332,
    "disclosed_at": "2026-11-23T08:00:00Z",
    "disclosed_by": "Anna Berg",
    "parts_sha256": "3f9a2c04" * 8,
    "file": "/api/v1/events/018f6b3a-5c7e-7d10-9b1e-2f4a6c8e0d12/disclosures/1204332"
    "?log=log.example.eu/acme-bank/credit-scoring-3f9a2c",
}


class Refused(APIException):
    """422: something chosen was erased, was never there, or cannot be parted."""

    status_code = 422
    default_code = "not_disclosable"


class Erased(APIException):
    """410: what was disclosed was erased since, and the file cannot be made."""

    status_code = 410
    default_detail = _("It was erased since.")
    default_code = "erased"


class DisclosureIn(ExactInput):
    """What is disclosed, to whom, what for, and on what ground."""

    recipient = LineField(max_length=200)
    purpose = LineField(max_length=300)
    legal_basis = serializers.ChoiceField(choices=list(BASES.items()))
    disclosed = serializers.ListField(
        child=serializers.ListField(
            child=serializers.CharField(trim_whitespace=False), min_length=1
        ),
        min_length=1,
        max_length=500,
        help_text="Each a path: a role, then names. It takes along what lies below.",
    )


class DisclosureOut(serializers.Serializer[Any]):
    """A disclosure as the log keeps it, and where its file is."""

    index = serializers.IntegerField(help_text="Of the act in the log.")
    recipient = serializers.CharField()
    purpose = serializers.CharField()
    legal_basis = serializers.CharField()
    disclosed = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField())
    )
    disclosed_at = serializers.DateTimeField()
    disclosed_by = serializers.CharField()
    parts_sha256 = serializers.CharField(
        help_text="SHA-256 of the file's `parts`, as JSON with sorted keys."
    )
    file = serializers.CharField(help_text="Address of the file (an event bundle).")


def disclosure_data(found: Found, act: TrailEntry) -> dict[str, Any]:
    address = {"event_id": found.entry.event_id, "idx": act.idx}
    names = ("recipient", "purpose", "legal_basis", "parts_sha256")
    return {
        "index": act.idx,
        **{name: act.details[name] for name in names},
        "disclosed": act.details["fields"],
        "disclosed_at": act.at,
        "disclosed_by": act.actor_name,
        "file": reverse("events_api:disclosure", kwargs=address)
        + f"?log={found.log.origin}",
    }


def demand_disclose(caller: object, found: Found) -> User:
    """The person who may disclose; PermissionDenied (403) for anybody else."""
    if not isinstance(caller, User):
        raise PermissionDenied(_("A person chooses what is disclosed, no key does."))
    demand(caller, DISCLOSE, found.system.organisation)
    return caller


class DisclosuresView(ReadingView):
    @extend_schema(
        operation_id="list_disclosures",
        tags=["events"],
        summary="What of one event was disclosed, to whom",
        parameters=[CHOOSE_LOG],
        responses={200: DisclosureOut(many=True)},
        examples=[OpenApiExample("One", response_only=True, value=MADE)],
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        found = self.found(request, event_id)
        demand_disclose(request.user, found)
        acts = acts_on(found.log, subject_of_event(event_id), DISCLOSED, LISTED)
        return Response([disclosure_data(found, act) for act in acts])

    @extend_schema(
        operation_id="disclose_event",
        tags=["events"],
        summary="Disclose some fields of one event to somebody",
        description="The log keeps who, to whom, what for and which fields, not what "
        "they say. An event whose source commits to each field can be disclosed by "
        "field, any other by part. 422 for what was erased or never there.",
        parameters=[CHOOSE_LOG],
        request=DisclosureIn,
        responses={201: DisclosureOut},
        examples=[
            OpenApiExample("A score", request_only=True, value=GIVEN),
            OpenApiExample("Recorded", response_only=True, value=MADE),
        ],
    )
    def post(self, request: Request, event_id: UUID) -> Response:
        found = self.found(request, event_id)
        user = demand_disclose(request.user, found)
        given = DisclosureIn(data=request.data)
        given.is_valid(raise_exception=True)
        what = Disclosed(
            recipient=given.validated_data["recipient"],
            purpose=given.validated_data["purpose"],
            legal_basis=given.validated_data["legal_basis"],
            paths=[tuple(path) for path in given.validated_data["disclosed"]],
        )
        by = acting(user, found.system.organisation)
        try:
            index = disclose(found=found, what=what, by=by, at=timezone.now())
        except NotDisclosable as error:
            raise Refused(str(error)) from error
        data = disclosure_data(found, disclosure_at(found, index))
        return Response(data, status=201, headers={"Location": data["file"]})


class DisclosureView(ReadingView):
    @extend_schema(
        operation_id="read_disclosure",
        tags=["events"],
        summary="The file of a disclosure (an event bundle)",
        description="Made anew each time, with the newest proof and the same fields. "
        "Check it offline: python -m audits.tlog verify FILE --vkey KEY. 410 once "
        "something in it was erased.",
        parameters=[CHOOSE_LOG],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A file",
                response_only=True,
                value={
                    "format": "probatum-event-bundle-v2",
                    "parts": [
                        {
                            "role": "output",
                            "salt": "pSUt…",
                            "fields": [{"salt": "x1Qe…", "data": "WyJv…"}, "qM0c…"],
                        }
                    ],
                },
            )
        ],
    )
    def get(self, request: Request, event_id: UUID, idx: int) -> HttpResponse:
        found = self.found(request, event_id)
        demand_disclose(request.user, found)
        act = disclosure_at(found, idx)
        try:
            data = disclosure_file(found, act)
        except NotDisclosable as error:
            raise Erased(str(error)) from error
        self.note_download(request, found, f"disclosure {idx}")
        return download(data, f"{event_id}-{idx}.json", content_type="application/json")

"""Requests to erase a person, over the API. A person decides about them, on a page."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from audits.erasure.models import Erasure
from registry.datasets.api import MADE_AT, SYSTEM, pair
from registry.erasures.access import ASK, VIEW, get_erasure, visible_erasures
from registry.erasures.serializers import ErasureIn, ErasureOut, OneErasureOut
from registry.erasures.services import ask
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.systems.access import get_allowed_system

ID = "0b8e6a52-4a51-4d0e-9a0c-2c7f0a7f5f33"
ASKED = {
    "system": SYSTEM,
    "subject": "person-4711",
    "ground": "17(1)(b)",
    "reference": "DSR-2026-17",
}
OUT = {
    "id": ID,
    "system": SYSTEM,
    "log": "log.example/credit-scoring-1a2b3c",
    "tag": "9f2c61d07ab3e845",
    "ground": "17(1)(b)",
    "reference": "DSR-2026-17",
    "state": "requested",
    "asked_by": "Privacy desk",
    "asked_at": MADE_AT,
    "decided_by": "",
    "decided_at": None,
    "exemption": "",
    "reasons": "",
    "due": None,
    "entry": None,
    "gone": None,
    "would_erase": {
        "predictions": 4, "reviews": 1, "first": MADE_AT, "last": MADE_AT,
    },
    "stands_against": [
        {
            "kind": "duty",
            "ground": "AI Act, Art. 19(1) and 26(6): logs are kept for at least six "
            "months",
            "until": MADE_AT,
        }
    ],
}  # fmt: skip
EXAMPLES = pair("Consent is withdrawn", ASKED, OUT)
OPEN_ONLY = ("would_erase", "stands_against")
LISTED = pair(
    "Consent is withdrawn",
    None,
    {name: value for name, value in OUT.items() if name not in OPEN_ONLY},
)


class Erasures(InOrder[Erasure]):
    """Requests in the logs of the systems that the caller sees."""

    ordering = ("-asked_at", "id")
    serializer_class = ErasureOut

    @extend_schema(
        operation_id="erasures_list",
        examples=LISTED[1:],
        parameters=[
            OpenApiParameter("system", UUID, description="Only of this system")
        ],
    )
    def get(self, request: Request) -> Response:
        """List the requests, newest first. No person is named in them."""
        rows = visible_erasures(request.user)
        if chosen := request.query_params.get("system"):
            field = serializers.UUIDField()
            system = get_allowed_system(
                request.user, field.run_validation(chosen), VIEW
            )
            rows = rows.filter(log=system.log)
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(ErasureOut(page, many=True).data)

    @extend_schema(
        operation_id="erasures_request",
        request=ErasureIn,
        responses={201: OneErasureOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Ask that a person be erased (GDPR Art. 17). Another person decides.

        What stands against it (duties to keep logs, legal holds) is in the answer,
        and has to be resolved by whoever decides, with a ground of Art. 17(3).
        """
        given = ErasureIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        system = get_allowed_system(request.user, facts.pop("system"), ASK)
        with refusals():
            made = ask(
                system=system,
                **facts,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(OneErasureOut(made).data, status=status.HTTP_201_CREATED)


class OneErasure(GenericAPIView[Erasure]):
    """One request."""

    permission_classes = [RegistryScope]
    serializer_class = OneErasureOut

    @extend_schema(operation_id="erasures_read", examples=EXAMPLES[1:])
    def get(self, request: Request, erasure_id: UUID) -> Response:
        """Read a request: what it would erase, what stands against it, its outcome."""
        return Response(OneErasureOut(get_erasure(request.user, erasure_id)).data)

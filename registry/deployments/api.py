"""Deployments, their periods, and which version was live at T, over the API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.datasets.api import MADE_AT, SYSTEM, pair
from registry.deployments.access import ADD, CHANGE, VIEW, get_deployment
from registry.deployments.encoding import MomentWrong, parse_moment
from registry.deployments.models import Deployment, LivePeriod
from registry.deployments.selectors import live_at, periods_in
from registry.deployments.serializers import (
    DeploymentIn,
    DeploymentOut,
    LiveOut,
    PeriodEnd,
    PeriodIn,
    PeriodOut,
)
from registry.deployments.services import create_deployment, end_period, go_live
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.systems.access import get_allowed_system

ID = "e4c1a6de-8d2c-4c1b-9a0f-3a6f5d2b7c18"
VERSION = "9a1d6f7e-2b4c-4d3a-8f10-7d5b2c9e0a44"
STATED = {
    "name": "branch-offices",
    "endpoint": "https://scoring.example/v1",
    "fallback": "A clerk decides without a score.",
}
EXAMPLES = pair(
    "A service", STATED, {"id": ID, "system": SYSTEM, **STATED, "created_at": MADE_AT}
)
PERIOD = {
    "id": "a7d0b3c4-1e5f-4a2b-8c9d-6e7f8a9b0c1d",
    "deployment": "branch-offices",
    "deployment_id": ID,
    "model": "Repayment model",
    "version": "credit-2",
    "version_id": VERSION,
    "stage": "canary",
    "share": "5.00",
    "live_from": "2026-09-01T06:00:00Z",
    "live_until": None,
}
PERIOD_EXAMPLES = pair(
    "A canary",
    {
        "version": VERSION,
        "stage": "canary",
        "share": "5",
        "live_from": "2026-09-01T06:00:00Z",
    },
    PERIOD,
)
END_EXAMPLES = pair(
    "The canary ends",
    {"live_until": "2026-10-01T06:00:00Z"},
    {**PERIOD, "live_until": "2026-10-01T06:00:00Z"},
)
LIVE_EXAMPLES = pair("A canary alone", None, {"at": MADE_AT, "live": [PERIOD]})


class Deployments(InOrder[Deployment]):
    """The deployments of a system."""

    ordering = ("name", "id")
    serializer_class = DeploymentOut

    @extend_schema(operation_id="deployments_list", examples=EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List deployments by name."""
        system = get_allowed_system(request.user, pk, VIEW)
        page = self.paginate_queryset(self.filter_queryset(system.deployments.all()))
        return self.get_paginated_response(DeploymentOut(page, many=True).data)

    @extend_schema(
        operation_id="deployments_create",
        request=DeploymentIn,
        responses={201: DeploymentOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Create a deployment; events name it from now on."""
        system = get_allowed_system(request.user, pk, ADD)
        given = DeploymentIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            deployment = create_deployment(
                system=system,
                facts=given.validated_data,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(DeploymentOut(deployment).data, status=status.HTTP_201_CREATED)


class Periods(InOrder[LivePeriod]):
    """The periods in which versions were live in a deployment."""

    ordering = ("-live_from", "id")
    serializer_class = PeriodOut

    @extend_schema(operation_id="periods_list", examples=PERIOD_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the periods, newest first."""
        rows = periods_in(get_deployment(request.user, pk))
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(PeriodOut(page, many=True).data)

    @extend_schema(
        operation_id="periods_create",
        request=PeriodIn,
        responses={201: PeriodOut},
        examples=PERIOD_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Record that a version is live; two full ones at a time are refused."""
        deployment = get_deployment(request.user, pk, CHANGE)
        given = PeriodIn(data=request.data, context={"system": deployment.system})
        given.is_valid(raise_exception=True)
        with refusals():
            period = go_live(
                deployment=deployment,
                **given.validated_data,
                by=acting(request.user, deployment.system.organisation),
                at=timezone.now(),
            )
        return Response(PeriodOut(period).data, status=status.HTTP_201_CREATED)


class OnePeriod(GenericAPIView[LivePeriod]):
    """One period."""

    permission_classes = [RegistryScope]
    serializer_class = PeriodOut

    @extend_schema(
        operation_id="periods_end",
        request=PeriodEnd,
        responses={200: PeriodOut},
        examples=END_EXAMPLES,
    )
    def patch(self, request: Request, pk: UUID, period_id: UUID) -> Response:
        """Record when the version was live no longer."""
        deployment = get_deployment(request.user, pk, CHANGE)
        period = get_object_or_404(periods_in(deployment), pk=period_id)
        given = PeriodEnd(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            period = end_period(
                period=period,
                ended_at=given.validated_data["live_until"],
                by=acting(request.user, deployment.system.organisation),
                at=timezone.now(),
            )
        return Response(PeriodOut(period).data)


class Live(GenericAPIView[LivePeriod]):
    """Which version was live at T?"""

    permission_classes = [RegistryScope]
    serializer_class = LiveOut
    pagination_class = None

    @extend_schema(
        operation_id="systems_live",
        parameters=[
            OpenApiParameter(
                "at", str, description="RFC 3339; now, when it is left out"
            )
        ],
        responses={200: LiveOut},
        examples=LIVE_EXAMPLES[1:],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List all that were live, with stage and share.

        For one prediction the event's own `model_version` answers.
        """
        system = get_allowed_system(request.user, pk, VIEW)
        text = request.query_params.get("at", "")
        try:
            at = parse_moment(text) if text else timezone.now()
        except MomentWrong as error:
            raise ValidationError({"at": str(error)}) from error
        return Response(LiveOut({"at": at, "live": live_at(system, at)}).data)

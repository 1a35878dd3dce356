"""The circumstances of operators over the API."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.circumstances.access import CHANGE, VIEW
from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import acting_on, statements_in, with_origin
from governance.circumstances.serializers import (
    ActingOnOut,
    DayIn,
    StatementIn,
    StatementOfSystemIn,
    StatementOut,
)
from governance.circumstances.services import demand_asked_here, state_circumstance
from registry.operators.access import get_allowed_operator, get_visible_operator
from registry.operators.api import InOrder, refusals
from registry.operators.models import Operator
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.people.models import User
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem

OPERATOR = "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11"
SAID = {
    "flag": "employer",
    "answer": "yes",
    "held_from": "2026-03-02",
    "reason": "The warehouse plans its own staff with it.",
}
STORED = OpenApiExample(
    "An employer",
    value={
        "id": "0f2b9c0e-51a7-4d53-9a0a-6a4a3f6e7c11",
        "operator": OPERATOR,
        "operator_name": "Musterbank AG",
        "system": "0b0e3c52-6f6f-4f0e-8d41-3f5f1ad2c1a7",
        **SAID,
        "stated_by": "Alice Example",
        "stated_at": "2026-11-20T09:12:44.120000Z",
        "unconfirmed": False,
    },
    response_only=True,
)
OF_SYSTEM = OpenApiExample(
    "An employer, for this system",
    value={"operator": OPERATOR, **SAID},
    request_only=True,
)
OF_ALL = OpenApiExample("An employer, everywhere", value=SAID, request_only=True)
ACTING = OpenApiExample(
    "A bank that uses it",
    value={
        "on": "2026-11-28",
        "acting": [
            {
                "operator": OPERATOR,
                "operator_name": "Musterbank AG",
                "roles": ["deployer"],
                "flags": {"sme": "no", "financial_institution": "yes"},
            }
        ],
    },
    response_only=True,
)


def _state(
    request: Request,
    operator: Operator,
    system: AISystem | None,
    facts: dict[str, Any],
) -> Response:
    with refusals():
        demand_asked_here(facts["flag"])
        made = state_circumstance(
            operator=operator,
            system=system,
            **facts,
            author=request.user if isinstance(request.user, User) else None,
            by=acting(request.user, operator.organisation),
            at=timezone.now(),
        )
    return Response(StatementOut(made).data, status=status.HTTP_201_CREATED)


class OfSystem(InOrder[Circumstance]):
    """Statements that can count for a system: its own, and those for all systems."""

    ordering = ("-stated_at", "-id")
    serializer_class = StatementOut

    @extend_schema(operation_id="system_circumstances_list", examples=[STORED])
    def get(self, request: Request, pk: UUID) -> Response:
        """List what was stated about the system's operators, newest first."""
        system = get_allowed_system(request.user, pk, VIEW)
        page = self.paginate_queryset(self.filter_queryset(statements_in(system)))
        return self.get_paginated_response(StatementOut(page, many=True).data)

    @extend_schema(
        operation_id="system_circumstances_create",
        request=StatementOfSystemIn,
        responses={201: StatementOut},
        examples=[OF_SYSTEM, STORED],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """State a fact that switches duties of an operator, for this system only."""
        system = get_allowed_system(request.user, pk, CHANGE)
        given = StatementOfSystemIn(data=request.data, context={"system": system})
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        return _state(request, facts.pop("operator"), system, facts)


class OfOperator(InOrder[Circumstance]):
    """Every statement about an operator, those for single systems included."""

    ordering = ("-stated_at", "-id")
    serializer_class = StatementOut

    @extend_schema(operation_id="operator_circumstances_list", examples=[STORED])
    def get(self, request: Request, pk: UUID) -> Response:
        """List what was stated about the operator, newest first."""
        operator = get_visible_operator(request.user, pk)
        rows = with_origin(
            operator.circumstances.select_related("operator", "stated_by")
        )
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(StatementOut(page, many=True).data)

    @extend_schema(
        operation_id="operator_circumstances_create",
        request=StatementIn,
        responses={201: StatementOut},
        examples=[OF_ALL, STORED],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """State a fact about the operator that holds wherever it acts."""
        operator = get_allowed_operator(request.user, pk, CHANGE)
        given = StatementIn(data=request.data)
        given.is_valid(raise_exception=True)
        return _state(request, operator, None, dict(given.validated_data))


class ActingOn(GenericAPIView[Any]):
    """Who of us acts for a system."""

    permission_classes = [RegistryScope]
    serializer_class = ActingOnOut

    @extend_schema(
        operation_id="system_acting",
        parameters=[
            OpenApiParameter("on", date, description="The day; today by default.")
        ],
        examples=[ACTING],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Our operators on a day, their roles and the facts that switch duties."""
        system = get_allowed_system(request.user, pk, VIEW)
        asked = DayIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        on = asked.validated_data.get("on") or timezone.localdate()
        return Response(ActingOnOut({"on": on, "acting": acting_on(system, on)}).data)

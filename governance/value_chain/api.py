"""Changes of role over the API. Only a person answers; keys may read."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.law.value_chain import letters
from governance.value_chain.access import CHANGE, VIEW
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import history, open_alarms
from governance.value_chain.serializers import (
    AlarmsOut,
    AnswerIn,
    AnswerOut,
    LetterOut,
)
from governance.value_chain.services import answer_alarm
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.people.models import User
from registry.systems.access import get_allowed_system

OPERATOR = "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11"
OCCASION = {"kind": "version", "id": "6c0f0f4b-1d52-4f4e-a1b7-2c3d0f9b8e21"}
SAID = {
    "occasion": OCCASION,
    "letters": {"art-25-1-a": "no", "art-25-1-b": "yes", "art-25-1-c": "no"},
    "operator": OPERATOR,
    "became_on": "2026-06-01",
    "reason": "We trained it anew on our own customers; the maker had not planned it.",
}
IN_EXAMPLE = OpenApiExample("A modified system", value=SAID, request_only=True)
OUT_EXAMPLE = OpenApiExample(
    "The bank became the provider",
    value={
        "id": "0f2b9c0e-51a7-4d53-9a0a-6a4a3f6e7c11",
        **SAID,
        "outcome": "yes",
        "task_for": None,
        "answered_by": "Alice Example",
        "answered_at": "2026-11-20T09:12:44.120000Z",
    },
    response_only=True,
)
OPEN_EXAMPLE = OpenApiExample(
    "One alarm, cut to its first letter",
    value={
        "open": [
            {
                "occasion": OCCASION,
                "on": "2026-06-01",
                "title": "Version 2.1",
                "text": "Trained anew.",
                "candidates": [
                    {
                        "operator": OPERATOR,
                        "operator_name": "Musterbank AG",
                        "roles": ["deployer"],
                    }
                ],
                "letters": LetterOut(letters()[:1], many=True).data,
                "answer": None,
                "stated_before": None,
            }
        ]
    },
    response_only=True,
)


class Alarms(GenericAPIView[Any]):
    """What may have made somebody else the provider (Art. 25)."""

    permission_classes = [RegistryScope]
    serializer_class = AlarmsOut

    @extend_schema(operation_id="value_chain_open", examples=[OPEN_EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """The versions and changes on which no answer stands, oldest first."""
        system = get_allowed_system(request.user, pk, VIEW)
        found = open_alarms([system]).get(system.pk, [])
        return Response(AlarmsOut({"open": found}).data)


class Answers(InOrder[ChainAnswer]):
    """The answers, those that stand and those that were replaced."""

    ordering = ("-answered_at", "-id")
    serializer_class = AnswerOut

    @extend_schema(operation_id="value_chain_answers_list", examples=[OUT_EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the answers, newest first. Of an occasion the newest counts."""
        system = get_allowed_system(request.user, pk, VIEW)
        page = self.paginate_queryset(self.filter_queryset(history(system)))
        return self.get_paginated_response(AnswerOut(page, many=True).data)

    @extend_schema(
        operation_id="value_chain_answers_create",
        request=AnswerIn,
        responses={201: AnswerOut},
        examples=[IN_EXAMPLE, OUT_EXAMPLE],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Answer an alarm, or answer it anew, as a person."""
        system = get_allowed_system(request.user, pk, CHANGE)
        author = request.user
        if not isinstance(author, User):
            raise PermissionDenied(
                _("A person answers for a change of role. A key cannot.")
            )
        given = AnswerIn(data=request.data, context={"system": system})
        given.is_valid(raise_exception=True)
        occasion = given.validated_data["occasion"]
        with refusals():
            made = answer_alarm(
                system=system,
                kind=occasion["kind"],
                occasion_id=occasion["id"],
                said=given.said(),
                seen=given.validated_data.get("seen"),
                author=author,
                by=acting(author, system.organisation),
                at=timezone.now(),
            )
        return Response(AnswerOut(made).data, status=status.HTTP_201_CREATED)

"""Impact assessments over the API (Art. 27)."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.fria.contents import KIND
from governance.fria.selectors import notified
from governance.fria.serializers import TOLD, NotificationIn, NotificationOut
from governance.fria.services import record_notification
from governance.law.fria import fria
from governance.papers import api
from governance.papers.selectors import one_of
from governance.papers.serializers import (
    PAPER_EXAMPLE,
    BeginIn,
    OwedIn,
    PaperLine,
    PaperOut,
    PaperStandingOut,
    PartIn,
)
from registry.documents.selectors import pickable
from registry.operators.api import refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.systems.access import get_allowed_system

BEGIN = OpenApiExample(
    "For one operator",
    value={"operator": "3b9f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10"},
    request_only=True,
)
PART = OpenApiExample(
    "Whom it affects",
    value={
        "text": "Applicants for consumer loans, and those who live with them.",
        "revision": 0,
    },
    request_only=True,
)
OWED = OpenApiExample(
    "A deployer of a credit score",
    value={
        "answers": {"domains": ["finance"], "finance_purposes": ["credit"]},
        "roles": ["deployer"],
        "flags": {"public_body": "no"},
        "on": "2027-12-02",
    },
    request_only=True,
)
NOTIFIED = OpenApiExample(
    "Told",
    value={
        "kind": "notified",
        "authority": "Bundesnetzagentur",
        "member_state": "DE",
        "told_on": "2027-11-20",
        "reference": "KI-2027-118",
    },
    request_only=True,
)

ANSWER = OpenApiExample(
    "What the law says",
    value={
        "state": "binds_now",
        "answer": "Art. 27 binds since 2 Dec 2027: assess before the first use.",
    },
    response_only=True,
)


@extend_schema_view(
    get=extend_schema(operation_id="fria_list"),
    post=extend_schema(
        operation_id="fria_begin",
        request=BeginIn,
        responses={201: PaperOut},
        examples=[BEGIN, PAPER_EXAMPLE],
    ),
)
class Assessments(api.Papers):
    """The impact assessments of a system."""

    kind = KIND
    serializer_class = PaperLine


@extend_schema_view(
    get=extend_schema(
        operation_id="fria_standing", responses={200: PaperStandingOut(many=True)}
    )
)
class Standing(api.Standings):
    """Whether Art. 27 binds each deployer, and how it stands with the assessment."""

    kind = KIND


@extend_schema_view(get=extend_schema(operation_id="fria_read"))
class OneAssessment(api.OnePaper):
    """One version of an impact assessment."""

    kind = KIND


@extend_schema_view(
    put=extend_schema(
        operation_id="fria_write",
        request=PartIn,
        responses={200: PaperOut},
        examples=[PART, PAPER_EXAMPLE],
    )
)
class OneElement(api.OnePart):
    """One element of Art. 27(1), of an earlier assessment, or of the link to a DPIA."""

    kind = KIND


@extend_schema_view(
    post=extend_schema(
        operation_id="law_fria",
        request=OwedIn,
        responses={200: dict},
        examples=[OWED, ANSWER],
    )
)
class OwedByLaw(api.Owed):
    """Whether Art. 27 binds, why, and from when."""

    ask = fria


class Notifications(GenericAPIView[Any]):
    """Who was told of an approved version."""

    permission_classes = [RegistryScope]
    serializer_class = NotificationOut
    pagination_class = None

    @extend_schema(
        operation_id="fria_notifications", responses={200: NotificationOut(many=True)}
    )
    def get(self, request: Request, pk: UUID, paper_id: UUID) -> Response:
        """List the notifications of a version, newest first."""
        system = get_allowed_system(request.user, pk, KIND.view)
        row = one_of(KIND.model, system, paper_id, request.user)
        return Response(NotificationOut(notified(row), many=True).data)

    @extend_schema(
        operation_id="fria_notify",
        request=NotificationIn,
        responses={201: NotificationOut(many=True)},
        examples=[NOTIFIED, TOLD],
    )
    def post(self, request: Request, pk: UUID, paper_id: UUID) -> Response:
        """Record a notification, or why Art. 46(1) exempts from it, as a person."""
        system = get_allowed_system(request.user, pk, KIND.change)
        author = api.author_of(request)
        row = one_of(KIND.model, system, paper_id, request.user)
        context = {"documents": pickable(system)}
        given = NotificationIn(data=request.data, context=context)
        given.is_valid(raise_exception=True)
        with refusals():
            record_notification(
                assessment=row,
                facts=given.validated_data,
                author=author,
                by=acting(author, system.organisation),
                at=timezone.now(),
            )
        found = NotificationOut(notified(row), many=True).data
        return Response(found, status.HTTP_201_CREATED)

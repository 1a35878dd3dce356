"""Operators over the API, and how the registry's acts answer wrong input."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.operators.access import (
    get_allowed_operator,
    get_visible_operator,
    organisation_for,
    visible_operators,
)
from registry.operators.models import Operator
from registry.operators.serializers import OperatorIn, OperatorOut, OperatorPatch
from registry.operators.services import (
    EditedMeanwhile,
    FactsWrong,
    add_operator,
    edit_operator,
)
from registry.people.access import acting
from registry.people.api import RegistryScope


class Conflict(APIException):
    """409: the row is not as the caller last read it."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Changed meanwhile")
    default_code = "conflict"


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what an act refuses into answers: 400 with fields, or 409."""
    try:
        yield
    except FactsWrong as error:
        raise ValidationError(error.errors) from error
    except EditedMeanwhile as error:
        raise Conflict(
            _("The row was changed after you read it. Read it again, then send the "
              "new revision.")
        ) from error  # fmt: skip


Row = TypeVar("Row", bound=Model)


class InOrder(GenericAPIView[Row]):
    """Keyset pages in the order that a view names; callers do not choose it."""

    permission_classes = [RegistryScope]
    filter_backends = [OrderingFilter]
    ordering_fields: tuple[str, ...] = ()


EXAMPLE = OpenApiExample(
    "A bank",
    value={
        "id": "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11",
        "name": "Musterbank AG",
        "country": "DE",
        "address": "Marktplatz 1, 20095 Hamburg",
        "contact": "ai-office@musterbank.example",
        "size": "larger",
        "public_body": False,
        "ours": True,
        "revision": 0,
    },
    response_only=True,
)
NEW = OpenApiExample(
    "A bank",
    value={"name": "Musterbank AG", "country": "DE", "size": "larger"},
    request_only=True,
)
CHANGE = OpenApiExample(
    "Moved to another address",
    value={"address": "Neuer Wall 2, 20354 Hamburg", "revision": 0},
    request_only=True,
)


class Operators(InOrder[Operator]):
    """The operators of the key's organisation."""

    ordering = ("name", "id")
    serializer_class = OperatorOut

    @extend_schema(operation_id="operators_list", examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """List operators by name."""
        found = self.filter_queryset(visible_operators(request.user))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(OperatorOut(page, many=True).data)

    @extend_schema(
        operation_id="operators_create",
        request=OperatorIn,
        responses={201: OperatorOut},
        examples=[NEW, EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Register an operator (Art. 3(8))."""
        organisation = organisation_for(
            request.user,
            getattr(request, "organisation", None),
            "registry.add_operator",
        )
        given = OperatorIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            operator = add_operator(
                organisation=organisation,
                facts=given.validated_data,
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        return Response(OperatorOut(operator).data, status=status.HTTP_201_CREATED)


class OneOperator(GenericAPIView[Operator]):
    """One operator."""

    permission_classes = [RegistryScope]
    serializer_class = OperatorOut

    @extend_schema(operation_id="operators_read", examples=[EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """Read an operator."""
        return Response(OperatorOut(get_visible_operator(request.user, pk)).data)

    @extend_schema(
        operation_id="operators_change",
        request=OperatorPatch,
        responses={200: OperatorOut},
        examples=[CHANGE, EXAMPLE],
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change facts of an operator, of the revision that you have read."""
        operator = get_allowed_operator(request.user, pk, "registry.change_operator")
        given = OperatorPatch(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        revision = demanded_revision(facts)
        with refusals():
            operator = edit_operator(
                operator=operator,
                facts=facts,
                revision=revision,
                by=acting(request.user, operator.organisation),
                at=timezone.now(),
            )
        return Response(OperatorOut(operator).data)


def demanded_revision(facts: dict[str, object]) -> int:
    """Take the revision out of the facts; 400 when the caller sent none."""
    revision = facts.pop("revision", None)
    if not isinstance(revision, int):
        raise ValidationError({"revision": _("Send the revision that you have read.")})
    return revision

"""Data sets and their versions over the API."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.datasets.access import ADD, ADD_VERSION, get_dataset, visible_datasets
from registry.datasets.models import Dataset, DatasetVersion
from registry.datasets.serializers import (
    DatasetVersionIn,
    DatasetVersionOut,
    ForSystemsIn,
    ForSystemsOut,
)
from registry.datasets.services import register_dataset, register_dataset_version
from registry.operators.access import organisation_for
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope

ID = "7f1d4c0a-58f4-4d0e-9a53-6c2b7a1f4e90"
SYSTEM = "0b0e3c52-6f6f-4f0e-8d41-3f5f1ad2c1a7"
NAMED = {
    "name": "German credit",
    "description": "1,000 consumer loans with their outcome.",
    "systems": [SYSTEM],
}
STATED = {
    "name": "1994 · training rows",
    "use": "training",
    "sha256": "3f9a2c04" * 8,
    "rows": 700,
    "origin": "A bank's loans of the years 1973 to 1975.",
    "known_biases": "Rejected applicants are not in it.",
}


def pair(name: str, given: Any, answered: Any) -> list[OpenApiExample]:
    """An example of what is sent and one of what comes back."""
    return [
        OpenApiExample(name, value=given, request_only=True),
        OpenApiExample(name, value=answered, response_only=True),
    ]


MADE_AT = "2026-03-01T09:12:44.120000Z"
EXAMPLES = pair("Loans", NAMED, {"id": ID, **NAMED, "created_at": MADE_AT})
VERSION_EXAMPLES = pair(
    "The rows a model learnt from",
    STATED,
    {
        "id": "c0a8f7d2-0f5b-4f0c-8a7f-51d7a7b6a5e3",
        **STATED,
        "gaps": "",
        "created_at": MADE_AT,
    },
)


class Datasets(InOrder[Dataset]):
    """The data sets of the systems that the caller sees."""

    ordering = ("name", "id")
    serializer_class = ForSystemsOut

    @extend_schema(operation_id="datasets_list", examples=EXAMPLES[1:])
    def get(self, request: Request) -> Response:
        """List data sets by name."""
        found = self.filter_queryset(visible_datasets(request.user))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(ForSystemsOut(page, many=True).data)

    @extend_schema(
        operation_id="datasets_create",
        request=ForSystemsIn,
        responses={201: ForSystemsOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Register a data set for the systems that use it."""
        given = ForSystemsIn(data=request.data, context={"caller": request.user})
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        systems = facts.pop("systems")
        organisation = organisation_for(request.user, systems[0].organisation, ADD)
        with refusals():
            dataset = register_dataset(
                organisation=organisation,
                systems=systems,
                facts=facts,
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        return Response(ForSystemsOut(dataset).data, status=status.HTTP_201_CREATED)


class OneDataset(GenericAPIView[Dataset]):
    """One data set."""

    permission_classes = [RegistryScope]
    serializer_class = ForSystemsOut

    @extend_schema(operation_id="datasets_read", examples=EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a data set."""
        return Response(ForSystemsOut(get_dataset(request.user, pk)).data)


class Versions(InOrder[DatasetVersion]):
    """Versions of a data set."""

    ordering = ("-created_at", "id")
    serializer_class = DatasetVersionOut

    @extend_schema(operation_id="dataset_versions_list", examples=VERSION_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the versions, newest first."""
        rows = self.filter_queryset(get_dataset(request.user, pk).versions.all())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(DatasetVersionOut(page, many=True).data)

    @extend_schema(
        operation_id="dataset_versions_create",
        request=DatasetVersionIn,
        responses={201: DatasetVersionOut},
        examples=VERSION_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Register a version with what Art. 10 asks. It is never changed."""
        dataset = get_dataset(request.user, pk, ADD_VERSION)
        given = DatasetVersionIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            version = register_dataset_version(
                dataset=dataset,
                facts=given.validated_data,
                by=acting(request.user, dataset.organisation),
                at=timezone.now(),
            )
        return Response(DatasetVersionOut(version).data, status=status.HTTP_201_CREATED)

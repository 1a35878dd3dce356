"""AI models and their versions over the API."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.aimodels.access import ADD, ADD_VERSION, get_model, visible_models
from registry.aimodels.models import AIModel, ModelVersion
from registry.aimodels.serializers import ModelVersionIn, ModelVersionOut
from registry.aimodels.services import register_model, register_model_version
from registry.datasets.api import MADE_AT, SYSTEM, pair
from registry.datasets.serializers import ForSystemsIn, ForSystemsOut
from registry.operators.access import organisation_for
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope

NAMED = {
    "name": "Repayment model",
    "description": "Logistic regression on the applicant's own statements.",
    "systems": [SYSTEM],
}
EXAMPLES = pair(
    "A model of one system",
    NAMED,
    {"id": "2d5b1f8e-7c0e-4f7b-9d3c-1a6f0c9e8b77", **NAMED, "created_at": MADE_AT},
)
DATA = "c0a8f7d2-0f5b-4f0c-8a7f-51d7a7b6a5e3"
STATED = {
    "name": "credit-2",
    "artefact_sha256": "3f9a2c04" * 8,
    "framework": "scikit-learn 1.7",
    "params": {"C": 0.5, "penalty": "l2"},
    "training_data": DATA,
    "feature_set_version": "fs-3",
    "code_revision": "9f2c1ab",
    "licence": "Apache-2.0",
    "source": "s3://models/credit/2",
    "run_id": "b8c1f0",
    "tags": {"team": "risk"},
    "metrics": [
        {"name": "auc", "value": 0.78, "dataset": DATA, "segment": "", "count": 300},
        {
            "name": "auc",
            "value": 0.74,
            "dataset": DATA,
            "segment": "age under 25",
            "count": 61,
        },
    ],
}
VERSION_EXAMPLES = pair(
    "With figures for all persons and one segment",
    STATED,
    {
        "id": "9a1d6f7e-2b4c-4d3a-8f10-7d5b2c9e0a44",
        **STATED,
        "created_at": MADE_AT,
    },
)


class Models(InOrder[AIModel]):
    """The models of the systems that the caller sees."""

    ordering = ("name", "id")
    serializer_class = ForSystemsOut

    @extend_schema(operation_id="models_list", examples=EXAMPLES[1:])
    def get(self, request: Request) -> Response:
        """List models by name."""
        found = self.filter_queryset(visible_models(request.user))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(ForSystemsOut(page, many=True).data)

    @extend_schema(
        operation_id="models_create",
        request=ForSystemsIn,
        responses={201: ForSystemsOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Register a model for the systems that use it."""
        given = ForSystemsIn(data=request.data, context={"caller": request.user})
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        systems = facts.pop("systems")
        organisation = organisation_for(request.user, systems[0].organisation, ADD)
        with refusals():
            aimodel = register_model(
                organisation=organisation,
                systems=systems,
                facts=facts,
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        return Response(ForSystemsOut(aimodel).data, status=status.HTTP_201_CREATED)


class OneModel(GenericAPIView[AIModel]):
    """One model."""

    permission_classes = [RegistryScope]
    serializer_class = ForSystemsOut

    @extend_schema(operation_id="models_read", examples=EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a model."""
        return Response(ForSystemsOut(get_model(request.user, pk)).data)


class Versions(InOrder[ModelVersion]):
    """Versions of a model."""

    ordering = ("-created_at", "id")
    serializer_class = ModelVersionOut

    @extend_schema(operation_id="model_versions_list", examples=VERSION_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the versions with their figures, newest first."""
        rows = get_model(request.user, pk).versions.prefetch_related("metrics")
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(ModelVersionOut(page, many=True).data)

    @extend_schema(
        operation_id="model_versions_create",
        request=ModelVersionIn,
        responses={201: ModelVersionOut},
        examples=VERSION_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Register a version. It is never changed; events name it from now on."""
        aimodel = get_model(request.user, pk, ADD_VERSION)
        given = ModelVersionIn(data=request.data, context={"caller": request.user})
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        metrics = facts.pop("metrics", [])
        with refusals():
            version = register_model_version(
                aimodel=aimodel,
                facts=facts,
                metrics=metrics,
                by=acting(request.user, aimodel.organisation),
                at=timezone.now(),
            )
        return Response(ModelVersionOut(version).data, status=status.HTTP_201_CREATED)

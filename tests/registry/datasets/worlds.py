"""Engineers, data sets and models for tests of these rooms."""

from typing import Any

from django.test import Client
from django.utils import timezone

from registry.aimodels.models import AIModel, ModelVersion
from registry.aimodels.services import register_model, register_model_version
from registry.datasets.models import Dataset, DatasetVersion
from registry.datasets.services import register_dataset, register_dataset_version
from registry.people.models import Organisation, Role, ServiceKey, User
from registry.systems.models import AISystem
from tests.factories import TESTER, a_person

DIGEST = "3f9a2c04" * 8


def an_engineer(organisation: Organisation, name: str = "Erin") -> User:
    return a_person(name, organisation, Role.ENGINEER)


def a_dataset(*systems: AISystem, name: str = "Loans") -> Dataset:
    return register_dataset(
        organisation=systems[0].organisation,
        systems=systems,
        facts={"name": name},
        by=TESTER,
        at=timezone.now(),
    )


def a_dataset_version(
    dataset: Dataset, name: str = "2026", **facts: Any
) -> DatasetVersion:
    return register_dataset_version(
        dataset=dataset,
        facts={"name": name, "use": "training", **facts},
        by=TESTER,
        at=timezone.now(),
    )


def a_model(*systems: AISystem, name: str = "Repayment") -> AIModel:
    return register_model(
        organisation=systems[0].organisation,
        systems=systems,
        facts={"name": name},
        by=TESTER,
        at=timezone.now(),
    )


def a_version(aimodel: AIModel, name: str = "credit-1", **facts: Any) -> ModelVersion:
    metrics = facts.pop("metrics", [])
    return register_model_version(
        aimodel=aimodel,
        facts={"name": name, "artefact_sha256": DIGEST, **facts},
        metrics=metrics,
        by=TESTER,
        at=timezone.now(),
    )


def a_service_key(organisation: Organisation, *scopes: str) -> dict[str, str]:
    """The headers of a caller with a service key."""
    _row, key = ServiceKey.objects.create_key(
        name="pipeline", organisation=organisation, scopes=list(scopes)
    )
    return {"authorization": f"Bearer {key}"}


def post(client: Client, path: str, body: Any, headers: dict[str, str]) -> Any:
    return client.post(
        f"/api/v1/{path}", body, content_type="application/json", headers=headers
    )

"""Models over the API: MLflow's names, scopes, refusals, few reads."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry.aimodels.api import STATED
from registry.aimodels.models import ModelVersion
from tests.factories import World
from tests.registry.datasets.worlds import (
    DIGEST,
    a_dataset,
    a_dataset_version,
    a_model,
    a_service_key,
    a_version,
    post,
)

READ, WRITE = "registry:read", "registry:write"
NONE = "7f1d4c0a-58f4-4d0e-9a53-6c2b7a1f4e90"


@pytest.fixture
def key(world: World) -> dict[str, str]:
    return a_service_key(world.acme, READ, WRITE)


def test_a_pipeline_registers_a_version_as_the_example_shows_and_reads_it_back(
    world: World, client: Client, key: dict[str, str]
) -> None:
    data = str(a_dataset_version(a_dataset(world.system)).pk)
    body = {"name": "Repayment", "systems": [str(world.system.pk)]}
    made = post(client, "models", body, key)
    assert made.status_code == 201
    path = f"models/{made.json()['id']}"
    metrics = [{**metric, "dataset": data} for metric in STATED["metrics"]]  # type: ignore[attr-defined]
    sent = {**STATED, "training_data": data, "metrics": metrics}
    answer = post(client, f"{path}/versions", sent, key)
    assert answer.status_code == 201
    [read] = client.get(f"/api/v1/{path}/versions", headers=key).json()["results"]
    assert {name: read[name] for name in sent} == sent
    assert client.get(f"/api/v1/{path}", headers=key).json()["name"] == "Repayment"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"artefact_sha256": "abc"}, "artefact_sha256"),
        ({"params": [1]}, "params"),
        ({"params": {"a": "\u0000"}}, "params"),
        ({"tags": {"a": [[[[[[[[1]]]]]]]]}}, "tags"),
        ({"metrics": [{"name": "auc", "value": "nan"}]}, "metrics.0.value"),
        ({"metrics": [{"name": "auc", "value": 1}] * 2}, "metrics"),
        ({"metrics": [{"name": "auc", "value": 1, "dataset": NONE}]}, "metrics"),
        ({"training_data": NONE}, "training_data"),
        ({"name": "taken"}, "name"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_stored(
    world: World, client: Client, key: dict[str, str], change: Any, field: str
) -> None:
    aimodel = a_model(world.system)
    a_version(aimodel, "taken")
    body = {"name": "v2", "artefact_sha256": DIGEST, **change}
    answer = post(client, f"models/{aimodel.pk}/versions", body, key)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert ModelVersion.objects.count() == 1


def test_many_figures_are_read_against_their_data_sets_at_once(
    world: World,
    client: Client,
    key: dict[str, str],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    data = str(a_dataset_version(a_dataset(world.system)).pk)
    aimodel = a_model(world.system)
    metrics = [
        {"name": "auc", "value": 0.5, "dataset": data, "segment": f"group {number}"}
        for number in range(300)
    ]
    body = {"name": "v", "artefact_sha256": DIGEST, "metrics": metrics}
    with django_assert_max_num_queries(40):
        answer = post(client, f"models/{aimodel.pk}/versions", body, key)
    assert answer.status_code == 201


def test_a_key_without_the_scope_is_refused_and_a_foreign_one_finds_nothing(
    world: World, client: Client
) -> None:
    aimodel = a_model(world.system)
    reader = a_service_key(world.acme, READ)
    other = a_service_key(world.other, READ, WRITE)
    body = {"name": "v", "artefact_sha256": DIGEST}
    path = f"models/{aimodel.pk}/versions"
    assert post(client, path, body, reader).status_code == 403
    assert post(client, path, body, other).status_code == 404
    assert client.get(f"/api/v1/{path}", headers=other).status_code == 404
    assert client.get("/api/v1/models", headers=other).json()["results"] == []
    assert client.get("/api/v1/models").status_code == 401
    named = {"name": "Mine", "systems": [str(world.system.pk)]}
    assert post(client, "models", named, other).status_code == 400

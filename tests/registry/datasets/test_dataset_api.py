"""Data sets over the API: scopes, shapes, pages and refusals."""

from typing import Any

import pytest
from django.test import Client

from registry.datasets.models import Dataset, DatasetVersion
from tests.factories import World, a_source_key
from tests.registry.datasets.worlds import (
    DIGEST,
    a_dataset,
    a_dataset_version,
    a_service_key,
    post,
)

READ, WRITE = "registry:read", "registry:write"


@pytest.fixture
def key(world: World) -> dict[str, str]:
    return a_service_key(world.acme, READ, WRITE)


def test_a_pipeline_registers_a_data_set_and_its_version(
    world: World, client: Client, key: dict[str, str]
) -> None:
    body = {"name": "Loans", "systems": [str(world.system.pk)]}
    made = post(client, "datasets", body, key)
    assert made.status_code == 201
    assert made.json()["systems"] == [str(world.system.pk)]
    path = f"datasets/{made.json()['id']}"
    facts = {"name": "2026", "use": "training", "sha256": DIGEST, "gaps": "Few."}
    version = post(client, f"{path}/versions", facts, key)
    assert version.status_code == 201
    assert version.json()["gaps"] == "Few."
    assert client.get(f"/api/v1/{path}", headers=key).json()["name"] == "Loans"
    found = client.get(f"/api/v1/{path}/versions", headers=key).json()
    assert [row["name"] for row in found["results"]] == ["2026"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"use": "training"}, "name"),
        ({"name": "2026", "use": "guessing"}, "use"),
        ({"name": "2026", "use": "training", "sha256": "abc"}, "sha256"),
        ({"name": "2026", "use": "training", "rows": -1}, "rows"),
        ({"name": "2026", "use": "training", "rows": 2**63}, "rows"),
        ({"name": "two\nlines", "use": "training"}, "name"),
        ({"name": "a\x00b", "use": "training"}, "name"),
        ({"name": "taken", "use": "training"}, "name"),
    ],
)
def test_a_wrong_field_is_named_in_a_problem_and_nothing_is_stored(
    world: World, client: Client, key: dict[str, str], body: Any, field: str
) -> None:
    dataset = a_dataset(world.system)
    a_dataset_version(dataset, "taken")
    answer = post(client, f"datasets/{dataset.pk}/versions", body, key)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert DatasetVersion.objects.count() == 1


def test_systems_of_two_organisations_or_none_are_refused(
    world: World, client: Client, key: dict[str, str]
) -> None:
    for systems in ([], [str(world.system.pk), str(world.foreign.pk)]):
        body = {"name": "Loans", "systems": systems}
        assert post(client, "datasets", body, key).status_code == 400
    assert not Dataset.objects.exists()


def test_a_key_without_the_scope_is_refused(world: World, client: Client) -> None:
    reader = a_service_key(world.acme, READ)
    nothing = a_service_key(world.acme, "events:read")
    body = {"name": "Loans", "systems": [str(world.system.pk)]}
    assert post(client, "datasets", body, reader).status_code == 403
    assert client.get("/api/v1/datasets", headers=reader).status_code == 200
    assert client.get("/api/v1/datasets", headers=nothing).status_code == 403
    assert client.get("/api/v1/datasets").status_code == 401


def test_the_key_of_another_organisation_finds_nothing(
    world: World, client: Client
) -> None:
    dataset = a_dataset(world.system)
    other = a_service_key(world.other, READ, WRITE)
    assert client.get("/api/v1/datasets", headers=other).json()["results"] == []
    for path in (f"datasets/{dataset.pk}", f"datasets/{dataset.pk}/versions"):
        assert client.get(f"/api/v1/{path}", headers=other).status_code == 404
    facts = {"name": "2026", "use": "training"}
    assert (
        post(client, f"datasets/{dataset.pk}/versions", facts, other).status_code == 404
    )


def test_a_source_reads_data_of_its_own_system_only(
    world: World, client: Client
) -> None:
    a_dataset(world.system)
    a_dataset(world.foreign, name="Claims")
    source = {"authorization": f"Bearer {a_source_key(world.system)}"}
    found = client.get("/api/v1/datasets", headers=source).json()["results"]
    assert [row["name"] for row in found] == ["Loans"]
    body = {"name": "More", "systems": [str(world.system.pk)]}
    assert post(client, "datasets", body, source).status_code == 403


def test_pages_follow_a_cursor(
    world: World, client: Client, key: dict[str, str]
) -> None:
    for name in ("A", "B", "C"):
        a_dataset(world.system, name=name)
    names: list[str] = []
    address = "/api/v1/datasets?page_size=2"
    while address:
        page = client.get(address, headers=key).json()
        names += [row["name"] for row in page["results"]]
        address = page["next"]
    assert names == ["A", "B", "C"]

"""Systems over the API: keys, scopes, sessions, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from audits.events.models import SourceKey
from registry.aimodels.models import AIModel, ModelVersion
from registry.people.models import Role, User
from registry.systems.models import AISystem
from tests.factories import World, a_person, a_source_key
from tests.registry.facts import a_service_key, an_operator, call, verbs

SignedIn = Callable[[User], Client]
STATED: dict[str, Any] = {
    "name": "Shift planning",
    "intended_purpose": "Proposes shifts; the ward manager decides.",
    "member_states": ["DE", "AT", "DE"],
}


def test_a_key_registers_a_system_and_works_on_it(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    made = call(client, "POST", "systems", key, STATED)
    assert made.status_code == 201
    body = made.json()
    assert body["member_states"] == ["AT", "DE"]
    assert body["for_public_authorities"] is None
    one = f"systems/{body['id']}"
    assert call(client, "GET", one, key).json() == body
    change = {"lifecycle_state": "on_market", "revision": 0}
    assert call(client, "PATCH", one, key, change).json()["revision"] == 1
    assert call(client, "PATCH", one, key, change).status_code == 409
    version = call(client, "POST", f"{one}/versions", key, {"name": "1"})
    assert version.status_code == 201
    listed = call(client, "GET", f"{one}/versions", key).json()["results"]
    assert [each["name"] for each in listed] == ["1"]
    happened = {"changed_on": "2026-01-05", "kind": "design", "description": "New."}
    assert call(client, "POST", f"{one}/changes", key, happened).status_code == 201
    system = AISystem.objects.get(pk=body["id"])
    assert verbs(system) == [
        "system.registered",
        "system.changed",
        "system_version.registered",
        "system_change.recorded",
    ]


def test_a_misspelt_fact_is_refused_and_not_lost(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    answer = call(client, "POST", "systems", key, {**STATED, "member_state": ["DE"]})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "member_state"
    assert "member_states" in error["reason"]
    assert AISystem.objects.filter(name=STATED["name"]).count() == 0
    path = f"systems/{world.system.pk}"
    wrong = call(client, "PATCH", path, key, {"put_in_service_on": "2026-01-01"})
    assert "put_in_service_on" in str(wrong.json()["errors"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_systemversion SET name = 'other'",
        "DELETE FROM registry_systemversion",
        "DELETE FROM registry_systemversion_model_versions",
    ],
)
def test_a_version_of_a_system_is_never_changed(
    world: World, client: Client, statement: str
) -> None:
    key = a_service_key(world.acme)
    path = f"systems/{world.system.pk}/versions"
    model = AIModel.objects.create(name="Score", organisation=world.acme)
    model.systems.add(world.system)
    trained = ModelVersion.objects.create(aimodel=model, name="1")
    given = {"name": "1", "model_versions": [str(trained.pk)]}
    assert call(client, "POST", path, key, given).status_code == 201
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_roles_begin_and_end_over_the_api(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    path = f"systems/{world.system.pk}/roles"
    given = {
        "operator": str(an_operator(world.acme).pk),
        "role": "provider",
        "held_from": "2026-01-01",
        "reason": "Develops it.",
    }
    made = call(client, "POST", path, key, given)
    assert made.status_code == 201
    again = call(client, "POST", path, key, given)
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "role"
    end = {"held_until": "2026-02-01", "reason": "Sold."}
    ended = call(client, "PATCH", f"{path}/{made.json()['id']}", key, end)
    assert ended.json()["held_until"] == "2026-02-01"
    foreign = {**given, "operator": str(an_operator(world.other).pk)}
    assert call(client, "POST", path, key, foreign).status_code == 400


def test_a_key_never_reaches_another_organisation(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    for path in ("", "/versions", "/roles", "/changes"):
        answer = call(client, "GET", f"systems/{world.foreign.pk}{path}", key)
        assert answer.status_code == 404, path
    listed = call(client, "GET", "systems", key).json()["results"]
    assert [each["id"] for each in listed] == [str(world.system.pk)]


def test_scopes_are_asked_for(world: World, client: Client) -> None:
    reader = a_service_key(world.acme, ["registry:read"])
    assert call(client, "GET", "systems", reader).status_code == 200
    refused = call(client, "POST", "systems", reader, STATED)
    assert refused.status_code == 403
    assert "registry:write" in refused.json()["detail"]
    writer = a_service_key(world.acme, ["registry:write"])
    assert call(client, "GET", "systems", writer).status_code == 403
    assert call(client, "GET", "systems", "wrong.key").status_code == 401


def test_a_sources_key_reads_its_own_system_only(world: World, client: Client) -> None:
    key = a_source_key(world.system)
    listed = call(client, "GET", "systems", key).json()["results"]
    assert [each["id"] for each in listed] == [str(world.system.pk)]
    assert call(client, "GET", f"systems/{world.foreign.pk}", key).status_code == 404
    assert call(client, "POST", "systems", key, STATED).status_code == 403
    path = f"systems/{world.system.pk}"
    assert call(client, "PATCH", path, key, {"revision": 0}).status_code == 403


@pytest.mark.parametrize("scope", ["events:write", "events:read", "oversight:write"])
def test_a_sources_key_reads_no_facts_without_the_scope(
    world: World, client: Client, scope: str
) -> None:
    key = a_source_key(world.system)
    SourceKey.objects.update(scopes=[scope])
    answer = call(client, "GET", f"systems/{world.system.pk}", key)
    assert answer.status_code == 403
    assert "registry:read" in answer.json()["detail"]


def test_a_session_is_held_to_its_role(world: World, signed_in: SignedIn) -> None:
    auditor = signed_in(a_person("Ann", world.acme, Role.AUDITOR))
    path = f"/api/v1/systems/{world.system.pk}"
    assert auditor.get(path).status_code == 200
    change = {"name": "Mine", "revision": 0}
    kind = "application/json"
    assert auditor.patch(path, change, content_type=kind).status_code == 403
    assert auditor.post("/api/v1/systems", STATED, kind).status_code == 403
    charlie = signed_in(world.charlie)
    assert charlie.get(path).status_code == 404
    assert charlie.patch(path, change, content_type=kind).status_code == 404
    alice = signed_in(world.alice)
    assert alice.patch(path, change, content_type=kind).status_code == 200


def test_a_sessions_write_needs_the_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/api/v1/systems", STATED, "application/json")
    assert answer.status_code == 403
    assert AISystem.objects.filter(organisation=world.acme).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ["a"]),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", "two\nlines"),
        ("name", "CREDIT scoring"),
        ("intended_purpose", ""),
        ("member_states", "DE"),
        ("member_states", ["US"]),
        ("member_states", ["DE"] * 28),
        ("lifecycle_state", "gone"),
        ("owner", "nobody"),
        ("placed_on_market_on", "2026-02-30"),
        ("for_public_authorities", "perhaps"),
    ],
)
def test_wrong_facts_are_named_in_problem_details(
    world: World, client: Client, field: str, value: object
) -> None:
    key = a_service_key(world.acme)
    answer = call(client, "POST", "systems", key, {**STATED, field: value})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"text"'])
def test_what_is_no_object_is_refused(
    world: World, client: Client, body: bytes
) -> None:
    key = a_service_key(world.acme)
    answer = client.post(
        "/api/v1/systems",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 400


def test_a_stranger_cannot_be_made_the_owner(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    given = {**STATED, "owner": str(world.charlie.pk)}
    assert call(client, "POST", "systems", key, given).status_code == 400
    given = {**STATED, "owner": str(world.bob.pk)}
    assert call(client, "POST", "systems", key, given).status_code == 201

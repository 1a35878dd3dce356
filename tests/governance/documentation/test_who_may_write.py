"""Roles, strangers, keys, and the API of the technical documentation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.documentation.models import AnnexText
from registry.people.models import Role, ServiceKey
from registry.systems.models import SystemVersion
from tests.factories import World, a_person

SignIn = Callable[[Any], Client]
LEAF = "annex-iv-1-a"


@pytest.fixture
def version(world: World) -> SystemVersion:
    return SystemVersion.objects.create(system=world.system, name="1.0")


def api(version: SystemVersion, leaf: str = LEAF) -> str:
    return f"/api/v1/systems/{version.system_id}/documentation/{version.pk}/{leaf}"


def put(client: Client, version: SystemVersion, leaf: str = LEAF, **body: Any) -> Any:
    headers = body.pop("headers", None)
    return client.put(
        api(version, leaf), body, content_type="application/json", headers=headers
    )


def test_a_stranger_gets_404_and_a_reader_may_only_read(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    args = [world.system.pk, version.pk, LEAF]
    leaf, approve = (
        reverse(f"documentation:{n}", args=args) for n in ("leaf", "approve")
    )
    charlie = signed_in(world.charlie)
    assert charlie.get(leaf).status_code == 404
    assert charlie.post(approve).status_code == 404
    assert charlie.get(api(version)).status_code == 404
    auditor = signed_in(a_person("Frida", world.acme, Role.AUDITOR))
    assert auditor.get(leaf).status_code == 200
    assert b"Keep this text" not in auditor.get(leaf).content
    assert auditor.post(leaf, {}).status_code == 403
    assert put(auditor, version, text="x", revision=0).status_code == 403
    assert signed_in(world.alice).post(approve).status_code == 403


def test_a_version_of_another_system_and_an_unknown_point_are_404(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    foreign = SystemVersion.objects.create(system=world.foreign, name="1.0")
    alice = signed_in(world.alice)
    args = [world.system.pk, foreign.pk, LEAF]
    assert alice.get(reverse("documentation:leaf", args=args)).status_code == 404
    assert alice.get(api(version, "annex-iv-99")).status_code == 404


def test_a_person_writes_over_the_api_and_reads_the_digest_to_approve(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    assert alice.get(api(version)).json()["state"] == "missing"
    kept = put(alice, version, text="Scores.", revision=0).json()
    assert (kept["state"], kept["author"], kept["revision"]) == ("draft", "Alice", 1)
    late = put(alice, version, text="Late.", revision=0)
    assert late.status_code == 409
    assert put(alice, version, text=" ", revision=1).status_code == 400
    assert put(alice, version, text="No revision.").status_code == 400
    approve = reverse("documentation:approve", args=[world.system.pk, version.pk, LEAF])
    signed_in(world.bob).post(approve, {"read_sha256": kept["sha256"]})
    assert alice.get(api(version)).json()["state"] == "approved"


def test_a_key_reads_and_never_writes(world: World, version: SystemVersion) -> None:
    _row, key = ServiceKey.objects.create_key(
        name="registry", organisation=world.acme,
        scopes=["registry:read", "registry:write"],
    )  # fmt: skip
    headers = {"authorization": f"Bearer {key}"}
    assert Client().get(api(version), headers=headers).status_code == 200
    answer = put(Client(), version, text="By a machine.", revision=0, headers=headers)
    assert answer.status_code == 403
    assert not AnnexText.objects.exists()


def test_without_a_version_the_page_says_how_to_begin(
    world: World, signed_in: SignIn
) -> None:
    url = reverse("documentation:overview", args=[world.system.pk])
    html = signed_in(world.alice).get(url, {"version": "nonsense"}).content.decode()
    assert "No version is registered" in html


def test_the_pages_stay_within_their_query_budget(
    world: World,
    version: SystemVersion,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    alice = signed_in(world.alice)
    for leaf in (LEAF, "annex-iv-2-b", "annex-iv-9"):
        put(alice, version, text="Written.", revision=0, leaf=leaf)
    pages = (
        reverse("documentation:overview", args=[world.system.pk]),
        reverse("documentation:leaf", args=[world.system.pk, version.pk, LEAF]),
    )
    for page in pages:
        with django_assert_max_num_queries(18):
            assert alice.get(page).status_code == 200

"""Dossiers over the API: the same doors, the same acts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from governance.dossiers.build import build_dossier
from governance.dossiers.models import Dossier
from registry.people.models import Role, ServiceKey, User
from tests.factories import a_person, a_source_key, an_organisation
from tests.governance.dossiers.worlds import Bank

SignIn = Callable[[User], Client]


def with_key(bank: Bank, *scopes: str) -> dict[str, str]:
    _row, key = ServiceKey.objects.create_key(
        name="reader", organisation=bank.organisation, scopes=list(scopes)
    )
    return {"authorization": f"Bearer {key}"}


def test_a_compliance_officer_asks_reads_and_takes_the_file(
    bank: Bank, signed_in: SignIn
) -> None:
    bob, listed = signed_in(bank.bob), f"/api/v1/systems/{bank.system.pk}/dossiers"
    asked = bob.post(
        listed, {"version": str(bank.version.pk)}, content_type="application/json"
    )
    one = f"/api/v1/dossiers/{asked.json()['id']}"
    early = bob.get(f"{one}/file")
    build_dossier(Dossier.objects.get().pk)
    ready = bob.get(one).json()
    file = bob.get(f"{one}/file")

    assert asked.status_code == 202
    assert asked.json()["state"] == "requested"
    assert early.status_code == 404
    assert early["Content-Type"] == "application/problem+json"
    assert ready["state"] == "ready"
    assert ready["pdf_size"] == len(file.content)
    assert file["Content-Type"] == "application/pdf"
    assert [row["id"] for row in bob.get(listed).json()["results"]] == [ready["id"]]


def test_without_a_version_the_newest_is_taken(bank: Bank, signed_in: SignIn) -> None:
    asked = signed_in(bank.bob).post(
        f"/api/v1/systems/{bank.system.pk}/dossiers",
        {},
        content_type="application/json",
    )

    assert asked.json()["version"] == str(bank.version.pk)


def test_a_version_of_another_system_is_an_error_with_its_field(
    bank: Bank, signed_in: SignIn
) -> None:
    answer = signed_in(bank.bob).post(
        f"/api/v1/systems/{bank.system.pk}/dossiers",
        {"version": str(bank.system.pk)},
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("version")


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        (["registry:read", "events:read"], 200),
        (["registry:read"], 403),
        (["events:read"], 403),
        (["registry:read", "registry:write", "events:read"], 200),
    ],
)
def test_a_service_key_reads_with_both_scopes(
    bare: Bank, client: Client, scopes: list[str], status: int
) -> None:
    asked, headers = bare.ask(), with_key(bare, *scopes)

    for url in (
        f"/api/v1/dossiers/{asked.pk}",
        f"/api/v1/systems/{bare.system.pk}/dossiers",
    ):
        assert client.get(url, headers=headers).status_code == status


def test_no_key_asks_for_a_dossier(bare: Bank, client: Client) -> None:
    headers = with_key(bare, "registry:read", "registry:write", "events:read")

    answer = client.post(
        f"/api/v1/systems/{bare.system.pk}/dossiers",
        {},
        content_type="application/json",
        headers=headers,
    )

    assert answer.status_code == 403
    assert not Dossier.objects.exists()


def test_the_key_of_a_source_opens_no_dossier(bare: Bank, client: Client) -> None:
    asked = bare.ask()
    headers = {"authorization": f"Bearer {a_source_key(bare.system)}"}

    answer = client.get(f"/api/v1/dossiers/{asked.pk}", headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("tail", ["", "/file"])
def test_others_see_nothing(
    bare: Bank, client: Client, signed_in: SignIn, tail: str
) -> None:
    asked = bare.ask()
    other: Any = a_person("Charlie", an_organisation("Other"), Role.COMPLIANCE_OFFICER)

    url = f"/api/v1/dossiers/{asked.pk}{tail}"

    assert client.get(url).status_code == 401
    assert signed_in(other).get(url).status_code == 404


def test_a_risk_officer_reads_and_does_not_ask(bare: Bank, signed_in: SignIn) -> None:
    alice, url = signed_in(bare.alice), f"/api/v1/systems/{bare.system.pk}/dossiers"

    assert alice.get(url).status_code == 200
    assert alice.post(url, {}, content_type="application/json").status_code == 403

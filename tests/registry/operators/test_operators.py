"""Operators: pages and API."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.trail.models import TrailEntry
from registry.operators.models import Operator
from registry.people.models import Role, User
from tests.factories import World, a_person, a_source_key
from tests.registry.facts import a_service_key, an_operator, call

SignedIn = Callable[[User], Client]
STATED = {"name": "Musterbank AG", "country": "de", "size": "larger"}


def test_an_officer_registers_and_changes_an_operator(
    world: World, signed_in: SignedIn
) -> None:
    alice = signed_in(world.alice)
    assert alice.post("/operators/add/", STATED).status_code == 302
    operator = Operator.objects.get()
    assert (operator.country, operator.organisation) == ("DE", world.acme)
    path = f"/operators/{operator.pk}/"
    answer = alice.post(path, {**STATED, "country": "FR", "revision": 0})
    assert answer.status_code == 302
    assert "Musterbank AG" in alice.get("/operators/").content.decode()
    rows = TrailEntry.objects.filter(log=world.acme.log).order_by("-idx")[:2]
    assert [row.verb for row in rows] == ["operator.changed", "operator.added"]
    assert rows[0].details["changed"] == {"country": {"from": "DE", "to": "FR"}}


def test_a_stale_editor_is_told_what_is_stored_now(
    world: World, signed_in: SignedIn
) -> None:
    operator = an_operator(world.acme)
    path = f"/operators/{operator.pk}/"
    first = {"name": "Acme AG", "country": "FR", "size": "sme", "revision": 0}
    alice = signed_in(world.alice)
    assert alice.post(path, first).status_code == 302
    answer = signed_in(world.bob).post(path, {**first, "country": "IT"})
    assert answer.status_code == 422
    assert ("Country of establishment", "FR") in answer.context["form"].stored_now


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\x00b"), ("country", "XX"), ("country", "D"),
     ("size", "huge"), ("contact", "x" * 201), ("address", "x" * 1001)],
)  # fmt: skip
def test_wrong_input_is_refused(
    world: World, signed_in: SignedIn, field: str, value: str
) -> None:
    answer = signed_in(world.alice).post("/operators/add/", {**STATED, field: value})
    assert answer.status_code == 422
    assert not Operator.objects.exists()


def test_a_name_is_taken_once_per_organisation(
    world: World, signed_in: SignedIn
) -> None:
    an_operator(world.other, "Musterbank AG")
    alice = signed_in(world.alice)
    assert alice.post("/operators/add/", STATED).status_code == 302
    assert alice.post("/operators/add/", STATED).status_code == 422


def test_who_may_do_what_with_operators(world: World, signed_in: SignedIn) -> None:
    operator = an_operator(world.acme)
    auditor = signed_in(a_person("Ann", world.acme, Role.AUDITOR))
    assert auditor.get("/operators/").status_code == 200
    assert auditor.get(f"/operators/{operator.pk}/").status_code == 403
    assert auditor.post("/operators/add/", STATED).status_code == 403
    charlie = signed_in(world.charlie)
    assert charlie.get(f"/operators/{operator.pk}/").status_code == 404
    assert operator.name not in charlie.get("/operators/").content.decode()
    dana = signed_in(world.dana)
    assert dana.get("/operators/").status_code == 403
    assert dana.get(f"/operators/{operator.pk}/").status_code == 404


def test_a_service_key_creates_reads_and_changes(world: World, client: Client) -> None:
    key = a_service_key(world.acme)
    made = call(client, "POST", "operators", key, STATED)
    assert made.status_code == 201
    path = f"operators/{made.json()['id']}"
    changed = call(client, "PATCH", path, key, {"country": "AT", "revision": 0})
    assert (changed.status_code, changed.json()["revision"]) == (200, 1)
    stale = call(client, "PATCH", path, key, {"country": "IT", "revision": 0})
    assert stale.status_code == 409
    assert stale["Content-Type"] == "application/problem+json"
    assert call(client, "PATCH", path, key, {"country": "IT"}).status_code == 400
    listed = call(client, "GET", "operators", key).json()["results"]
    assert [each["name"] for each in listed] == ["Musterbank AG"]


def test_a_key_reaches_its_own_organisation_and_scopes_only(
    world: World, client: Client
) -> None:
    operator = an_operator(world.other)
    reader = a_service_key(world.acme, ["registry:read"])
    assert call(client, "GET", f"operators/{operator.pk}", reader).status_code == 404
    assert call(client, "GET", "operators", reader).json()["results"] == []
    assert call(client, "POST", "operators", reader, STATED).status_code == 403
    other = a_service_key(world.acme, ["events:read"])
    assert call(client, "GET", "operators", other).status_code == 403
    source = a_source_key(world.system)
    assert call(client, "POST", "operators", source, STATED).status_code == 403
    assert client.get("/api/v1/operators").status_code == 401

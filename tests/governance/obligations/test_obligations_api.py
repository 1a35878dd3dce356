"""Duties over the API, and on the page Home."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.obligations.models import Obligation, Period
from registry.people.models import Role
from registry.systems.models import AISystem
from tests.factories import World, a_person
from tests.governance.obligations.world import period, row, today, with_duties
from tests.registry.facts import a_service_key, call

SignIn = Callable[[Any], Client]


@pytest.fixture
def system(world: World) -> AISystem:
    return with_duties(world)


def act(client: Client, system: AISystem, name: str, **told: Any) -> Any:
    about = row(system)
    body = {"obligation": about.pk, "act": name, "revision": about.revision, **told}
    url = f"/api/v1/systems/{system.pk}/obligations"
    return client.post(url, body, content_type="application/json")


def test_the_duties_of_a_day_with_their_reasons(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    url = f"/api/v1/systems/{system.pk}/obligations"
    alice = signed_in(world.alice)
    now = alice.get(url).json()
    [one] = [d for d in now["duties"] if d["duty"] == "art-26-2"]
    assert (one["law"], one["applies_from"]) == ("applies_from", "2027-12-02")
    assert one["id"] == str(row(system).pk)
    assert one["period"]["due_on"] == "2027-12-02"
    assert one["why"][0]["citation"] == "Annex III, point 5(b)"
    then = alice.get(url, {"on": "2028-01-01"}).json()
    assert {d["law"] for d in then["duties"]} == {"binds_now", "not_established"}
    old = alice.get(url, {"on": "2026-12-01", "edition": "enacted_2024"}).json()
    assert old["hypothetical"]
    assert alice.get(url, {"state": "accepted"}).json()["duties"] == []
    for wrong in ({"on": "soon"}, {"edition": "none"}, {"state": "x"}, {"o": "1"}):
        assert alice.get(url, wrong).status_code == 400


def test_a_person_acts_and_another_accepts(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    link = f"classification:{system.classifications.get().pk}"
    assert act(alice, system, "submit", links=["dossier:none"]).status_code == 400
    done = act(alice, system, "submit", links=[link]).json()
    assert (done["state"], done["submitted_by"]) == ("submitted", "Alice")
    assert act(alice, system, "accept").status_code == 403
    assert act(bob, system, "accept", revision=0).status_code == 409
    assert act(bob, system, "accept").json()["state"] == "accepted"
    assert act(bob, system, "accept").status_code == 400
    owned = act(alice, system, "assign", owner=str(world.bob.pk))
    assert owned.status_code == 200
    assert row(system).owner == world.bob
    assert act(alice, system, "assign", owner=str(world.charlie.pk)).status_code == 400


def test_keys_read_and_never_act(world: World, system: AISystem) -> None:
    key = a_service_key(world.acme)
    path = f"systems/{system.pk}/obligations"
    assert call(Client(), "GET", path, key).status_code == 200
    body = {"obligation": str(row(system).pk), "act": "start", "revision": 0}
    assert call(Client(), "POST", path, key, body).status_code == 403
    foreign = a_service_key(world.other)
    assert call(Client(), "GET", path, foreign).status_code == 404
    assert call(Client(), "GET", "obligations", foreign).json()["results"] == []
    mine = call(Client(), "GET", "obligations?page_size=500", key).json()["results"]
    assert len(mine) == Obligation.objects.count()
    late = f"obligations?page_size=500&due_before={today()}"
    early = call(Client(), "GET", late, key).json()["results"]
    assert {r["duty"] for r in early} < {r["duty"] for r in mine}


def home(client: Client) -> str:
    return client.get(reverse("home:home")).content.decode()


def test_home_names_what_the_owner_has_to_do(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    assert "duty for Credit scoring" not in home(alice)
    Obligation.objects.filter(duty="art-26-2").update(owner=world.alice)
    soon = Period.objects.filter(pk=period(system).pk)
    soon.update(due_on=today() + timedelta(days=31))
    assert "duty for Credit scoring" not in home(alice)
    soon.update(due_on=today() + timedelta(days=30))
    assert "Meet a duty for Credit scoring" in home(alice)
    assert "in 30 days" in home(alice)
    assert "duty for Credit scoring" not in home(bob)


def test_home_names_what_waits_for_a_second_person(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    act(signed_in(world.bob), system, "submit", text="Done.")
    assert "Decide about a duty" not in home(signed_in(world.bob))
    assert "Decide about a duty" not in home(signed_in(world.alice))
    second = a_person("Greta", world.acme, Role.COMPLIANCE_OFFICER)
    assert "Decide about a duty of Credit scoring" in home(signed_in(second))

"""The alarm where people meet it: home, overview, its own pages, the API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from governance.value_chain.models import ChainAnswer
from registry.people.models import User
from tests.factories import World
from tests.governance.value_chain.chain import (
    ALL,
    a_chain,
    alarms,
    an_operator,
    answer,
    change,
    every_alarm,
    version,
)
from tests.registry.facts import a_service_key, call

SignIn = Callable[[User], Client]
NO = dict.fromkeys(ALL, "no") | {"reason": "Installed as it came."}


@pytest.fixture
def chain(world: World) -> Any:
    found = a_chain(world.system)
    change(world.system)
    return found


def test_it_stands_on_home_and_on_the_overview_until_it_is_answered(
    world: World, chain: Any, signed_in: SignIn
) -> None:
    client, system = signed_in(world.alice), world.system
    asked = "Say whether this made somebody the provider of Credit scoring"
    assert asked in client.get("/").content.decode()
    overview = client.get(f"/systems/{system.pk}/").content.decode()
    assert "Did somebody become the provider?" in overview
    [alarm] = alarms(system)
    page = f"/systems/{system.pk}/value-chain/change/{alarm.id}/"
    assert page in overview
    shown = client.get(page).content.decode()
    assert "they put their name or trademark on a high-risk AI system" in shown
    assert "Called otherwise." in shown
    empty = client.post(page, {})
    assert empty.status_code == 422
    kept = client.post(page, NO, follow=True).content.decode()
    assert "Nobody became the provider" in kept
    assert "Installed as it came." in kept
    assert asked not in client.get("/").content.decode()
    overview = client.get(f"/systems/{system.pk}/").content.decode()
    assert "Did somebody become the provider?" not in overview


def test_a_doubt_stands_on_the_home_page_of_the_person_who_finds_out(
    world: World, chain: Any, signed_in: SignIn
) -> None:
    version(world.system)
    first, second = alarms(world.system)
    for alarm in (first, second):
        doubt = {"task_for": world.bob, "reason": "The contract is not here."}
        answer(world.system, alarm, world.alice, "not_established", **doubt)
    assert (
        "made somebody the provider"
        not in signed_in(world.alice).get("/").content.decode()
    )
    home = signed_in(world.bob).get("/").content.decode()
    assert "Say whether these made somebody the provider" in home
    assert "The contract is not here." in home
    # When that person has left, everybody who can answer is asked.
    world.bob.memberships.all().delete()
    assert (
        "made somebody the provider" in signed_in(world.alice).get("/").content.decode()
    )


def test_a_yes_on_the_page_shows_what_the_first_provider_owes(
    world: World, chain: Any, signed_in: SignIn
) -> None:
    _maker, bank = chain
    [alarm] = alarms(world.system)
    tab = f"/systems/{world.system.pk}/value-chain/"
    yes = NO | {"art-25-1-b": "yes", "operator": bank.pk, "became_on": "2026-06-01"}
    client = signed_in(world.alice)
    shown = client.post(f"{tab}change/{alarm.id}/", yes, follow=True).content.decode()
    assert "Bank eG is the provider since 1 Jun 2026" in shown
    assert "Known limitations and failure modes" in shown
    assert "Whether it had ruled the change out is not established." in shown
    # Somebody else with the page of before is told, and nothing is put over it.
    late = signed_in(world.bob).post(f"{tab}change/{alarm.id}/", NO | {"seen": ""})
    assert late.status_code == 422
    assert "Somebody else answered" in late.content.decode()
    assert ChainAnswer.objects.count() == 1


def test_the_api_lists_what_waits_and_takes_the_answer_of_a_person(
    world: World, chain: Any, signed_in: SignIn
) -> None:
    client, path = signed_in(world.alice), f"systems/{world.system.pk}/value-chain"
    [waiting] = client.get(f"/api/v1/{path}").json()["open"]
    assert [each["id"] for each in waiting["letters"]] == list(ALL)
    assert waiting["candidates"][0]["operator_name"] == "Bank eG"
    body = {
        "occasion": waiting["occasion"],
        "letters": dict.fromkeys(ALL, "no"),
        "reason": "Installed as it came.",
    }
    key = a_service_key(world.acme)
    assert call(Client(), "GET", path, key).status_code == 200
    assert call(Client(), "POST", f"{path}/answers", key, body).status_code == 403

    def post(**more: Any) -> Any:
        sent = json.dumps(body | more)
        return client.post(f"/api/v1/{path}/answers", sent, "application/json")

    refused = post(letters={"art-25-1-a": "no"})
    assert refused.status_code == 400
    assert "art-25-1-b" in refused.content.decode()
    assert post(letters={"art-25-9": "no"}).status_code == 400
    made = post()
    assert made.status_code == 201
    assert (made.json()["outcome"], made.json()["answered_by"]) == ("no", "Alice")
    assert post(seen="").status_code == 409
    assert client.get(f"/api/v1/{path}").json() == {"open": []}
    listed = client.get(f"/api/v1/{path}/answers").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]


def test_stating_a_role_leads_on_to_what_the_act_asks_of_it(
    world: World, signed_in: SignIn
) -> None:
    system, client = world.system, signed_in(world.alice)
    operator = an_operator(system, "Bank eG")

    def state(role: str) -> str:
        facts = {"operator": operator.pk, "role": role, "held_from": "2026-03-01"}
        path = f"/systems/{system.pk}/roles/add/"
        leads = client.post(path, facts | {"reason": "Does."})["location"]
        return str(client.get(leads)["location"])

    asks = state("deployer")
    [alarm] = every_alarm(system)
    assert asks == f"/systems/{system.pk}/value-chain/role/{alarm.id}/"
    said = dict.fromkeys(ALL, "no") | {"reason": "Under the maker's name."}
    kept_as = client.post(asks, said, follow=True).content.decode()
    assert "Bank eG in the role “Deployer (Art. 3(4))”" in kept_as
    assert every_alarm(system) == []
    assert state("provider") == f"/systems/{system.pk}/"

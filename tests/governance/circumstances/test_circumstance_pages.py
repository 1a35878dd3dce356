"""Who we are: facts are stated on a page or over the API, and what was stated stays."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from governance.access.services import grant_system
from governance.circumstances.models import Circumstance
from registry.people.models import User
from tests.factories import TESTER, World
from tests.governance.circumstances.test_circumstances import JUNE, MARCH, holds, state

SignIn = Callable[[User], Client]
SAID = {"answer": "yes", "where": "here", "held_from": "2026-03-01", "reason": "Staff."}


@pytest.fixture
def bank(world: World) -> Any:
    return holds(world.system, "deployer", name="Beispielbank eG")


def test_a_fact_is_stated_on_its_page_and_read_on_the_page_of_the_system(
    world: World, bank: Any, signed_in: SignIn
) -> None:
    client, page = signed_in(world.alice), f"/systems/{world.system.pk}/circumstances/"
    before = client.get(page).content.decode()
    assert "Do you, as an employer" in before
    assert "Facts that decide nothing here at the moment" in before
    assert "not established" in before
    kept = client.post(f"{page}{bank.pk}/employer/", SAID)
    assert kept["location"] == f"{page}#{bank.pk}-employer"
    after = client.get(page).content.decode()
    assert "stated by Alice: Staff." in after
    onward = client.post(f"{page}{bank.pk}/employer/", SAID | {"then": "next"})
    assert onward.status_code == 422  # the answer above was not the one it has seen
    seen = str(Circumstance.objects.get().pk)
    onward = client.post(
        f"{page}{bank.pk}/employer/", SAID | {"then": "next", "seen": seen}
    )
    assert onward["location"].startswith(f"{page}{bank.pk}/")
    assert "employer" not in onward["location"]


def test_the_second_of_two_people_is_told_what_the_first_stated(
    world: World, bank: Any, signed_in: SignIn
) -> None:
    page = f"/systems/{world.system.pk}/circumstances/{bank.pk}/police/"
    state(bank, "police", "no", author=world.bob, reason="No force.")
    late = signed_in(world.alice).post(page, SAID | {"seen": ""})
    assert late.status_code == 422
    assert "Somebody else answered" in late.content.decode()
    assert "No force." in late.content.decode()
    assert Circumstance.objects.count() == 1
    seen = str(Circumstance.objects.get().pk)
    anew = signed_in(world.alice).post(page, SAID | {"seen": seen})
    assert anew.status_code == 302
    # Both stay readable; the newer counts.
    history = signed_in(world.alice).get(page).content.decode()
    assert history.index("Staff.") < history.index("No force.")


def test_a_fact_of_the_whole_organisation_is_stated_once_for_all_systems(
    world: World, bank: Any, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    page = f"/operators/{bank.pk}/circumstances/"
    client.post(f"{page}public_body/", SAID)
    assert Circumstance.objects.get().system is None
    assert "Staff." in client.get(page).content.decode()
    of_system = client.get(f"/systems/{world.system.pk}/circumstances/")
    assert "for all systems: Staff." in of_system.content.decode()
    assert client.get(f"{page}left_handed/").status_code == 404


def test_the_api_states_facts_and_says_who_acts_on_a_day(
    world: World, bank: Any, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)

    def post(path: str, **body: Any) -> Any:
        said = {"flag": "employer", "answer": "yes", "held_from": "2026-06-01", **body}
        return client.post(f"/api/v1/{path}", json.dumps(said), "application/json")

    of_system = f"systems/{world.system.pk}/circumstances"
    assert post(of_system, operator=str(bank.pk)).status_code == 201
    assert post(of_system, operator=str(bank.pk), seen="").status_code == 409
    assert post(of_system, operator=str(world.system.pk)).status_code == 400
    assert post(of_system, operator=str(bank.pk), flag="left").status_code == 400
    everywhere = post(f"operators/{bank.pk}/circumstances", flag="union_body")
    assert everywhere.json()["system"] is None
    listed = client.get(f"/api/v1/{of_system}").json()["results"]
    assert [row["flag"] for row in listed] == ["union_body", "employer"]
    assert listed[1]["stated_by"] == "Alice"
    acting = f"/api/v1/systems/{world.system.pk}/acting"
    assert client.get(acting, {"on": "2026-02-01"}).json()["acting"] == []
    [on_march] = client.get(acting, {"on": MARCH.isoformat()}).json()["acting"]
    [on_june] = client.get(acting, {"on": JUNE.isoformat()}).json()["acting"]
    assert (on_march["roles"], on_march["flags"]) == (["deployer"], {})
    assert on_june["flags"] == {"employer": "yes", "union_body": "yes"}
    assert client.get(acting, {"on": "soon"}).status_code == 400


def test_the_database_refuses_to_change_what_was_stated(
    world: World, bank: Any
) -> None:
    state(bank, "employer", "no")
    for refused in ("UPDATE {} SET answer = 'yes'", "DELETE FROM {}"):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(refused.format("governance_circumstance"))
    assert Circumstance.objects.get().answer == "no"


def test_somebody_who_may_not_state_facts_reads_them(
    world: World, bank: Any, signed_in: SignIn
) -> None:
    state(bank, "employer", "no", at=timezone.now(), by=TESTER)
    page = f"/systems/{world.system.pk}/circumstances/{bank.pk}/employer/"
    client = signed_in(world.charlie)
    assert client.get(page).status_code == 404
    assert client.post(page, SAID).status_code == 404
    # An authority meets operators on its systems alone, and is led to no page of one.
    until = timezone.now() + timedelta(days=1)
    facts = {"until": until, "by": TESTER, "at": timezone.now()}
    grant_system(user=world.dana, system=world.system, **facts)
    mine = f"/systems/{world.system.pk}/circumstances/"
    link = f'href="/operators/{bank.pk}/circumstances/"'
    assert link in signed_in(world.alice).get(mine).content.decode()
    assert link not in signed_in(world.dana).get(mine).content.decode()

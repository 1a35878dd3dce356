"""From the request to the entry, as officers and programs do it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.duties.models import Hold
from audits.erasure.models import Erasure
from audits.payloads.selectors import read_parts
from audits.trail.models import TrailEntry
from registry.people.models import Role, ServiceScope
from registry.people.services import mint_service_key
from tests.factories import (
    TESTER,
    World,
    a_person,
    a_source_key,
    an_event,
    post_events,
)

PERSON = "person-4711"
BECAUSE = "No log of this person is needed for Art. 12."
SignIn = Callable[..., Client]


@pytest.fixture
def posted(world: World) -> dict[str, str]:
    key = a_source_key(world.system)
    events = [an_event(subject=each) for each in (PERSON, "another", PERSON)]
    assert post_events(Client(), key, *events).status_code == 201
    return {"about": events[0]["id"], "key": key}


def address(world: World, end: str = "") -> str:
    return f"/systems/{world.system.pk}/erasures/{end}"


def ask(client: Client, world: World, **more: str) -> str:
    typed = {"subject": PERSON, "ground": "17(1)(b)", "reference": "DSR-7", **more}
    answer = client.post(address(world, "add/"), typed)
    return (
        answer.content.decode()
        if answer.status_code == 200
        else answer.headers["Location"]
    )


def test_asked_by_one_and_erased_by_another(
    world: World, posted: dict[str, str], signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    looked = ask(alice, world)
    assert "six months" in looked
    assert "Ask for the erasure" in looked
    assert not Erasure.objects.exists()
    assert "keeps nothing about a person" in ask(alice, world, subject="nobody")
    page = ask(alice, world, ask="1")
    assert PERSON not in page
    assert alice.post(page + "erase/", {}).status_code == 403
    home = bob.get("/").content.decode()
    assert "Decide whether a person is erased" in home
    shown = bob.get(page).content.decode()
    assert "six months" in shown
    assert PERSON not in shown
    typed = {"erase-duty-act": "", "erase-typed": world.system.name}
    refused = bob.post(page + "erase/", typed)
    assert refused.status_code == 422
    assert read_parts(world.system.log, 3)
    unnamed = bob.post(
        page + "erase/", {**typed, "erase-duty-act": BECAUSE, "erase-typed": "x"}
    )
    assert unnamed.status_code == 422
    assert "This is not its name" in unnamed.content.decode()
    done = bob.post(page + "erase/", {**typed, "erase-duty-act": BECAUSE}, follow=True)
    assert "2 payloads deleted" in done.content.decode()
    found = Erasure.objects.get()
    assert (found.state, found.gone, found.decided_by) == ("erased", 2, "Bob")
    acts = TrailEntry.objects.filter(verb__startswith="erasure.").order_by("idx")
    assert [act.verb for act in acts] == ["erasure.requested", "erasure.approved"]
    assert acts[1].details["resolved"][0]["because"] == BECAUSE
    assert PERSON not in str([act.details for act in acts])
    bundle = bob.get(page + "proof/").json()
    assert bundle["index"] == found.entry_idx
    again = bob.post(page + "erase/", {**typed, "erase-duty-act": BECAUSE})
    assert again.status_code == 422


def test_the_records_are_kept_for_a_ground_and_come_back_when_due(
    world: World, posted: dict[str, str], signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    page = ask(alice, world, ask="1")
    Hold.objects.create(
        log=world.system.log, tag=None, reason="Smith v. Acme", placed_by="Bob",
        placed_at=timezone.now(),
    )  # fmt: skip
    shown = bob.get(page).content.decode()
    assert "Smith v. Acme" in shown
    day = (timezone.now() + timedelta(days=200)).date()
    kept = {"keep-exemption": "17(3)(b)", "keep-reasons": "Art. 26(6)"}
    answer = bob.post(page + "keep/", {**kept, "keep-due": "2020-01-01"})
    assert answer.status_code == 422
    assert "lies in the past" in answer.content.decode()
    assert bob.post(page + "keep/", {**kept, "keep-due": str(day)}).status_code == 302
    assert "Decide whether a person is erased" not in bob.get("/").content.decode()
    Erasure.objects.update(due=timezone.now().date())
    assert "It was postponed to this day" in bob.get("/").content.decode()
    assert bob.post(page + "keep/", kept).status_code == 302
    assert Erasure.objects.get().state == "refused"
    assert "freedom" not in bob.get(page).content.decode()
    assert "legal obligation" in bob.get(page).content.decode()
    acts = TrailEntry.objects.filter(verb__startswith="erasure.").order_by("idx")
    assert [act.verb for act in acts] == [
        "erasure.requested", "erasure.postponed", "erasure.refused",
    ]  # fmt: skip
    assert read_parts(world.system.log, 3)
    # A refused request does not bar a new one.
    assert ask(alice, world, ask="1") != page


def test_who_asked_does_not_decide_whatever_roles_they_have(
    world: World, posted: dict[str, str], signed_in: SignIn
) -> None:
    bob = signed_in(world.bob)
    page = ask(bob, world, ask="1")
    assert "Another person with the right" in bob.get(page).content.decode()
    typed = {"erase-duty-act": BECAUSE, "erase-typed": world.system.name}
    refused = bob.post(page + "erase/", typed)
    assert refused.status_code == 422
    assert read_parts(world.system.log, 3)
    second = a_person("Eve", world.acme, Role.COMPLIANCE_OFFICER)
    assert signed_in(second).post(page + "erase/", typed).status_code == 302
    assert not read_parts(world.system.log, 3)


def test_a_program_asks_and_a_person_decides(
    world: World, posted: dict[str, str], signed_in: SignIn
) -> None:
    _row, key = mint_service_key(
        organisation=world.acme, name="Privacy desk", expires_at=None, by=TESTER,
        scopes=[ServiceScope.REGISTRY_READ, ServiceScope.REGISTRY_WRITE],
        at=timezone.now(),
    )  # fmt: skip
    client = Client(headers={"authorization": f"Bearer {key}"})
    body = {"system": str(world.system.pk), "subject": PERSON, "ground": "17(1)(b)"}
    made = client.post("/api/v1/erasures", body, "application/json")
    assert made.status_code == 201, made.content
    found = made.json()
    assert found["would_erase"]["predictions"] == 2
    assert [each["kind"] for each in found["stands_against"]] == ["duty"]
    assert PERSON not in made.content.decode()
    twice = client.post("/api/v1/erasures", body, "application/json")
    assert twice.status_code == 400
    assert "asked for already" in twice.content.decode()
    foreign = {**body, "system": str(world.foreign.pk)}
    assert (
        client.post("/api/v1/erasures", foreign, "application/json").status_code == 404
    )
    listed = client.get(f"/api/v1/erasures?system={world.system.pk}").json()
    assert [each["id"] for each in listed["results"]] == [found["id"]]
    typed = {"erase-duty-act": BECAUSE, "erase-typed": world.system.name}
    page = address(world, f"{found['id']}/erase/")
    assert signed_in(world.bob).post(page, typed).status_code == 302
    now = client.get(f"/api/v1/erasures/{found['id']}").json()
    assert (now["state"], now["gone"], now["would_erase"]) == ("erased", 2, None)
    assert now["entry"] is not None

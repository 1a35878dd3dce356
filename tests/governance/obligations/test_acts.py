"""Working on a duty, and deciding about it as a second person."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from governance.obligations.models import Period
from registry.documents.services import add_document
from registry.people.models import Role
from registry.systems.models import AISystem
from tests.factories import TESTER, World, a_person
from tests.governance.obligations.world import now, period, row, with_duties
from tests.registry.facts import verbs

SignIn = Callable[[Any], Client]
DUTY = "art-26-2"


@pytest.fixture
def system(world: World) -> AISystem:
    return with_duties(world)


def post(
    client: Client, system: AISystem, act: str, duty: str = DUTY, **fields: Any
) -> Any:
    """An act on the current period, of the revision that stands unless one is given."""
    about = row(system, duty)
    told = {"revision": about.revision, "period": period(system, duty).pk, **fields}
    return client.post(
        reverse("obligations:act", args=[system.pk, about.pk, act]), told
    )


def a_document(world: World, system: AISystem) -> str:
    made = add_document(
        organisation=system.organisation, system=system, title="Training record",
        file_name="t.txt", chunks=[b"All were trained."], uploaded_by=world.alice,
        by=TESTER, at=now(),
    )  # fmt: skip
    return str(made.pk)


def test_evidence_is_submitted_by_one_and_accepted_by_another(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    post(alice, system, "start")
    assert period(system).state == "in_progress"
    link = f"classification:{system.classifications.get().pk}"
    proof = {"documents": [a_document(world, system)], "links": [link], "text": "See."}
    assert post(alice, system, "submit", **proof).status_code == 302
    found = period(system)
    assert (found.state, found.submitted_by) == ("submitted", world.alice)
    assert found.documents.get().title == "Training record"
    page = bob.get(reverse("obligations:one", args=[system.pk, row(system).pk]))
    assert b"Training record" in page.content
    assert f"/classification/{link.partition(':')[2]}/" in page.content.decode()
    assert post(bob, system, "accept").status_code == 302
    assert (period(system).state, period(system).decided_by) == ("accepted", world.bob)
    acts = [verb for verb in verbs(system) if verb.startswith("duty.")]
    assert acts == ["duty.started", "duty.submitted", "duty.accepted"]


def test_nobody_accepts_what_they_submitted(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    bob = signed_in(world.bob)
    post(bob, system, "submit", text="Done.")
    refused = post(bob, system, "accept")
    assert refused.status_code == 422
    assert "You submitted it yourself" in refused.content.decode()
    assert period(system).state == "submitted"
    mine = Period.objects.filter(pk=period(system).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update(state="accepted", decided_by=world.bob, decided_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update(state="accepted")


def test_what_is_returned_goes_on_with_the_reason(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    engineer = a_person("Eve", world.acme, Role.ENGINEER)
    eve, bob = signed_in(engineer), signed_in(world.bob)
    post(eve, system, "submit", text="Done.")
    assert post(bob, system, "return", reason=" ").status_code == 422
    post(bob, system, "return", reason="The names are missing.")
    assert period(system).state == "in_progress"
    page = eve.get(reverse("obligations:one", args=[system.pk, row(system).pk]))
    assert b"The names are missing." in page.content
    post(eve, system, "submit", text="With names.")
    assert (period(system).decided_by, period(system).decision_note) == (None, "")


def test_that_it_does_not_apply_takes_a_reason_and_a_second_person(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    assert post(alice, system, "not-applicable", reason="").status_code == 422
    post(alice, system, "not-applicable", reason="Nobody oversees it yet.")
    assert period(system).state == "said_not_applicable"
    post(bob, system, "accept")
    assert period(system).state == "not_applicable"
    assert row(system).periods.count() == 1
    post(alice, system, "open-again", reason="Somebody does now.")
    again = period(system)
    assert (again.number, again.state) == (2, "open")
    assert again.due_reason == "Somebody does now."


def test_an_accepted_duty_is_looked_at_again_by_its_interval(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    post(alice, system, "review", months="12")
    post(alice, system, "submit", text="Done.")
    post(bob, system, "accept")
    following, first = period(system), row(system).periods.get(number=1)
    assert (first.state, first.current) == ("accepted", False)
    assert (following.number, following.state) == (2, "open")
    day = first.decided_at.date()
    assert following.due_on == day.replace(year=day.year + 1)


def test_an_interval_that_is_stated_later_opens_the_next_period(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    post(alice, system, "submit", text="Done.")
    post(bob, system, "accept")
    assert period(system).number == 1
    post(alice, system, "review", months="1")
    assert (period(system).number, period(system).due_basis) == (2, "review")


def test_a_person_may_state_another_day_and_says_why(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    assert post(alice, system, "due", due_on="2026-12-24").status_code == 422
    post(alice, system, "due", due_on="2026-12-24", reason="The audit is then.")
    assert period(system).due_on == date(2026, 12, 24)
    page = alice.get(reverse("obligations:one", args=[system.pk, row(system).pk]))
    assert b"The audit is then." in page.content


def test_two_who_act_at_once_are_told_and_lose_nothing(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    seen = row(system).revision
    post(alice, system, "start")
    late = post(alice, system, "submit", text="My long text.", revision=seen)
    html = late.content.decode()
    assert late.status_code == 422
    assert "Somebody else did something" in html
    assert "My long text." in html
    assert f'name="revision" value="{row(system).revision}"' in html
    assert period(system).state == "in_progress"


def test_many_duties_are_given_to_one_person_at_once(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    rows = [row(system), row(system, "art-4")]
    ticked = {"duty": [f"{r.pk}:{r.revision}" for r in rows], "owner": world.bob.pk}
    url = reverse("obligations:assign", args=[system.pk])
    alice.post(url, ticked)
    assert [row(system).owner, row(system, "art-4").owner] == [world.bob, world.bob]
    stale = {**ticked, "owner": world.alice.pk}
    told = alice.post(url, stale, follow=True).content.decode()
    assert "Nothing changed" in told
    assert row(system).owner == world.bob
    outside = {"duty": [f"{row(system).pk}:1"], "owner": world.charlie.pk}
    assert "Nothing changed" in alice.post(url, outside, follow=True).content.decode()
    assert row(system).owner == world.bob


def test_an_authority_is_never_an_owner(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    post(signed_in(world.alice), system, "assign", owner=world.dana.pk)
    assert row(system).owner is None


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ENGINEER, {"start", "submit"}),
        (Role.RISK_OFFICER, {"start", "submit", "due", "review", "not-applicable"}),
        (Role.AUDITOR, set()),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_a_role_does_what_its_line_of_the_table_says(
    world: World,
    system: AISystem,
    signed_in: SignIn,
    role: Role,
    allowed: set[str],
) -> None:
    client = signed_in(a_person("Frida", world.acme, role))
    every = ("start", "submit", "due", "review", "not-applicable", "accept", "return")
    got = {act for act in every if post(client, system, act).status_code != 403}
    assert got == allowed
    stranger = signed_in(world.charlie)
    assert {post(stranger, system, act).status_code for act in every} == {404}


def test_a_duty_of_another_system_is_404(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    zoe = signed_in(a_person("Zoe", world.other, Role.COMPLIANCE_OFFICER))
    url = reverse("obligations:one", args=[world.foreign.pk, row(system).pk])
    assert zoe.get(url).status_code == 404

"""A fact that is not established, asked of a colleague; their answer is proposed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.classification.models import (
    Classification,
    ClassificationDraft,
    FactRequest,
)
from registry.people.models import Role, User
from tests.factories import World, a_person
from tests.governance.classification.interview import (
    address,
    propose,
    walk_to_review,
    walk_to_verdict,
)
from tests.governance.law.worlds import CREDIT

SignIn = Callable[[Any], Client]
OPEN = CREDIT | {"finance_facts": ["not_established"]}
FACT = "credit_natural_persons"


@pytest.fixture
def engineer(world: World) -> User:
    return a_person("Erin", world.acme, Role.ENGINEER)


def asked(world: World, client: Client, person: User, fact: str = FACT) -> Any:
    form = {"fact": fact, "asked_of": str(person.pk), "back": "verdict"}
    return client.post(address("ask", world.system), form, follow=True)


def told(world: World, client: Client) -> FactRequest:
    row = FactRequest.objects.get()
    form = {"asked": FACT, FACT: "yes", f"{FACT}-source": "Our loan contracts"}
    answer = client.post(address("asked", world.system, row.pk), form)
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    return row


def test_it_is_on_the_list_of_who_was_asked_and_comes_back_as_a_proposal(
    world: World, signed_in: SignIn, engineer: User
) -> None:
    alice, erin = signed_in(world.alice), signed_in(engineer)
    walk_to_verdict(alice, world.system, OPEN)
    asked(world, alice, engineer)
    assert "Alice asks: Are natural persons" in erin.get("/").content.decode()
    row = told(world, erin)
    assert "Alice asks" not in erin.get("/").content.decode()
    html = alice.get(address("verdict", world.system)).content.decode()
    assert "Colleagues have answered" in html
    assert "knows it from: Our loan contracts" in html
    assert FACT not in ClassificationDraft.objects.get().answers, "only proposed"
    assert "Not established: High-risk" in html
    alice.post(address("take_in", world.system, row.pk))
    draft = ClassificationDraft.objects.get()
    assert draft.answers[FACT] == "yes"
    assert draft.provenance[FACT]["author"] == str(engineer.pk)
    assert draft.provenance[FACT]["source"] == "Our loan contracts"
    _pages, review = walk_to_review(alice, world.system, OPEN)
    propose(alice, world.system, review)
    made = Classification.objects.get()
    assert made.answers[FACT] == "yes"
    assert made.provenance[FACT]["author"] == str(engineer.pk)


def test_another_answer_to_the_question_it_is_asked_with_goes_before_it(
    world: World, signed_in: SignIn, engineer: User
) -> None:
    alice, erin = signed_in(world.alice), signed_in(engineer)
    walk_to_verdict(alice, world.system, OPEN)
    asked(world, alice, engineer)
    alice.post(address("take_in", world.system, told(world, erin).pk))
    assert FACT in ClassificationDraft.objects.get().answers
    html = alice.get(address("verdict", world.system)).content.decode()
    number = html.split("#q_finance_facts")[0].rsplit("?page=", 1)[1].split("&")[0]
    here = f"{address('wizard', world.system)}?page={number}"
    page = alice.get(here).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {"asked": "finance_facts", "finance_facts": ["none"], "seen": seen}
    alice.post(here, form)
    assert FACT not in ClassificationDraft.objects.get().answers


def test_only_who_was_asked_answers_and_only_once(
    world: World, signed_in: SignIn, engineer: User
) -> None:
    alice, erin = signed_in(world.alice), signed_in(engineer)
    asked(world, alice, engineer)
    row = FactRequest.objects.get()
    page = address("asked", world.system, row.pk)
    assert alice.get(page).status_code == 403
    assert signed_in(world.charlie).get(page).status_code == 404
    first = told(world, erin)
    erin.post(page, {"asked": FACT, FACT: "no"})
    row.refresh_from_db()
    assert (row.answer, row.answered_at) == ("yes", first.answered_at)
    assert "You answered on" in erin.get(page).content.decode()


def test_nobody_outside_is_asked_and_nobody_twice(
    world: World, signed_in: SignIn, engineer: User
) -> None:
    alice = signed_in(world.alice)
    for person in (world.charlie, world.dana, world.alice):
        html = asked(world, alice, person).content.decode()
        assert "Choose somebody else of your organisation" in html
    assert "no such question" in asked(world, alice, engineer, "x").content.decode()
    asked(world, alice, engineer)
    html = asked(world, alice, world.bob).content.decode()
    assert "Erin is asked already" in html
    row = FactRequest.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        FactRequest.objects.create(
            system=world.system, fact=FACT, asked_of=world.bob,
            asked_by=world.alice, asked_at=timezone.now(),
        )  # fmt: skip
    alice.post(address("withdraw", world.system, row.pk))
    assert "Alice asks" not in signed_in(engineer).get("/").content.decode()
    asked(world, alice, world.bob)
    assert FactRequest.objects.count() == 2


def test_asking_answering_and_withdrawing_leave_trail_entries(
    world: World, signed_in: SignIn, engineer: User
) -> None:
    alice = signed_in(world.alice)
    asked(world, alice, engineer)
    row = told(world, signed_in(engineer))
    alice.post(address("withdraw", world.system, row.pk))
    entries = TrailEntry.objects.filter(
        log=world.system.log, verb__startswith="fact."
    ).order_by("idx")
    assert [(each.verb, each.actor_name) for each in entries] == [
        ("fact.asked", "Alice"),
        ("fact.answered", "Erin"),
        ("fact.withdrawn", "Alice"),
    ]
    assert entries[1].details["source"] == "Our loan contracts"

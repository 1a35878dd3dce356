"""By which law: today's, another day's, another edition's."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from governance.classification.models import Classification, ClassificationDraft
from governance.classification.services import classify_system, save_draft
from tests.factories import TESTER, World
from tests.governance.classification.interview import address, propose
from tests.governance.law.worlds import CREDIT

SignIn = Callable[[Any], Client]


def a_draft(world: World, **law: Any) -> None:
    save_draft(system=world.system, author=world.alice, answers=CREDIT, **law)


def test_the_law_in_force_on_the_day_decides(world: World, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    a_draft(world)
    law = address("law", world.system)
    old = alice.post(law, {"on": "2026-07-26", "edition": ""}, follow=True).content
    assert "High-risk from 2 Aug 2026" in old.decode()
    new = alice.post(law, {"on": "2026-07-27", "edition": ""}, follow=True).content
    assert "High-risk from 2 Dec 2027" in new.decode()
    assert "Hypothetical" not in new.decode()


def test_another_edition_is_labelled_hypothetical_and_cannot_be_proposed(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    a_draft(world)
    html = alice.post(
        address("law", world.system),
        {"on": "2026-11-23", "edition": "enacted_2024"},
        follow=True,
    ).content.decode()
    assert "Hypothetical" in html
    assert "Propose this classification" not in html
    assert Classification.objects.count() == 0


def test_a_wrong_day_changes_nothing_and_says_so(
    world: World, signed_in: SignIn
) -> None:
    a_draft(world)
    response = signed_in(world.alice).post(
        address("law", world.system), {"on": "yesterday", "edition": "x"}, follow=True
    )
    assert "The law stays as it was" in response.content.decode()
    assert ClassificationDraft.objects.get().on is None


def test_what_is_proposed_is_what_was_read(world: World, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    a_draft(world)
    review = alice.get(address("review", world.system)).content.decode()
    save_draft(
        system=world.system,
        author=world.alice,
        answers=CREDIT | {"our_roles": ["provider"]},
    )
    response = propose(alice, world.system, review)
    assert response.status_code == 422
    assert "have changed since you read" in response.content.decode()
    assert not Classification.objects.exists()


def test_the_same_answers_by_another_law_are_computed_and_not_stored(
    world: World, signed_in: SignIn
) -> None:
    classify_system(
        system=world.system,
        answers=CREDIT,
        author=world.alice,
        on=timezone.localdate(),
        by=TESTER,
        at=timezone.now(),
    )
    dana = signed_in(world.bob)
    page = address("overview", world.system)
    html = dana.get(page, {"on": "2026-07-26", "edition": ""}).content.decode()
    assert "By the law on 26 Jul 2026" in html
    assert "High-risk from 2 Aug 2026" in html
    guess = dana.get(page, {"on": "2026-07-27", "edition": "enacted_2024"})
    assert "Hypothetical" in guess.content.decode()
    assert dana.get(page, {"on": "nonsense"}).status_code == 422
    assert dana.get(page, {"on": "0001-01-01"}).status_code == 200
    assert dana.get(page, {"on": "9999-12-31"}).status_code == 200
    row = Classification.objects.get()
    assert row.on == timezone.localdate() != date(2026, 7, 26)

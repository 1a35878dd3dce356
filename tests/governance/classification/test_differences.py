"""What a re-assessment says otherwise: answers, findings, days, duties, and why."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from governance.classification.contents.differences import differences
from governance.classification.contents.stands import stand
from governance.classification.services import approve_classification, classify_system
from governance.law.classify import classify
from registry.operators.models import Operator, OperatorRoleName
from registry.systems.models import OperatorRole
from tests.factories import TESTER, World
from tests.governance.classification.interview import address, walk_to_review
from tests.governance.law.worlds import CREDIT, TODAY

SignIn = Callable[[Any], Client]
FRAUD = CREDIT | {"finance_facts": ["credit_of_people", "only_fraud"]}


def as_provider(world: World) -> None:
    operator = Operator.objects.create(
        organisation=world.acme, name="Acme Bank AG", country="DE", ours=True
    )
    OperatorRole.objects.create(
        system=world.system,
        operator=operator,
        role=OperatorRoleName.PROVIDER,
        held_from=date(2026, 1, 1),
        reason="It made the system.",
    )


def compared(world: World, before: Any, after: Any, *, was: date = TODAY) -> Any:
    first = stand(world.system, before, classify(before, was))
    return differences(first, stand(world.system, after, classify(after, TODAY)))


def test_the_same_answers_on_the_same_day_differ_in_nothing(world: World) -> None:
    as_provider(world)
    assert not compared(world, CREDIT, CREDIT)


def test_a_changed_answer_is_named_as_the_reason_of_what_follows(world: World) -> None:
    as_provider(world)
    found = compared(world, CREDIT, FRAUD)
    assert [each.what for each in found.answers] == [
        "What is true of it? Choose all that is."
    ]
    (gone,) = found.findings
    assert (gone.citation, gone.after) == ("Annex III, point 5(b)", None)
    (why,) = gone.why
    assert why.startswith("What is true of it?")
    assert why.endswith("Its only purpose is to detect financial fraud")
    risks = next(each for each in found.duties if "Art. 9(1)" in each.citation)
    assert (risks.before or "").startswith("from 2 Dec 2027")
    assert risks.after is None
    assert "Acme Bank AG" in risks.what
    assert risks.why == gone.why


def test_without_a_role_of_ours_no_duty_is_compared(world: World) -> None:
    assert compared(world, CREDIT, FRAUD).duties == []


def test_a_day_that_an_edition_moved_is_a_difference_of_dates(world: World) -> None:
    as_provider(world)
    found = compared(world, CREDIT, CREDIT, was=date(2026, 7, 1))
    assert found.answers == []
    (moved,) = found.dates
    assert (moved.before, moved.after) == ("from 2 Aug 2026", "from 2 Dec 2027")
    assert moved.why[0].startswith("Another edition of the Act")


def test_the_review_shows_it_before_anything_is_proposed(
    world: World, signed_in: SignIn
) -> None:
    as_provider(world)
    row = classify_system(
        system=world.system,
        answers=CREDIT,
        author=world.alice,
        on=timezone.localdate(),
        by=TESTER,
        at=timezone.now(),
    )
    approve_classification(
        classification=row, approver=world.bob, by=TESTER, at=timezone.now()
    )
    _pages, review = walk_to_review(signed_in(world.alice), world.system, FRAUD)
    part = review[review.index("Different from the approved one before") :]
    assert "no longer found" in part
    assert "duties that follow for us are different" in part
    assert "binds no longer" in part
    page = signed_in(world.alice).get(address("overview", world.system))
    assert "Different from the approved one before" not in page.content.decode()

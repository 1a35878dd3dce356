"""Approving and returning, by a second person, bound to what was read."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.classification.models import Classification, ClassificationDraft
from governance.classification.selectors import standing
from governance.classification.services import (
    ApprovalRefused,
    ProposalRefused,
    approve_classification,
    classify_system,
)
from registry.people.models import Role
from registry.systems.models import AISystem
from tests.factories import TESTER, World, a_person
from tests.governance.classification.interview import address
from tests.governance.law.worlds import CHAT, CREDIT

SignIn = Callable[[Any], Client]


def proposed(world: World, answers: Any = CREDIT, **more: Any) -> Classification:
    facts = {"on": timezone.localdate(), "at": timezone.now(), "by": TESTER} | more
    return classify_system(
        system=world.system, answers=answers, author=world.alice, **facts
    )


def approved(world: World, row: Classification, at: datetime | None = None) -> None:
    approve_classification(
        classification=row, approver=world.bob, by=TESTER, at=at or timezone.now()
    )


def test_a_second_person_approves_and_the_findings_become_the_systems(
    world: World, signed_in: SignIn
) -> None:
    row = proposed(world)
    response = signed_in(world.bob).post(
        address("approve", world.system, row.pk), {"read_sha256": row.digest}
    )
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("approved", world.bob)
    tags = AISystem.objects.get(pk=world.system.pk).findings
    assert [tag["label"] for tag in tags] == ["High-risk from 2 Dec 2027"]
    page = signed_in(world.alice).get(address("overview", world.system))
    html = page.content.decode()
    assert "High-risk from 2 Dec 2027" in html
    assert "Bob" in html
    assert row.digest in html


def test_the_author_never_approves(world: World, signed_in: SignIn) -> None:
    a_person("Alice", world.acme, Role.COMPLIANCE_OFFICER)
    row = proposed(world)
    alice = signed_in(world.alice)
    response = alice.post(
        address("approve", world.system, row.pk), {"read_sha256": row.digest}
    )
    assert response.status_code == 422
    assert "second person" in response.content.decode()
    shown = alice.get(address("one", world.system, row.pk)).content.decode()
    assert "You answered these questions yourself" in shown
    assert "Approve this classification" not in shown
    row.refresh_from_db()
    assert row.state == "proposed"


def test_the_database_itself_refuses_an_author_who_approves(world: World) -> None:
    row = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Classification.objects.filter(pk=row.pk).update(
            decided_by=world.alice, state="approved"
        )


def test_approval_is_bound_to_the_digest_that_was_read(
    world: World, signed_in: SignIn
) -> None:
    row = proposed(world)
    response = signed_in(world.bob).post(
        address("approve", world.system, row.pk), {"read_sha256": "0" * 64}
    )
    assert response.status_code == 422
    assert "not the text that you have read" in response.content.decode()


def test_answers_that_changed_in_the_database_cannot_be_approved(world: World) -> None:
    row = proposed(world)
    Classification.objects.filter(pk=row.pk).update(answers=CHAT)
    with pytest.raises(ApprovalRefused):
        approved(world, row)


def test_what_is_decided_stays_decided(world: World) -> None:
    row = proposed(world)
    approved(world, row)
    with pytest.raises(ApprovalRefused):
        approved(world, row)


def test_returning_wants_a_reason_and_the_author_takes_the_answers_up_again(
    world: World, signed_in: SignIn
) -> None:
    row = proposed(world)
    bob, alice = signed_in(world.bob), signed_in(world.alice)
    back = address("return", world.system, row.pk)
    assert bob.post(back, {"note": " "}).status_code == 422
    bob.post(back, {"note": "Is it really not fraud detection only?"})
    html = alice.get(address("overview", world.system)).content.decode()
    assert "Is it really not fraud detection only?" in html
    alice.post(address("take", world.system, row.pk))
    assert ClassificationDraft.objects.get().answers == row.answers
    review = alice.get(address("wizard", world.system), follow=True)
    assert "Review before you propose" in review.content.decode()


def test_a_new_one_says_what_is_different(world: World, signed_in: SignIn) -> None:
    approved(world, proposed(world))
    row = proposed(world, CREDIT | {"fraud_detection_only": "yes"})
    html = signed_in(world.bob).get(address("one", world.system, row.pk)).content
    assert "no longer found" in html.decode()
    assert "Is the detection of financial fraud its only purpose?" in html.decode()


def test_an_approval_by_older_law_never_takes_the_place_of_a_newer(
    world: World,
) -> None:
    newer = proposed(world)
    older = proposed(world, CHAT, on=date(2026, 1, 1))
    approved(world, newer)
    approved(world, older)
    assert standing(world.system) == newer
    tags = AISystem.objects.get(pk=world.system.pk).findings
    assert tags[0]["kind"] == "high_risk"


def test_a_day_to_come_and_another_edition_are_looked_at_not_proposed(
    world: World,
) -> None:
    with pytest.raises(ProposalRefused):
        proposed(world, on=timezone.localdate() + timedelta(days=2))
    with pytest.raises(ProposalRefused):
        proposed(world, on=date(2026, 7, 27), edition="enacted_2024")


def test_each_act_leaves_a_trail_entry(world: World, signed_in: SignIn) -> None:
    row = proposed(world)
    other = proposed(world)
    bob = signed_in(world.bob)
    bob.post(address("approve", world.system, row.pk), {"read_sha256": row.digest})
    bob.post(address("return", world.system, other.pk), {"note": "Twice."})
    entries = TrailEntry.objects.filter(
        log=world.system.log, verb__startswith="classification."
    ).order_by("idx")
    assert [entry.verb for entry in entries] == [
        "classification.proposed",
        "classification.proposed",
        "classification.approved",
        "classification.returned",
    ]
    assert entries[2].actor_name == "Bob"
    assert entries[2].details["digest"] == row.digest


def test_taking_up_earlier_answers_never_overwrites_a_draft(
    world: World, signed_in: SignIn
) -> None:
    row = proposed(world)
    alice = signed_in(world.alice)
    begun = {"infers": "no"}
    ClassificationDraft.objects.create(
        system=world.system, author=world.alice, answers=begun
    )
    answer = alice.post(address("take", world.system, row.pk), follow=True)
    assert "You are answering already" in answer.content.decode()
    assert ClassificationDraft.objects.get().answers == begun
    alice.post(address("discard", world.system))
    assert not ClassificationDraft.objects.exists()

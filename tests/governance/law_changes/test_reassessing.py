"""Starting a re-assessment: what is refreshed, what a person is asked, and who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.access.services import grant_system
from governance.classification.models import Classification, ClassificationDraft
from governance.classification.selectors import standing
from governance.classification.services import (
    ApprovalRefused,
    approve_classification,
    classify_system,
)
from governance.law_changes import tasks
from governance.law_changes.build import portions, runs
from governance.law_changes.contents.derive import rules_now
from governance.law_changes.models import LawMove, LawRun, Snapshot
from governance.law_changes.services import start_reassessment
from governance.law_changes.tasks import UNHEARD
from registry.operators.services import FactsWrong
from registry.people.models import Membership, Role
from registry.systems.models import AISystem
from tests.factories import TESTER, World, a_person, a_system
from tests.governance.law.worlds import CHAT, CREDIT
from tests.governance.law_changes.worlds import (
    CREDIT_RULE,
    DAY,
    Amend,
    approved,
    our_deployer,
    walk,
)

SignIn = Callable[[Any], Client]
MOVES = reverse("law_changes:moves")
START = reverse("law_changes:start")
ACTS = [
    "law.compared",
    "reassessment.started",
    "reassessment.opened",
    "reassessment.finished",
]


@pytest.fixture
def moving(world: World, amend: Amend) -> World:
    """Credit scoring is no longer high-risk with profiling; the chat is as it was."""
    our_deployer(world.system)
    approved(world, world.system)
    approved(world, a_system(world.acme, "Chat"), CHAT)
    walk(world.acme)
    amend("annex_iii_5_services", CREDIT_RULE, f"not profiling and {CREDIT_RULE}")
    walk(world.acme)
    return world


def compared(world: World) -> LawRun:
    return LawRun.objects.get(kind="compare", organisation=world.acme)


def press(client: Client, world: World) -> Any:
    return client.post(START, {"read": str(compared(world).pk)})


def test_what_did_not_move_is_refreshed_and_what_moved_is_given_to_a_person(
    moving: World, signed_in: SignIn
) -> None:
    told = {"author": str(moving.bob.pk), "source": "The data sheet"}
    Classification.objects.update(provenance={"profiling": told})
    before = standing(moving.system)
    tags = AISystem.objects.get(pk=moving.system.pk).findings
    assert press(signed_in(moving.bob), moving).status_code == 302
    walk(moving.acme)
    by_name = {s.system.name: s for s in Snapshot.objects.select_related("system")}
    assert by_name["Chat"].rules == rules_now()
    assert by_name["Credit scoring"].rules != rules_now()
    move = LawMove.objects.get(opened_at__isnull=False)
    assert (move.system, move.opened_for) == (moving.system, moving.alice)
    draft = ClassificationDraft.objects.get()
    assert (draft.author, draft.answers) == (moving.alice, CREDIT)
    # Who told it, and how they know, goes with the answers.
    assert draft.provenance == {"profiling": told}
    # Nothing that was approved was replaced.
    assert standing(moving.system) == before
    assert AISystem.objects.get(pk=moving.system.pk).findings == tags
    assert Classification.objects.count() == 2


def test_the_person_finds_it_at_home_until_it_is_answered_and_a_second_approves(
    moving: World, signed_in: SignIn
) -> None:
    press(signed_in(moving.bob), moving)
    walk(moving.acme)
    alice, bob = signed_in(moving.alice), signed_in(moving.bob)
    wanted = "Re-assess Credit scoring by the law of today"
    assert wanted in alice.get("/").content.decode()
    assert wanted not in bob.get("/").content.decode()
    answered = classify_system(
        system=moving.system, answers=CREDIT, author=moving.alice,
        on=timezone.localdate(), by=TESTER, at=timezone.now(),
    )  # fmt: skip
    assert wanted not in alice.get("/").content.decode()
    with pytest.raises(ApprovalRefused):
        approve_classification(
            classification=answered, approver=moving.alice, by=TESTER,
            at=timezone.now(),
        )  # fmt: skip
    approve_classification(
        classification=answered, approver=moving.bob, by=TESTER, at=timezone.now()
    )
    walk(moving.acme)
    assert set(Snapshot.objects.values_list("rules", flat=True)) == {rules_now()}
    assert "Nothing moves" in bob.get(MOVES).content.decode()


def test_a_draft_that_is_there_stays(moving: World, signed_in: SignIn) -> None:
    begun = {"infers": "no"}
    ClassificationDraft.objects.create(
        system=moving.system, author=moving.alice, answers=begun
    )
    press(signed_in(moving.bob), moving)
    walk(moving.acme)
    assert ClassificationDraft.objects.get().answers == begun


def test_who_started_is_asked_where_the_author_has_left(
    moving: World, signed_in: SignIn
) -> None:
    Membership.objects.filter(user=moving.alice).update(until=timezone.now())
    press(signed_in(moving.bob), moving)
    walk(moving.acme)
    assert LawMove.objects.get(opened_at__isnull=False).opened_for == moving.bob


def test_a_second_press_starts_no_second_run(moving: World, signed_in: SignIn) -> None:
    bob = signed_in(moving.bob)
    press(bob, moving)
    answer = bob.post(START, {"read": str(compared(moving).pk)}, follow=True)
    assert "goes on already" in answer.content.decode()
    [run] = LawRun.objects.filter(kind="reassess")
    with pytest.raises(IntegrityError), transaction.atomic():
        LawRun.objects.create(
            organisation=moving.acme, kind="reassess", rules="r", edition="e",
            on=run.on, started_at=timezone.now(), total=0,
        )  # fmt: skip


def test_after_it_is_done_pressing_again_asks_nobody_twice(
    moving: World, signed_in: SignIn
) -> None:
    bob = signed_in(moving.bob)
    press(bob, moving)
    walk(moving.acme)
    press(bob, moving)
    walk(moving.acme)
    assert LawMove.objects.filter(opened_at__isnull=False).count() == 1
    html = bob.get(MOVES).content.decode()
    assert "1 re-assessment waits for a person" in html
    assert "Start the re-assessment" not in html


def test_a_worker_that_dies_in_a_portion_leaves_nothing_and_another_does_it(
    moving: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(signed_in(moving.bob), moving)
    run = LawRun.objects.get(kind="reassess")
    kept = list(Snapshot.objects.order_by("pk").values())

    def dies(*_given: Any, **_more: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(portions, "_record", dies)
        with pytest.raises(SystemExit), transaction.atomic():
            portions.carry_on(run.pk, timezone.now())
    assert list(Snapshot.objects.order_by("pk").values()) == kept
    assert not ClassificationDraft.objects.exists()
    assert not runs.finish(run.pk, timezone.now())
    walk(moving.acme)
    run.refresh_from_db()
    assert run.state == "done"
    assert LawMove.objects.filter(run=run, opened_at__isnull=False).count() == 1


def test_a_run_whose_ring_was_lost_is_rung_for_again_and_one_that_goes_on_is_not(
    moving: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(signed_in(moving.bob), moving)
    run = LawRun.objects.get(kind="reassess")
    rung: list[Any] = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    tasks.sweep()
    assert rung == []
    LawRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - 2 * UNHEARD)
    tasks.sweep()
    assert rung == [run.pk]
    run.portions.update(done_at=timezone.now())
    tasks.sweep()
    assert rung == [run.pk]


def test_nothing_starts_before_what_moves_is_known_and_read(
    moving: World, amend: Amend
) -> None:
    old = compared(moving)
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    facts = {"started_by": moving.bob, "by": TESTER, "at": timezone.now()}
    with pytest.raises(FactsWrong, match="not known yet"):
        start_reassessment(organisation=moving.acme, read=old.pk, **facts)
    walk(moving.acme)
    with pytest.raises(FactsWrong, match="changed since you read"):
        start_reassessment(organisation=moving.acme, read=old.pk, **facts)
    assert not LawRun.objects.filter(kind="reassess").exists()


def test_only_a_compliance_officer_starts_and_others_read(
    moving: World, signed_in: SignIn
) -> None:
    for role in Role:
        person = a_person(f"A {role.value}", moving.acme, role)
        client = signed_in(person)
        html = client.get(MOVES).content.decode()
        starts = role == Role.COMPLIANCE_OFFICER
        assert ("Start the re-assessment" in html) is starts, role
        assert ("Credit scoring" in html) is (role != Role.AUTHORITY), role
        if not starts:
            assert press(client, moving).status_code == 403, role
    charlie = signed_in(moving.charlie).get(MOVES).content.decode()
    assert "Credit scoring" not in charlie
    assert not LawRun.objects.filter(kind="reassess").exists()


def test_how_many_systems_there_are_is_not_told_to_an_authority(
    moving: World, signed_in: SignIn
) -> None:
    """It was given one system; a run goes over all of the organisation."""
    now = timezone.now()
    until = now + timedelta(days=5)
    grant_system(user=moving.dana, system=moving.system, until=until, by=TESTER, at=now)
    LawRun.objects.update(state="running", total=4711)
    progress = reverse("law_changes:progress")
    for person, told in ((moving.bob, True), (moving.dana, False)):
        client = signed_in(person)
        for url in (MOVES, progress):
            shown = client.get(url).content.decode()
            assert (("4,711" in shown) or ("4711" in shown)) is told, (person, url)


def test_the_page_says_what_moves_why_and_for_how_many(
    moving: World, signed_in: SignIn
) -> None:
    html = signed_in(moving.alice).get(MOVES).content.decode()
    assert "1 system moves" in html
    assert "Creditworthiness and credit scoring of natural persons" in html
    assert "high-risk, established; from 2 Dec 2027" in html
    assert "No longer" in html
    one = signed_in(moving.alice).get(
        reverse("law_changes:of_system", args=[moving.system.pk])
    )
    assert "Use as instructed" in one.content.decode()
    assert "Deployer of Credit scoring" in one.content.decode()


def test_each_act_stands_in_the_trail(moving: World, signed_in: SignIn) -> None:
    press(signed_in(moving.bob), moving)
    walk(moving.acme)
    rows = TrailEntry.objects.filter(verb__in=ACTS)
    told = {(row.verb, row.actor_name, row.log_id) for row in rows}
    whole, own = moving.acme.log_id, moving.system.log_id
    assert told == {
        ("law.compared", "Probatum", whole),
        ("reassessment.started", "Bob", whole),
        ("reassessment.opened", "Probatum", own),
        ("reassessment.finished", "Probatum", whole),
    }
    assert rows.count() == 4
    done = rows.get(verb="reassessment.finished").details
    assert (done["systems"], done["moved"], done["opened"]) == (2, 1, 1)

"""Home, search and the page of the Act: per role, and never across organisations."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.metrics.build import roll_up_log
from governance.classification.services import classify_system
from governance.workspace.answers import ANSWERS
from registry.people.access import acting
from registry.people.models import Role, User
from tests.factories import World, a_person, a_source_key, an_event, post_events

SignIn = Callable[[User], Client]


def test_an_unclassified_system_waits_for_the_risk_officer(
    world: World, signed_in: SignIn
) -> None:
    page = signed_in(world.alice).get(reverse("home:home"))
    assert page.status_code == 200
    assert b"Classify Credit scoring" in page.content
    assert b"Claims triage" not in page.content


def test_a_proposal_waits_for_a_second_person_and_not_for_its_author(
    world: World, signed_in: SignIn
) -> None:
    classify_system(
        system=world.system,
        answers=ANSWERS["credit-scoring"],
        author=world.alice,
        on=timezone.now().date(),
        by=acting(world.alice, world.acme),
        at=timezone.now(),
    )
    url = reverse("home:home")
    assert b"Approve the classification" in signed_in(world.bob).get(url).content
    assert b"Approve the classification" not in signed_in(world.alice).get(url).content


def test_predictions_wait_for_the_overseer_with_their_numbers(
    world: World, signed_in: SignIn, client: Client
) -> None:
    otto = a_person("Otto", world.acme, Role.OVERSEER)
    post_events(client, a_source_key(world.system), an_event(), an_event())
    roll_up_log(world.system.log)
    page = signed_in(otto).get(reverse("home:home"))
    assert b"0 reviews stand against 2 predictions" in page.content


def test_somebody_without_a_role_is_told_whom_to_ask(
    db: None, signed_in: SignIn
) -> None:
    nobody = User.objects.create_user("n@example.org", "x" * 20, name="Nobody")
    page = signed_in(nobody).get(reverse("home:home"))
    assert b"You hold no role" in page.content


def test_search_finds_what_the_person_may_see_and_nothing_else(
    world: World, signed_in: SignIn, client: Client
) -> None:
    event = an_event()
    post_events(client, a_source_key(world.system), event)
    find = reverse("home:search")
    alice, charlie = signed_in(world.alice), signed_in(world.charlie)
    assert b"Credit scoring" in alice.get(find, {"q": "credit"}).content
    assert b"Claims triage" not in alice.get(find, {"q": "claims"}).content
    assert event["id"].encode() in alice.get(find, {"q": event["id"]}).content
    found = charlie.get(find, {"q": event["id"]}).content
    assert reverse("predictions:detail", args=[world.system.pk, event["id"]]) not in (
        found.decode()
    )


def test_search_finds_articles_of_the_act(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.alice).get(reverse("home:search"), {"q": "5(b)"})
    assert b"#annex-iii-5-b" in page.content


def test_hostile_words_are_only_words(world: World, signed_in: SignIn) -> None:
    words = "<script>alert(1)</script>\x00%27"
    page = signed_in(world.alice).get(reverse("home:search"), {"q": words})
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_the_page_of_the_act_shows_both_editions(
    world: World, signed_in: SignIn
) -> None:
    page = signed_in(world.alice).get(reverse("home:law"), {"q": "creditworthiness"})
    text = page.content.decode()
    assert "2 Aug 2026" in text
    assert "2 Dec 2027" in text
    assert "Annex III, point 5(b)" in text

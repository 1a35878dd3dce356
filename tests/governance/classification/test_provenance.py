"""Where answers come from: source, author, evidence; bound by the digest."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from governance.classification.models import Classification, ClassificationDraft
from governance.classification.services import (
    approve_classification,
    classify_system,
    digest_of,
)
from governance.dossiers.selectors.judgement import verdict
from registry.documents.models import Document
from registry.documents.services import add_document
from registry.systems.models import AISystem
from tests.factories import TESTER, World
from tests.governance.classification.interview import (
    address,
    asked_on,
    propose,
    typed,
    walk_to_review,
    walk_to_verdict,
)
from tests.governance.law.worlds import CREDIT, PLAIN

SignIn = Callable[[Any], Client]
SHEET = "The data sheet, section 2"


def a_document(world: World, system: AISystem | None = None) -> Document:
    return add_document(
        organisation=world.acme if system is None else system.organisation,
        system=system or world.system,
        title="Data sheet",
        file_name="sheet.txt",
        chunks=[b"It scores people."],
        uploaded_by=world.alice,
        by=TESTER,
        at=timezone.now(),
    )


def answered_first(world: World, client: Client, **more: Any) -> dict[str, Any]:
    """Answer the first page; the record that is kept of its first answer."""
    here = f"{address('wizard', world.system)}?page=1"
    page = client.get(here).content.decode()
    facts = asked_on(page)
    kept = typed(facts, PLAIN, page) | more
    assert client.post(here, kept).status_code == 302
    found: dict[str, Any] = ClassificationDraft.objects.get().provenance["infers"]
    return found


def test_an_answer_keeps_who_gave_it_how_they_know_and_what_backs_it(
    world: World, signed_in: SignIn
) -> None:
    document, alice = a_document(world), signed_in(world.alice)
    told = {"infers-source": SHEET, "infers-evidence": [str(document.pk)]}
    kept = answered_first(world, alice, **told)
    assert kept["author"] == str(world.alice.pk)
    assert kept["source"] == SHEET
    assert kept["evidence"][0]["sha256"] == document.sha256
    _pages, review = walk_to_review(alice, world.system, CREDIT)
    assert f"knows it from: {SHEET}" in review
    propose(alice, world.system, review)
    row = Classification.objects.get()
    assert row.provenance["infers"] == kept
    page = signed_in(world.bob).get(address("one", world.system, row.pk))
    assert SHEET in page.content.decode()
    assert document.sha256 in page.content.decode()
    printed = verdict(world.system)
    assert printed is not None
    first = next(each for each in printed.answers if each.fact == "infers")
    assert (first.author, first.source) == ("Alice", SHEET)
    assert first.evidence[0].sha256 == document.sha256


def test_the_digest_binds_where_answers_come_from_and_older_ones_stay_valid(
    world: World,
) -> None:
    stated = {"on": timezone.localdate(), "by": TESTER, "at": timezone.now()}
    row = classify_system(
        system=world.system, answers=CREDIT, author=world.alice, **stated
    )
    assert row.provenance == {}
    assert row.digest == digest_of(row.answers, row.verdict)
    known = {"author": "x", "at": "2026-11-23T08:00:00+00:00", "evidence": []}
    bound = classify_system(
        system=world.system,
        answers=CREDIT,
        provenance={"infers": known | {"source": SHEET}, "unasked": known},
        author=world.alice,
        **stated,
    )
    assert set(bound.provenance) == {"infers"}
    assert bound.digest != row.digest
    other = {"infers": known | {"source": "Hearsay"}}
    assert bound.digest != digest_of(bound.answers, bound.verdict, other)


def test_an_answer_taken_over_stays_its_authors_until_it_is_changed(
    world: World, signed_in: SignIn
) -> None:
    row = classify_system(
        system=world.system,
        answers=PLAIN,
        author=world.alice,
        on=timezone.localdate(),
        by=TESTER,
        at=timezone.now(),
    )
    approve_classification(
        classification=row, approver=world.bob, by=TESTER, at=timezone.now()
    )
    bob = signed_in(world.bob)
    bob.post(address("take", world.system, row.pk))
    kept = answered_first(world, bob)
    assert kept["author"] == str(world.alice.pk)
    kept = answered_first(world, bob, **{"infers-source": SHEET})
    assert (kept["author"], kept["source"]) == (str(world.bob.pk), SHEET)
    kept = answered_first(world, bob, infers="no", **{"infers-source": SHEET})
    assert kept["source"] == "", "the source of another answer speaks for none"


def test_the_screening_ends_in_a_first_verdict_that_can_be_proposed_as_it_stands(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    read: list[str] = []
    pages, html = walk_to_verdict(alice, world.system, CREDIT, read)
    assert "questions 1 to 2 of about 12" in read[0]
    assert "our_roles" not in {fact for page in pages for fact in page}
    assert "Screening: not yet proposed" in html
    assert "High-risk from 2 Dec 2027" in html
    assert "Whether it falls on you is not established" in html
    review = alice.get(address("review", world.system)).content.decode()
    assert "of the full assessment have no answer" in review
    propose(alice, world.system, review)
    assert "our_roles" not in Classification.objects.get().answers


def test_what_was_not_asked_is_listed_with_the_answer_that_ruled_it_out(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    _pages, review = walk_to_review(alice, world.system, CREDIT)
    part = review[review.index("What was not asked") :]
    emotion = part.index("Whose emotions does it read")
    assert "What does it do with the bodies, faces" in part[:emotion]


def test_the_api_takes_and_gives_where_answers_come_from(
    world: World, signed_in: SignIn
) -> None:
    document, foreign = a_document(world), a_document(world, world.foreign)
    url = f"/api/v1/systems/{world.system.pk}/classifications"
    told = {"source": SHEET, "evidence": [str(document.pk)]}
    body = {"answers": CREDIT, "provenance": {"profiling": told}}
    alice, json = signed_in(world.alice), "application/json"
    made = alice.post(url, body, content_type=json)
    assert made.status_code == 201, made.content
    given = made.json()["provenance"]["profiling"]
    assert (given["name"], given["source"]) == ("Alice", SHEET)
    assert given["evidence"][0]["sha256"] == document.sha256
    assert alice.get(url).json()["results"][0]["provenance"]["profiling"] == given
    wrong = {"profiling": {"evidence": [str(foreign.pk)]}}
    refused = alice.post(url, body | {"provenance": wrong}, content_type=json)
    assert refused.status_code == 400
    unread = alice.post(url, {"answers": {"infers": "perhaps"}}, content_type=json)
    assert unread.status_code == 422
    assert Classification.objects.count() == 1

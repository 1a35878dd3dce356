"""Art. 27: the assessment is written, approved by another, and kept in versions."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.fria.models import ImpactAssessment
from governance.papers.encoding import frozen_bytes
from governance.papers.services import EditedMeanwhile, PaperRefused, return_paper
from registry.documents.models import Document
from registry.documents.services import add_document
from registry.systems.models import AISystem
from tests.factories import TESTER, World
from tests.governance.dossiers.opened import page_texts, unpack
from tests.governance.fria.fria_world import Desk, a_desk

SignIn = Callable[[Any], Client]
ELEMENT = "fria-c"


@pytest.fixture
def desk(world: World) -> Desk:
    found = a_desk(world)
    found.classify()
    return found


def page(name: str, paper: Any, *more: Any) -> str:
    return reverse(f"fria:{name}", args=[paper.system_id, paper.pk, *more])


def verbs() -> list[str]:
    rows = TrailEntry.objects.filter(verb__startswith="impact_assessment")
    return list(rows.order_by("idx").values_list("verb", flat=True))


def test_an_assessment_is_begun_written_proposed_and_approved_in_the_browser(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    AISystem.objects.filter(pk=world.system.pk).update(
        affected_persons="Applicants for consumer loans."
    )
    begin = reverse("fria:begin", args=[world.system.pk, desk.operator.pk])
    assert alice.post(begin).status_code == 302
    paper = ImpactAssessment.objects.get()
    html = alice.get(page("part", paper, ELEMENT)).content.decode()
    assert "Affected persons: Applicants for consumer loans." in html
    assert "nothing is written yet" in alice.get(page("one", paper)).content.decode()
    refused = alice.post(page("propose", paper))
    assert refused.status_code == 422
    for letter in "abcdef":
        form = {"text": f"**About** {letter}.", "revision": 0, "act": "next"}
        answer = alice.post(page("part", paper, f"fria-{letter}"), form)
        assert answer.status_code == 302
    assert alice.post(page("propose", paper)).status_code == 302
    read = bob.get(page("one", paper)).content.decode()
    assert "<strong>About</strong> c." in read
    paper.refresh_from_db()
    done = bob.post(page("approve", paper), {"read_sha256": paper.digest})
    assert done.status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.decided_by) == ("approved", world.bob)
    assert [v.partition(".")[2] for v in verbs()] == [
        "begun", *["written"] * 6, "proposed", "approved",
    ]  # fmt: skip


def test_nobody_approves_what_they_wrote_a_part_of(world: World, desk: Desk) -> None:
    paper = desk.written()
    paper = desk.propose(desk.write(paper, ELEMENT, text="Mine.", author=world.bob))
    with pytest.raises(PaperRefused, match="wrote a part"):
        desk.approve(paper)
    rows = ImpactAssessment.objects.filter(pk=paper.pk)
    with (
        pytest.raises(IntegrityError, match="decided_by_no_author"),
        transaction.atomic(),
    ):
        rows.update(decided_by=world.bob)


def test_an_approval_is_bound_to_what_was_read(desk: Desk) -> None:
    paper = desk.propose(desk.written())
    read = paper.digest
    changed = desk.write(paper, ELEMENT, text="Something else.")
    assert (changed.state, changed.frozen) == ("draft", None)
    with pytest.raises(PaperRefused, match="does not wait"):
        desk.approve(changed, read_sha256=read)
    again = desk.propose(changed)
    with pytest.raises(PaperRefused, match="not the text that you have read"):
        desk.approve(again, read_sha256=read)
    assert desk.approve(again).state == "approved"


def test_a_returned_version_goes_back_with_its_reason(world: World, desk: Desk) -> None:
    paper = desk.propose(desk.written())
    said: dict[str, Any] = {"kind": desk.kind, "reviewer": world.bob, "by": TESTER}
    with pytest.raises(PaperRefused):
        return_paper(paper=paper, note=" ", at=timezone.now(), **said)
    back = return_paper(paper=paper, note="Name them.", at=timezone.now(), **said)
    assert (back.state, back.note) == ("returned", "Name them.")
    assert desk.propose(desk.write(back, ELEMENT, text="Named.")).state == "proposed"


def test_two_people_do_not_overwrite_each_other(world: World, desk: Desk) -> None:
    paper = desk.begin()
    desk.write(paper, ELEMENT, text="Hers.")
    with pytest.raises(EditedMeanwhile):
        desk.write(paper, ELEMENT, text="His.", author=world.bob, revision=0)
    desk.write(paper, "fria-d", text="His, elsewhere.", author=world.bob)
    assert ImpactAssessment.objects.get().parts[ELEMENT]["text"] == "Hers."


def test_a_new_version_starts_from_the_last_which_never_changes(
    world: World, desk: Desk
) -> None:
    first = desk.approved()
    with pytest.raises(PaperRefused, match="approved"):
        desk.write(first, ELEMENT, text="Later.")
    second = desk.begin(author=world.bob)
    with pytest.raises(PaperRefused, match="open already"):
        desk.begin()
    assert second.number == 2
    assert second.parts[ELEMENT]["text"] == f"About {ELEMENT}."
    with pytest.raises(PaperRefused, match="wrote a part"):
        desk.approve(desk.propose(second))


def test_the_page_says_which_fact_behind_it_has_changed(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.approved()
    alice = signed_in(world.alice)
    url = reverse("fria:of_system", args=[world.system.pk])
    assert "fact behind version 1" not in alice.get(url).content.decode()
    AISystem.objects.filter(pk=world.system.pk).update(affected_persons="Minors.")
    overview, one = (
        alice.get(address).content.decode() for address in (url, page("one", paper))
    )
    assert "A fact behind version 1 has changed" in overview
    assert "Whom it affects" in overview
    assert "Minors." in one


def test_the_json_hands_out_what_the_digest_is_of(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    evidence = add_document(
        organisation=world.acme, system=world.system, title="DPIA",
        file_name="dpia.txt", chunks=[b"Parts."], uploaded_by=world.alice, by=TESTER,
        at=timezone.now(),
    )  # fmt: skip
    paper = desk.written()
    desk.write(paper, "fria-dpia", choice="includes", text="Part 3.",
               evidence=[evidence])  # fmt: skip
    paper = desk.approve(desk.propose(paper))
    answer = signed_in(world.alice).get(page("json", paper))
    said = json.loads(answer.content)
    assert sha256(frozen_bytes(said["document"])).hexdigest() == said["sha256"]
    [dpia] = [e for e in said["document"]["elements"] if e["id"] == "fria-dpia"]
    assert dpia["chosen"] == "Parts of it are taken over here"
    assert dpia["evidence"][0]["sha256"] == evidence.sha256
    assert verbs()[-1] == "impact_assessment.exported"


def test_the_pdf_says_what_was_approved_and_carries_it(
    world: World, desk: Desk, signed_in: SignIn, tmp_path: Path
) -> None:
    paper = desk.approved()
    pdf = signed_in(world.alice).get(page("pdf", paper)).content
    text = " ".join(page_texts(pdf))
    assert "Fundamental rights impact assessment" in text
    assert f"About {ELEMENT}." in text
    assert "Approved by Bob" in text
    held = (unpack(pdf, tmp_path) / "document.json").read_bytes()
    assert sha256(held).hexdigest() == paper.digest


def test_evidence_of_a_time_that_is_over_makes_its_element_out_of_date(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    today = timezone.localdate()
    evidence = add_document(
        organisation=world.acme, system=world.system, title="Bias audit",
        file_name="audit.txt", chunks=[b"Parts."], uploaded_by=world.alice, by=TESTER,
        at=timezone.now(), covers_until=today,
    )  # fmt: skip
    paper = desk.written()
    desk.write(paper, "fria-d", text="See the audit.", evidence=[evidence])
    desk.approve(desk.propose(paper))
    url = reverse("fria:of_system", args=[world.system.pk])
    alice = signed_in(world.alice)
    assert "may be out of date" not in alice.get(url).content.decode()
    Document.objects.update(covers_until=today - timedelta(days=1))
    html = alice.get(url).content.decode()
    assert "What harm it may do to them may be out of date" in html

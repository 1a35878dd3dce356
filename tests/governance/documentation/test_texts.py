"""Texts of Annex IV: written by one, approved by another, bound to what was read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.documentation.models import AnnexText
from governance.documentation.services import (
    TextRefused,
    approve_text,
    copy_texts,
    digest_of,
    write_text,
)
from registry.documents.services import add_document
from registry.systems.models import AISystem, SystemVersion
from tests.factories import TESTER, World

SignIn = Callable[[Any], Client]
LEAF = "annex-iv-1-a"


@pytest.fixture
def version(world: World) -> SystemVersion:
    return SystemVersion.objects.create(system=world.system, name="1.0")


def page(name: str, version: SystemVersion, leaf: str = LEAF) -> str:
    return reverse(f"documentation:{name}", args=[version.system_id, version.pk, leaf])


def written(world: World, version: SystemVersion, **more: Any) -> AnnexText:
    facts = {
        "version": version, "leaf": LEAF, "text": "Scores applicants.",
        "evidence": [], "author": world.alice, "revision": 0, "by": TESTER,
        "at": timezone.now(),
    }  # fmt: skip
    return write_text(**facts | more)


def approved(world: World, row: AnnexText) -> AnnexText:
    return approve_text(
        text=row, read_sha256=digest_of(row), approver=world.bob, by=TESTER,
        at=timezone.now(),
    )  # fmt: skip


def a_document(system: AISystem, world: World, content: bytes = b"facts") -> Any:
    return add_document(
        organisation=system.organisation, system=system, title="Model card",
        file_name="card.md", chunks=iter([content]), uploaded_by=world.alice,
        by=TESTER, at=timezone.now(),
    )  # fmt: skip


def test_the_23_points_stand_in_order_and_nothing_written_is_missing(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    url = reverse("documentation:overview", args=[world.system.pk])
    html = signed_in(world.alice).get(url).content.decode()
    assert html.count("/annex-iv-") == 23
    assert html.index("annex-iv-1-a") < html.index("annex-iv-2-h")
    assert html.index("annex-iv-2-h") < html.index("annex-iv-9")
    approved(world, written(world, version))
    html = signed_in(world.alice).get(url, {"version": str(version.pk)}).content
    assert "by Bob on" in html.decode()


def test_a_text_is_written_read_and_approved_in_the_browser(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    form = {"applies": "yes", "text": "# Purpose\n\n**Scores** people.", "revision": 0}
    assert alice.post(page("leaf", version), form).status_code == 302
    row = AnnexText.objects.get()
    assert (row.state, row.author, row.revision) == ("draft", world.alice, 1)
    html = bob.get(page("leaf", version)).content.decode()
    assert "<h4>Purpose</h4>" in html
    assert "<strong>Scores</strong>" in html
    bob.post(page("approve", version), {"read_sha256": digest_of(row)})
    row.refresh_from_db()
    assert (row.state, row.approved_by) == ("approved", world.bob)
    assert row.approved_sha256 == digest_of(row)
    verbs = TrailEntry.objects.filter(log=world.system.log).order_by("idx")
    assert [entry.verb for entry in verbs][-2:] == [
        "annex_text.written",
        "annex_text.approved",
    ]


def test_the_author_never_approves(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    row = written(world, version, author=world.bob)
    bob = signed_in(world.bob)
    answer = bob.post(page("approve", version), {"read_sha256": digest_of(row)})
    assert answer.status_code == 422
    assert "You wrote this text yourself" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnexText.objects.filter(pk=row.pk).update(approved_by=world.bob)


def test_approval_is_bound_to_what_was_read(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    row = written(world, version)
    read = digest_of(row)
    written(world, version, text="Something else.", revision=1)
    answer = signed_in(world.bob).post(page("approve", version), {"read_sha256": read})
    assert answer.status_code == 422
    assert AnnexText.objects.get().state == "draft"


def test_other_evidence_is_another_digest_and_evidence_is_of_this_system(
    world: World, version: SystemVersion
) -> None:
    row = written(world, version)
    before = digest_of(row)
    own = a_document(world.system, world)
    row = written(world, version, evidence=[own], revision=1)
    assert digest_of(row) != before
    foreign = a_document(world.foreign, world, b"other facts")
    with pytest.raises(TextRefused):
        written(world, version, evidence=[foreign], revision=2)


def test_an_approved_text_that_is_edited_is_a_draft_again(
    world: World, version: SystemVersion
) -> None:
    row = approved(world, written(world, version))
    same = written(world, version, revision=row.revision)
    assert same.state == "approved"
    changed = written(world, version, text="Now otherwise.", revision=row.revision)
    assert (changed.state, changed.approved_by) == ("draft", None)
    assert changed.approved_sha256 == ""


def test_two_editors_never_overwrite_each_other(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    form = {"applies": "yes", "revision": 0}
    alice.post(page("leaf", version), form | {"text": "Alice was here."})
    answer = bob.post(page("leaf", version), form | {"text": "Bob typed this."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Alice was here." in html
    assert "Bob typed this." in html
    assert 'name="revision" value="1"' in html
    assert AnnexText.objects.get().text == "Alice was here."
    again = form | {"revision": 1, "text": "Bob typed this."}
    assert bob.post(page("leaf", version), again).status_code == 302
    assert AnnexText.objects.get().author == world.bob


def test_a_point_that_does_not_apply_has_a_reason_and_a_second_person(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    form = {"applies": "no", "text": "", "revision": 0}
    assert alice.post(page("leaf", version), form).status_code == 422
    alice.post(
        page("leaf", version), form | {"not_applicable_reason": "It is no product."}
    )
    row = AnnexText.objects.get()
    assert row.state == "draft"
    bob.post(page("approve", version), {"read_sha256": digest_of(row)})
    row.refresh_from_db()
    assert row.state == "not_applicable"
    overview = reverse("documentation:overview", args=[world.system.pk])
    assert "It is no product." in bob.get(overview).content.decode()


def test_preview_shows_and_keeps_nothing(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    form = {"applies": "yes", "text": "*maybe*", "revision": 0, "act": "preview"}
    answer = signed_in(world.alice).post(page("leaf", version), form)
    html = answer.content.decode()
    assert "<em>maybe</em>" in html
    assert ">\n*maybe*</textarea>" in html
    assert not AnnexText.objects.exists()


def test_texts_of_another_version_are_taken_over_as_drafts(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    approved(world, written(world, version, evidence=[a_document(world.system, world)]))
    newer = SystemVersion.objects.create(system=world.system, name="2.0")
    url = reverse("documentation:copy", args=[world.system.pk, newer.pk])
    bob = signed_in(world.bob)
    answer = bob.post(url, {"source": str(version.pk)}, follow=True)
    assert "1 text was taken over as a draft." in answer.content.decode()
    row = AnnexText.objects.get(version=newer)
    assert (row.state, row.author, row.approved_by) == ("draft", world.bob, None)
    assert row.evidence.count() == 1
    again = bob.post(url, {"source": str(version.pk)}, follow=True)
    assert "Nothing was taken over." in again.content.decode()
    last = TrailEntry.objects.filter(log=world.system.log).order_by("idx").last()
    assert last is not None
    assert last.verb == "annex_texts.copied"


def test_texts_never_come_from_another_system(
    world: World, version: SystemVersion, signed_in: SignIn
) -> None:
    foreign = SystemVersion.objects.create(system=world.foreign, name="1.0")
    written(world, foreign, author=world.charlie)
    with pytest.raises(TextRefused):
        copy_texts(
            source=foreign, target=version, author=world.alice, by=TESTER,
            at=timezone.now(),
        )  # fmt: skip
    url = reverse("documentation:copy", args=[world.system.pk, version.pk])
    signed_in(world.alice).post(url, {"source": str(foreign.pk)})
    assert not AnnexText.objects.filter(version=version).exists()

"""Documents are stored under their SHA-256 and handed out, never shown."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse

from audits.trail.selectors import trail_of
from registry.documents.models import Document
from registry.documents.services import stored_path
from registry.people.models import Role
from tests.factories import World, a_person
from tests.registry.documents.worlds import PDF, upload

SignIn = Callable[..., Client]


def verbs(world: World) -> list[str]:
    return [act.verb for act in trail_of(world.system.log)]


def test_an_uploaded_file_lies_under_its_digest_and_the_log_knows_it(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    answer = upload(
        client, world.system, "audit.pdf", PDF,
        title="Bias audit", covers_from="2026-01-01", covers_until="2026-06-30",
    )  # fmt: skip
    assert answer.status_code == 302
    document = Document.objects.get()
    digest = sha256(PDF).hexdigest()
    assert (document.title, document.media_type) == ("Bias audit", "application/pdf")
    assert document.sha256 == digest
    assert stored_path(digest).read_bytes() == PDF
    act = trail_of(world.system.log)[0]
    assert (act.verb, act.actor_name) == ("document.added", "Alice")
    assert act.details["sha256"] == digest
    page = client.get(
        reverse("documents:list", args=[world.system.pk])
    ).content.decode()
    assert "Bias audit" in page
    assert digest in page


def test_the_same_file_twice_is_two_documents_and_one_stored_file(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    for title in ("First", "Second"):
        upload(client, world.system, "audit.pdf", PDF, title=title)
    assert Document.objects.count() == 2
    folder = stored_path(sha256(PDF).hexdigest()).parent
    assert len(list(folder.iterdir())) == 1


def test_a_stored_file_that_was_damaged_is_mended_by_storing_it_again(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    upload(client, world.system, "audit.pdf", PDF)
    path = stored_path(sha256(PDF).hexdigest())
    path.write_bytes(b"something else")
    upload(client, world.system, "audit.pdf", PDF)
    assert path.read_bytes() == PDF


def test_a_download_is_an_attachment_that_nothing_may_run_and_leaves_an_act(
    world: World, signed_in: SignIn
) -> None:
    upload(signed_in(world.alice), world.system, "audit.pdf", PDF)
    document = Document.objects.get()
    answer = signed_in(world.bob).get(reverse("documents:download", args=[document.pk]))
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="audit.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Cache-Control"] == "private, no-store"
    act = trail_of(world.system.log)[0]
    assert (act.verb, act.actor_name) == ("document.downloaded", "Bob")


def test_a_changed_or_lost_file_is_not_handed_out(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    upload(client, world.system, "audit.pdf", PDF)
    document = Document.objects.get()
    path = stored_path(document.sha256)
    address = reverse("documents:download", args=[document.pk])
    path.write_bytes(PDF + b"\n% one line more")
    changed = client.get(address)
    assert changed.status_code == 500
    assert b"one line more" not in changed.content
    assert document.sha256 in changed.content.decode()
    path.unlink()
    assert client.get(address).status_code == 500
    assert "document.downloaded" not in verbs(world)


def test_another_organisation_finds_no_document(
    world: World, signed_in: SignIn
) -> None:
    upload(signed_in(world.alice), world.system, "audit.pdf", PDF)
    document = Document.objects.get()
    charlie = signed_in(world.charlie)
    for name, key in (
        ("documents:list", world.system.pk),
        ("documents:upload", world.system.pk),
        ("documents:download", document.pk),
    ):
        assert charlie.get(reverse(name, args=[key])).status_code == 404
    assert upload(charlie, world.system, "a.pdf", PDF).status_code == 404


def test_a_document_of_no_system_opens_for_the_organisation_but_not_an_authority(
    world: World, signed_in: SignIn
) -> None:
    upload(signed_in(world.alice), world.system, "audit.pdf", PDF)
    Document.objects.update(system=None)
    address = reverse("documents:download", args=[Document.objects.get().pk])
    assert signed_in(world.bob).get(address).status_code == 200
    assert signed_in(world.dana).get(address).status_code == 404
    assert signed_in(world.charlie).get(address).status_code == 404
    assert trail_of(world.acme.log)[0].verb == "document.downloaded"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OVERSEER])
def test_readers_may_download_but_not_upload(
    world: World, signed_in: SignIn, role: Role
) -> None:
    client = signed_in(a_person("Erin", world.acme, role))
    assert (
        client.get(reverse("documents:list", args=[world.system.pk])).status_code == 200
    )
    assert upload(client, world.system, "audit.pdf", PDF).status_code == 403
    assert not Document.objects.exists()


def test_a_time_that_ends_before_it_begins_is_a_form_error(
    world: World, signed_in: SignIn
) -> None:
    answer = upload(
        signed_in(world.alice), world.system, "audit.pdf", PDF,
        covers_from="2026-06-30", covers_until="2026-01-01",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "The end lies before the beginning." in answer.content.decode()
    assert not Document.objects.exists()


def test_the_list_goes_on_where_the_page_ended(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.alice)
    for number in range(52):
        Document.objects.create(
            organisation=world.acme, system=world.system, title=f"Report {number:02}",
            file_name="r.pdf", media_type="application/pdf", size=1, sha256="0" * 64,
            uploaded_by=world.alice,
        )  # fmt: skip
    address = reverse("documents:list", args=[world.system.pk])
    first = client.get(address)
    assert "Report 51" in first.content.decode()
    assert "Report 01" not in first.content.decode()
    found = first.context["found"]
    older = client.get(address, {"before": found.before}).content.decode()
    assert "Report 01" in older
    assert "Report 02" not in older
    assert client.get(address, {"before": "no id\x00"}).status_code == 200

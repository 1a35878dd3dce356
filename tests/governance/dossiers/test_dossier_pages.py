"""Pages of dossiers: asking, watching, taking away; and who may do which."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.access.services import grant_system
from governance.dossiers.build import build_dossier, claim
from governance.dossiers.models import Dossier
from registry.documents.services import stored_path
from registry.people.models import Role, User
from tests.factories import TESTER, a_person, an_organisation
from tests.governance.dossiers.worlds import Bank

SignIn = Callable[[User], Client]


def page(name: str, row: object) -> str:
    return reverse(f"dossiers:{name}", args=[row.pk])  # type: ignore[attr-defined]


@pytest.fixture
def stranger(db: None) -> User:
    return a_person("Charlie", an_organisation("Other Insurance"), Role.RISK_OFFICER)


def test_a_compliance_officer_asks_and_takes_the_file_away(
    bank: Bank, signed_in: SignIn
) -> None:
    bob = signed_in(bank.bob)
    listed = bob.get(page("list", bank.system)).content.decode()
    asked = bob.post(page("request", bank.system), {"version": bank.version.pk})
    dossier = Dossier.objects.get()
    waits = bob.get(asked.url).content.decode()
    build_dossier(dossier.pk)
    ready = bob.get(asked.url).content.decode()
    taken = bob.get(page("download", dossier))

    assert "Generate dossier" in listed
    assert asked.url == page("detail", dossier)
    assert "Waits for a worker." in waits
    assert "hx-get" in waits
    assert "Load the page again" in waits
    dossier.refresh_from_db()
    assert dossier.pdf_sha256 in ready
    assert "How a reader verifies it" in ready
    assert taken.content.startswith(b"%PDF-1.7")
    assert taken["Content-Type"] == "application/pdf"
    assert taken["X-Content-Type-Options"] == "nosniff"
    assert taken["Content-Disposition"].startswith("attachment; filename=")
    downloads = TrailEntry.objects.get(verb="dossier.downloaded")
    assert downloads.actor_name == "Bob"
    assert downloads.details["sha256"] == dossier.pdf_sha256


def test_the_progress_asks_again_until_it_is_done(
    bare: Bank, signed_in: SignIn
) -> None:
    asked, bob = bare.ask(), signed_in(bare.bob)
    claim(asked.pk)
    Dossier.objects.filter(pk=asked.pk).update(step="Setting the pages", steps_done=1)

    working = bob.get(page("progress", asked))
    Dossier.objects.filter(pk=asked.pk).update(state=Dossier.State.FAILED, failure="x")
    done = bob.get(page("progress", asked))

    assert working.status_code == 200
    assert "Setting the pages" in working.content.decode()
    assert 'hx-trigger="every 1s"' in working.content.decode()
    assert done.status_code == 286
    assert done["HX-Refresh"] == "true"


def test_a_failure_says_why_and_offers_another_try(
    bare: Bank, signed_in: SignIn
) -> None:
    asked = bare.ask()
    Dossier.objects.filter(pk=asked.pk).update(
        state=Dossier.State.FAILED, failure="No space left on device"
    )

    text = signed_in(bare.bob).get(page("detail", asked)).content.decode()

    assert "No space left on device" in text
    assert "Generate it again" in text


def test_the_list_says_what_a_new_one_would_lack(bare: Bank, signed_in: SignIn) -> None:
    text = signed_in(bare.bob).get(page("list", bare.system)).content.decode()

    assert "Nobody has classified the system under the Act." in text
    assert "No data set is registered." in text
    assert text.count("nobody has written it.") == 23


def test_a_version_of_another_system_is_refused(
    bank: Bank, bare: Bank, signed_in: SignIn
) -> None:
    answer = signed_in(bank.bob).post(
        page("request", bank.system), {"version": bank.system.pk}
    )

    assert answer.status_code == 422
    assert not Dossier.objects.exists()


def test_a_stranger_sees_nothing_of_it(
    bare: Bank, stranger: User, signed_in: SignIn
) -> None:
    asked, charlie = bare.ask(), signed_in(stranger)

    for name in ("detail", "progress", "download", "proof"):
        assert charlie.get(page(name, asked)).status_code == 404
    assert charlie.get(page("list", bare.system)).status_code == 404
    assert charlie.post(page("request", bare.system)).status_code == 404
    assert str(asked.pk) not in charlie.get(reverse("dossiers:all")).content.decode()


def test_an_authority_takes_the_dossier_of_a_system_that_it_was_given(
    bare: Bank, signed_in: SignIn
) -> None:
    made = bare.dossier()
    dana = a_person("Dana", bare.organisation, Role.AUTHORITY)
    before = signed_in(dana).get(page("download", made)).status_code
    now = timezone.now()
    grant_system(
        user=dana, system=bare.system, until=now + timedelta(days=3), by=TESTER, at=now
    )

    taken = signed_in(dana).get(page("download", made))

    assert before == 404
    assert taken.content.startswith(b"%PDF")
    assert signed_in(dana).post(page("request", bare.system)).status_code == 403


INSIDE = sorted(set(Role) - {Role.COMPLIANCE_OFFICER, Role.AUTHORITY})


@pytest.mark.parametrize("role", INSIDE)
def test_only_a_compliance_officer_asks(
    bare: Bank, role: Role, signed_in: SignIn
) -> None:
    person = signed_in(a_person("Erin", bare.organisation, role))

    asked = person.post(page("request", bare.system))
    listed = person.get(page("list", bare.system))

    assert asked.status_code == 403
    assert listed.status_code == 200
    assert "Generate dossier" not in listed.content.decode()


def test_the_list_over_all_systems_shows_those_of_the_organisation(
    bare: Bank, signed_in: SignIn
) -> None:
    asked = bare.ask()

    text = signed_in(bare.bob).get(reverse("dossiers:all")).content.decode()

    assert page("detail", asked) in text
    assert bare.system.name in text


def test_what_is_not_ready_is_not_handed_out(bare: Bank, signed_in: SignIn) -> None:
    asked, bob = bare.ask(), signed_in(bare.bob)

    assert bob.get(page("download", asked)).status_code == 404
    assert bob.get(page("proof", asked)).status_code == 404
    assert not TrailEntry.objects.filter(verb="dossier.downloaded").exists()


def test_a_file_that_changed_on_the_disk_is_not_handed_out(
    bare: Bank, signed_in: SignIn
) -> None:
    made = bare.dossier()
    stored_path(made.pdf_sha256).write_bytes(b"%PDF-1.7 something else")

    answer = signed_in(bare.bob).get(page("download", made))

    assert answer.status_code == 500
    assert "has changed on the disk" in answer.content.decode()
    assert not TrailEntry.objects.filter(verb="dossier.downloaded").exists()


def test_long_lists_go_on_by_keyset(bare: Bank, signed_in: SignIn) -> None:
    first = bare.ask()
    Dossier.objects.filter(pk=first.pk).update(state=Dossier.State.FAILED)
    Dossier.objects.bulk_create(
        Dossier(
            system=bare.system, requested_by=bare.bob, state=Dossier.State.FAILED,
            as_of=first.as_of, requested_at=first.requested_at,
        )
        for _ in range(60)
    )  # fmt: skip
    bob, seen, url = signed_in(bare.bob), [], reverse("dossiers:all")

    for _ in range(3):
        found = bob.get(url).context["page"]
        seen += [row.pk for row in found.rows]
        if not found.older:
            break
        url = f"{reverse('dossiers:all')}?before={found.older}"

    assert len(seen) == len(set(seen)) == 61


@pytest.mark.parametrize("name", ["list", "detail", "all"])
def test_pages_ask_the_database_a_bounded_number_of_times(
    bank: Bank, signed_in: SignIn, name: str, django_assert_max_num_queries: Any
) -> None:
    asked, bob = bank.ask(), signed_in(bank.bob)
    rows = {"list": [bank.system.pk], "detail": [asked.pk], "all": []}

    with django_assert_max_num_queries(22):
        answer = bob.get(reverse(f"dossiers:{name}", args=rows[name]))

    assert answer.status_code == 200

"""The admin console: administrators only, cut to their organisations."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.core import mail
from django.test import Client
from django.utils import timezone

from audits.events.models import EventSource, SourceKey
from audits.trail.models import TrailEntry
from registry.people.models import Membership, Role, ServiceKey, User
from tests.factories import World, a_person, a_source_key

SignIn = Callable[[User], Client]
PAGES = [
    "registry/user", "registry/membership", "registry/servicekey",
    "audits/eventsource", "audits/sourcekey", "audits/entryview", "audits/trailview",
]  # fmt: skip


def test_only_an_administrator_enters(
    world: World, console: Client, signed_in: SignIn, client: Client
) -> None:
    assert console.get("/admin/").status_code == 200
    assert signed_in(world.alice).get("/admin/").status_code == 403
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    followed = client.get("/admin/", follow=True)
    assert followed.redirect_chain[-1][0] == "/sign-in/?next=/admin/"


def test_a_role_that_has_ended_no_longer_opens_it(
    world: World, ada: User, signed_in: SignIn
) -> None:
    client = signed_in(ada)
    Membership.objects.filter(user=ada).update(until=timezone.now())
    assert client.get("/admin/").status_code == 403


def test_entering_leaves_one_entry_a_session(world: World, console: Client) -> None:
    console.get("/admin/")
    console.get("/admin/registry/user/")
    entries = TrailEntry.objects.filter(log=world.acme.log, verb="console.entered")
    assert [entry.actor_name for entry in entries] == ["Ada"]


@pytest.mark.parametrize("page", PAGES)
def test_lists_show_the_own_organisation_only(
    world: World, console: Client, eve: User, signed_in: SignIn, page: str
) -> None:
    a_source_key(world.system, "acme-source")
    a_source_key(world.foreign, "other-source")
    ours = console.get(f"/admin/{page}/")
    theirs = signed_in(eve).get(f"/admin/{page}/")
    assert ours.status_code == theirs.status_code == 200
    for foreign in (
        "Charlie",
        "Other Insurance",
        "Claims triage",
        "other-source",
        "Yvonne",
    ):
        assert foreign not in ours.content.decode()
    for foreign in ("Alice", "Acme Bank", "Credit scoring", "acme-source", "Ada"):
        assert foreign not in theirs.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_rows_of_another_organisation_do_not_open(
    world: World, console: Client, eve: User, page: str
) -> None:
    a_source_key(world.foreign)
    model = next(
        model
        for model in admin.site._registry
        if f"{model._meta.app_label}/{model._meta.model_name}" == page
    )
    ServiceKey.objects.create_key(name="k", organisation=world.other)
    row = {
        "user": lambda: world.charlie.pk,
        "membership": lambda: world.charlie.memberships.get().pk,
        "servicekey": lambda: ServiceKey.objects.get().prefix,
        "eventsource": lambda: EventSource.objects.get().pk,
        "sourcekey": lambda: SourceKey.objects.get().prefix,
        "entryview": lambda: f"{world.other.log_id}:0",
        "trailview": lambda: f"{world.other.log_id}:0",
    }[model._meta.model_name]()
    for end in ("change/", "history/", "delete/"):
        assert console.get(f"/admin/{page}/{row}/{end}").status_code in {302, 403, 404}
        assert (
            b"Charlie"
            not in console.get(f"/admin/{page}/{row}/{end}", follow=True).content
        )


def test_choices_and_autocomplete_offer_the_own_organisation_only(
    world: World, console: Client, eve: User
) -> None:
    page = console.get("/admin/registry/membership/add/").content.decode()
    assert "Acme Bank" in page
    assert "Other Insurance" not in page
    found = console.get(
        "/admin/autocomplete/",
        {"app_label": "registry", "model_name": "membership", "field_name": "user"},
    ).json()
    names = {row["text"] for row in found["results"]}
    assert {"Alice", "Bob", "Ada"} <= names
    assert not names & {"Charlie", "Yvonne"}
    for address in ("registry/user/add", "audits/eventsource/add"):
        page = console.get(f"/admin/{address}/").content.decode()
        assert "Other Insurance" not in page
        assert "Claims triage" not in page


def test_a_foreign_choice_that_is_posted_is_refused(
    world: World, console: Client
) -> None:
    before = Membership.objects.count()
    response = console.post(
        "/admin/registry/membership/add/",
        {"user": world.charlie.pk, "organisation": world.other.pk, "role": "auditor"},
    )
    assert response.status_code == 200
    assert Membership.objects.count() == before


def test_giving_a_role_calls_the_service(world: World, console: Client) -> None:
    response = console.post(
        "/admin/registry/membership/add/",
        {"user": world.alice.pk, "organisation": world.acme.pk, "role": "auditor"},
    )
    assert response.status_code == 302
    assert world.alice.memberships.filter(role=Role.AUDITOR).exists()
    entry = TrailEntry.objects.filter(verb="role.given").latest("idx")
    assert (entry.actor_name, entry.details["role"]) == ("Ada", "auditor")


def test_the_rules_of_the_service_hold_in_the_console(
    world: World, ada: User, console: Client
) -> None:
    own = ada.memberships.get()
    response = console.post(
        f"/admin/registry/membership/{own.pk}/change/",
        {"until_0": "2020-01-01", "until_1": "00:00:00"},
        follow=True,
    )
    assert "last administrator" in response.content.decode()
    own.refresh_from_db()
    assert own.until is None


def test_inviting_sends_a_link(
    world: World,
    console: Client,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        console.post(
            "/admin/registry/user/add/",
            {
                "address": "New@Example.org",
                "name": "Newcomer",
                "organisation": world.acme.pk,
                "role": "overseer",
            },
        )
    assert User.objects.get(email="new@example.org").memberships.count() == 1
    assert "http://testserver/account/invitation/" in mail.outbox[0].body


def test_a_key_is_shown_once_and_its_hash_never(world: World, console: Client) -> None:
    page = console.post(
        "/admin/registry/servicekey/add/",
        {"organisation": world.acme.pk, "name": "ci", "scopes": ["registry:read"]},
        follow=True,
    ).content.decode()
    key = ServiceKey.objects.get()
    assert f"{key.prefix}." in page
    assert key.hashed_key not in page
    again = console.get("/admin/registry/servicekey/").content.decode()
    assert f"{key.prefix}." not in again
    console.post(f"/admin/registry/servicekey/{key.prefix}/change/", {"revoked": "on"})
    key.refresh_from_db()
    assert key.revoked
    assert TrailEntry.objects.filter(verb="key.revoked").exists()


def test_sources_and_their_keys_are_made_and_closed(
    world: World, console: Client
) -> None:
    console.post(
        "/admin/audits/eventsource/add/", {"system": world.system.pk, "name": "scoring"}
    )
    source = EventSource.objects.get(log=world.system.log)
    page = console.post(
        "/admin/audits/sourcekey/add/",
        {"source": source.pk, "name": "first", "scopes": ["events:write"]},
        follow=True,
    ).content.decode()
    assert f"{SourceKey.objects.get().prefix}." in page
    console.post(f"/admin/audits/eventsource/{source.pk}/change/", {"name": "x"})
    source.refresh_from_db()
    assert not source.active
    verbs = TrailEntry.objects.filter(log=world.system.log).order_by("idx")
    assert list(verbs.values_list("verb", flat=True))[1:] == [
        "source.added", "key.minted", "source.closed",
    ]  # fmt: skip


def test_a_person_with_two_organisations_administers_only_one(
    world: World, signed_in: SignIn
) -> None:
    a_person("Erin", world.acme, Role.ADMINISTRATOR)
    erin = a_person("Erin", world.other, Role.AUDITOR)
    page = signed_in(erin).get("/admin/registry/user/").content.decode()
    assert "Alice" in page
    assert "Charlie" not in page
    assert "Other Insurance" not in page

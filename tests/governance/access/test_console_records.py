"""The admin console: evidence is read there and nothing more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailView
from registry.people.models import Role, User
from tests.factories import World, a_person

SignIn = Callable[[User], Client]
PAGES = [
    "registry/user", "registry/membership", "registry/servicekey",
    "audits/eventsource", "audits/sourcekey", "audits/entryview", "audits/trailview",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_deleted_and_nothing_done_in_bulk(
    console: Client, page: str
) -> None:
    listed = console.get(f"/admin/{page}/").content.decode()
    assert 'name="action"' not in listed
    response = console.post(
        f"/admin/{page}/", {"action": "delete_selected", "_selected_action": "1"}
    )
    assert response.status_code in {200, 302, 403}
    assert all(
        not a.has_delete_permission(response.wsgi_request)
        for a in admin.site._registry.values()
    )


@pytest.mark.parametrize("page", ["audits/entryview", "audits/trailview"])
def test_audit_tables_are_read_only(world: World, console: Client, page: str) -> None:
    row = f"{world.acme.log_id}:0"
    assert console.get(f"/admin/{page}/{row}/change/").status_code == 200
    assert console.post(f"/admin/{page}/{row}/change/", {}).status_code == 403
    assert console.get(f"/admin/{page}/add/").status_code == 403
    assert (
        console.get(f"/admin/{page}/9:99999999999999999999/change/").status_code == 302
    )


def test_a_list_of_evidence_can_be_turned_to_a_system_s_log(
    world: World, console: Client
) -> None:
    page = console.get(f"/admin/audits/trailview/?log={world.system.log_id}")
    assert "system.registered" in page.content.decode()
    foreign = console.get(f"/admin/audits/trailview/?log={world.other.log_id}")
    assert "Charlie" not in foreign.content.decode()


def test_filters_do_not_answer_questions_about_secrets(
    world: World, console: Client
) -> None:
    for question in (
        "password__startswith=argon2",
        "memberships__organisation__name=x",
    ):
        assert console.get(f"/admin/registry/user/?{question}").status_code in {
            302,
            400,
        }


def test_groups_and_permissions_are_not_in_the_console() -> None:
    names = {model._meta.label for model in admin.site._registry}
    assert names == {
        "registry.User", "registry.Membership", "registry.ServiceKey",
        "audits.EventSource", "audits.SourceKey",
        "audits.EntryView", "audits.TrailView",
    }  # fmt: skip


def test_recent_acts_are_those_of_the_own_organisation(
    world: World, console: Client, eve: User
) -> None:
    page = console.get("/admin/").content.decode()
    assert "role.given: Bob" in page
    assert "Charlie" not in page
    assert TrailView.objects.filter(subject_label__contains="Charlie").exists()


def test_history_shows_the_trail_of_the_own_organisation(
    world: World, ada: User, console: Client
) -> None:
    role = world.alice.memberships.get()
    page = console.get(f"/admin/registry/membership/{role.pk}/history/")
    assert "role.given" in page.content.decode()
    shared = a_person("Alice", world.other, Role.AUDITOR)
    since = timezone.now() + timedelta(seconds=1)
    assert shared.memberships.filter(since__lt=since).count() == 2
    page = console.get(f"/admin/registry/user/{shared.pk}/change/").content.decode()
    assert "Other Insurance" not in page

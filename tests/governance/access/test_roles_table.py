"""The table of roles, the database's groups, and what they give on systems."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.access.roles import PERMISSIONS
from governance.access.services import grant_system, revoke_system
from governance.access.sync import sync_organisation, sync_roles
from registry.people.access import may
from registry.people.models import Membership, Role, RoleGroup, User
from registry.people.services import create_organisation, end_role, give_role
from registry.systems.access import may_on, visible_systems
from registry.systems.models import AISystemGroupPermission
from tests.factories import TESTER, World, a_person, a_system

SignIn = Callable[[User], Client]


def held_by_groups() -> dict[tuple[str, str], set[str]]:
    """(organisation, role) -> permissions, as the database has it."""
    return {
        (group.organisation.name, group.role): {
            f"{app}.{codename}"
            for app, codename in group.group.permissions.values_list(
                "content_type__app_label", "codename"
            )
        }
        for group in RoleGroup.objects.select_related("organisation", "group")
    }


def test_the_database_s_groups_equal_the_table(world: World) -> None:
    assert held_by_groups() == {
        (organisation.name, role.value): set(permissions)
        for organisation in (world.acme, world.other)
        for role, permissions in PERMISSIONS.items()
    }


def test_every_role_stands_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_syncing_takes_back_what_the_table_does_not_say(world: World) -> None:
    group = RoleGroup.objects.get(organisation=world.acme, role=Role.AUDITOR).group
    before = held_by_groups()
    group.permissions.add(Permission.objects.get(codename="manage_people"))
    group.permissions.remove(Permission.objects.get(codename="view_dossier"))
    sync_roles()
    assert held_by_groups() == before


def test_an_auditor_changes_nothing_and_verifies() -> None:
    changing = {
        name
        for name in PERMISSIONS[Role.AUDITOR]
        if not name.split(".")[1].startswith("view_")
    }
    assert changing == {"registry.verify_evidence"}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gives_what_the_table_says_there_and_nothing_elsewhere(
    world: World, role: Role
) -> None:
    person = a_person("Erin", world.acme, role)
    every = set().union(*PERMISSIONS.values())
    assert {name for name in every if may(person, name, world.acme)} == set(
        PERMISSIONS[role]
    )
    assert {name for name in every if may(person, name, world.other)} == set()
    assert world.foreign not in visible_systems(person)
    assert not may_on(person, "registry.view_aisystem", world.foreign)


def test_groups_hold_nothing_on_systems_of_another_organisation(world: World) -> None:
    sync_organisation(world.acme)
    rows = AISystemGroupPermission.objects.select_related(
        "group__rolegroup", "content_object"
    )
    assert rows.exists()
    for row in rows:
        assert row.group.rolegroup.organisation_id == row.content_object.organisation_id
        assert row.group.rolegroup.role != Role.AUTHORITY


def test_a_new_organisation_gets_its_groups_in_a_few_queries(world: World) -> None:
    new = create_organisation(name="New", by=TESTER, at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        sync_organisation(new)
    assert len(asked) <= 12
    assert held_by_groups()["New", Role.AUDITOR] == PERMISSIONS[Role.AUDITOR]


def test_an_authority_sees_what_it_was_given_until_its_day(world: World) -> None:
    second = a_system(world.acme, "Chat assistant")
    at = timezone.now()
    until = at + timedelta(days=10)
    grant_system(user=world.dana, system=world.system, until=until, by=TESTER, at=at)
    dana = User.objects.get(pk=world.dana.pk)
    assert list(visible_systems(dana)) == [world.system]
    assert second not in visible_systems(dana)
    with time_machine.travel(until + timedelta(seconds=1)):
        assert list(visible_systems(User.objects.get(pk=dana.pk))) == []
    revoke_system(user=dana, system=world.system, by=TESTER, at=timezone.now())
    assert list(visible_systems(User.objects.get(pk=dana.pk))) == []
    verbs = TrailEntry.objects.filter(log=world.system.log).order_by("idx")
    assert list(verbs.values_list("verb", flat=True)) == [
        "system.registered", "system.given", "system.taken_back",
    ]  # fmt: skip


def test_what_an_authority_was_given_does_not_come_back_with_a_later_role(
    world: World,
) -> None:
    at = timezone.now()
    until = at + timedelta(days=10)
    grant_system(user=world.dana, system=world.system, until=until, by=TESTER, at=at)
    role = Membership.objects.get(user=world.dana)
    end_role(membership=role, by=TESTER, at=timezone.now())
    give_role(
        user=world.dana, organisation=world.acme, role=Role.AUTHORITY, by=TESTER,
        at=timezone.now(), until=until,
    )  # fmt: skip
    assert list(visible_systems(User.objects.get(pk=world.dana.pk))) == []


def test_an_administrator_gives_systems_in_the_browser(
    world: World, signed_in: SignIn
) -> None:
    ada = signed_in(a_person("Ada", world.acme, Role.ADMINISTRATOR))
    role = Membership.objects.get(user=world.dana)
    page = f"/people/roles/{role.pk}/systems/"
    shown = ada.get(page).content.decode()
    assert "Credit scoring" in shown
    assert "Claims triage" not in shown
    day = (timezone.now() + timedelta(days=5)).date().isoformat()
    fields = {"systems": [world.system.pk], "last_day": day}
    assert ada.post(page, fields).status_code == 302
    dana = signed_in(world.dana)
    assert list(visible_systems(User.objects.get(pk=world.dana.pk))) == [world.system]
    foreign = ada.post(page, {"systems": [world.foreign.pk], "last_day": day})
    assert foreign.status_code == 422
    ada.post(page, {"last_day": day})
    assert list(visible_systems(User.objects.get(pk=world.dana.pk))) == []
    assert dana.get(page).status_code == 403
    zoe = signed_in(a_person("Zoe", world.other, Role.ADMINISTRATOR))
    assert zoe.get(page).status_code == 404
    other = world.alice.memberships.get()
    assert ada.get(f"/people/roles/{other.pk}/systems/").status_code == 404

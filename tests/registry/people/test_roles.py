"""Giving and ending roles, in the browser and by the service."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from audits.trail.services import Actor
from registry.people.access import may
from registry.people.models import Membership, Role, User
from registry.people.services import Refused, change_until, end_role, give_role
from registry.systems.access import visible_systems
from tests.factories import TESTER, World, a_person

SignIn = Callable[[User], Client]


@pytest.fixture
def ada(world: World) -> User:
    return a_person("Ada", world.acme, Role.ADMINISTRATOR)


def test_the_last_administrator_stays(world: World, ada: User) -> None:
    own = ada.memberships.get()
    with pytest.raises(Refused, match="last administrator"):
        end_role(membership=own, by=TESTER, at=timezone.now())
    with pytest.raises(Refused, match="last administrator"):
        change_until(
            membership=own,
            until=timezone.now() + timedelta(days=1),
            by=TESTER,
            at=timezone.now(),
        )


def test_an_administrator_without_a_password_does_not_count(
    world: World, ada: User
) -> None:
    other = a_person("Otto", world.acme, Role.ADMINISTRATOR)
    other.set_unusable_password()
    other.save()
    own = ada.memberships.get()
    with pytest.raises(Refused):
        end_role(membership=own, by=TESTER, at=timezone.now())
    other.set_password("now there is one")
    other.save()
    end_role(membership=own, by=TESTER, at=timezone.now())
    assert not may(User.objects.get(pk=ada.pk), "registry.manage_people", world.acme)


def test_nobody_gives_themselves_a_role_or_a_longer_one(
    world: World, ada: User
) -> None:
    herself = Actor(str(ada.pk), "Ada")
    with pytest.raises(Refused, match="Nobody gives themselves"):
        give_role(
            user=ada, organisation=world.acme, role=Role.AUDITOR, by=herself,
            at=timezone.now(),
        )  # fmt: skip
    with pytest.raises(Refused, match="Nobody gives themselves"):
        change_until(
            membership=ada.memberships.get(), until=None, by=herself, at=timezone.now()
        )


def test_a_role_that_ended_can_be_given_again(world: World) -> None:
    role = world.alice.memberships.get()
    end_role(membership=role, by=TESTER, at=timezone.now())
    assert list(visible_systems(User.objects.get(pk=world.alice.pk))) == []
    again = give_role(
        user=world.alice, organisation=world.acme, role=Role.RISK_OFFICER, by=TESTER,
        at=timezone.now(),
    )  # fmt: skip
    assert again.pk == role.pk
    assert again.until is None
    with pytest.raises(Refused, match="already"):
        give_role(
            user=world.alice, organisation=world.acme, role=Role.RISK_OFFICER,
            by=TESTER, at=timezone.now(),
        )  # fmt: skip


def test_an_authority_needs_a_last_day_that_lies_ahead(world: World) -> None:
    for until in (None, timezone.now() - timedelta(days=1)):
        with pytest.raises(Refused):
            give_role(
                user=world.alice, organisation=world.acme, role=Role.AUTHORITY,
                by=TESTER, at=timezone.now(), until=until,
            )  # fmt: skip


def test_two_roles_in_two_organisations_stay_apart(
    world: World, signed_in: SignIn
) -> None:
    a_person("Erin", world.acme, Role.ADMINISTRATOR)
    erin = a_person("Erin", world.other, Role.AUDITOR)
    assert may(erin, "registry.manage_people", world.acme)
    assert not may(erin, "registry.manage_people", world.other)
    client = signed_in(erin)
    assert client.get("/people/").status_code == 200
    assert client.get(f"/people/{world.charlie.pk}/").status_code == 404
    switched = client.post("/account/organisation/", {"organisation": world.other.pk})
    assert switched["Location"] == "/"
    assert client.get("/people/invite/").status_code == 403
    foreign = world.charlie.memberships.get()
    assert client.post(f"/people/roles/{foreign.pk}/end/").status_code == 403
    ours = world.alice.memberships.get()
    assert client.post(f"/people/roles/{ours.pk}/end/").status_code == 302
    assert not Membership.objects.get(pk=ours.pk).holds_at(timezone.now())


def test_an_auditor_reads_people_keys_and_trail_and_is_offered_no_act(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(a_person("Audrey", world.acme, Role.AUDITOR))
    member = client.get(f"/people/{world.alice.pk}/").content.decode()
    pages = [client.get(url).content.decode() for url in ("/people/", "/keys/")]
    trail = client.get("/trail/").content.decode()

    assert world.alice.email in pages[0]
    assert "Role given" in trail
    for page in (member, *pages, trail):
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form" not in main
        assert "Invite" not in main


def test_one_cannot_switch_to_an_organisation_without_a_role_there(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    for wanted in (str(world.other.pk), "nonsense", ""):
        response = client.post("/account/organisation/", {"organisation": wanted})
        assert response.status_code == 404


def test_the_page_of_people_names_the_own_organisation_s(
    world: World, ada: User, signed_in: SignIn
) -> None:
    page = signed_in(ada).get("/people/").content.decode()
    for name in ("Alice", "Bob", "Dana", "Ada"):
        assert name in page
    assert "Charlie" not in page
    assert signed_in(world.alice).get("/people/").status_code == 403


def test_roles_are_given_changed_and_ended_in_the_browser(
    world: World, ada: User, signed_in: SignIn
) -> None:
    client = signed_in(ada)
    page = f"/people/{world.alice.pk}/"
    assert client.post(page, {"role": "auditor"})["Location"] == page
    role = world.alice.memberships.get(role=Role.AUDITOR)
    client.post(f"/people/roles/{role.pk}/until/", {"last_day": "2090-01-31"})
    role.refresh_from_db()
    assert role.until is not None
    assert role.until.isoformat().startswith("2090-01-31T23:59:59")
    client.post(f"/people/roles/{role.pk}/end/")
    entries = TrailEntry.objects.filter(actor_name="Ada").order_by("idx")
    assert [entry.verb for entry in entries] == [
        "role.given", "role.changed", "role.ended",
    ]  # fmt: skip
    assert entries[0].actor_role == "Administrator"
    again = client.post(page, {"role": "risk_officer"})
    assert again.status_code == 422
    assert "holds this role already" in again.content.decode()


def test_the_page_says_why_the_last_administrator_stays(
    world: World, ada: User, signed_in: SignIn
) -> None:
    own = ada.memberships.get()
    page = signed_in(ada).post(f"/people/roles/{own.pk}/end/", follow=True)
    assert "last administrator of Acme Bank" in page.content.decode()
    assert Membership.objects.get(pk=own.pk).holds_at(timezone.now())


def test_a_person_without_a_role_sees_nothing(world: World, signed_in: SignIn) -> None:
    end_role(membership=world.alice.memberships.get(), by=TESTER, at=timezone.now())
    client = signed_in(User.objects.get(pk=world.alice.pk))
    for page in ("/people/", "/keys/", "/people/invite/"):
        assert client.get(page).status_code == 404
    assert client.get("/account/sessions/").status_code == 200

"""The rail shows what exists and what the person's role opens."""

import pytest
from django.test import RequestFactory

from governance import navigation
from governance.navigation import Item, navigation_for, switchable
from registry.people.models import Role
from tests.factories import a_person, an_organisation

ROOMS = (
    Item("Home", "home:home", "house"),
    Item("Not built", "no:such-room", "box"),
    Item("API", "api", "server", frozenset({Role.ADMINISTRATOR})),
    Item("Schema", "schema", "server"),
)


def shown_to(role: Role, path: str) -> dict[str, bool]:
    organisation = an_organisation()
    request = RequestFactory().get(path)
    request.user = a_person("Ada", organisation, role)
    request.organisation = organisation
    assert list(switchable(request)) == [organisation]
    return {item["label"]: item["current"] for item in navigation_for(request)}


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "ITEMS", ROOMS)


@pytest.mark.django_db
def test_a_role_opens_its_room_and_the_longest_address_is_current() -> None:
    shown = shown_to(Role.ADMINISTRATOR, "/api/schema")
    assert shown == {"Home": False, "API": False, "Schema": True}


@pytest.mark.django_db
def test_a_room_that_the_role_does_not_open_is_not_shown() -> None:
    assert shown_to(Role.AUTHORITY, "/api/") == {"Home": False, "Schema": False}


def test_without_an_organisation_only_rooms_open_to_all_are_shown() -> None:
    request = RequestFactory().get("/")
    request.organisation = None
    assert {item["label"] for item in navigation_for(request)} == {"Home", "Schema"}

"""Administrators of both organisations."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.people.models import Role, User
from tests.factories import World, a_person


@pytest.fixture
def ada(world: World) -> User:
    """The administrator of the first organisation."""
    return a_person("Ada", world.acme, Role.ADMINISTRATOR)


@pytest.fixture
def console(ada: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(ada)


@pytest.fixture
def eve(world: World) -> User:
    """The administrator of the other organisation."""
    return a_person("Yvonne", world.other, Role.ADMINISTRATOR)

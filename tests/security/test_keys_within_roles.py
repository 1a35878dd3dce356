"""A key never does more than the person who makes it may do."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from registry.people.models import Role, ServiceKey, User
from tests.factories import World, a_person

SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("role", "scopes", "status", "made"),
    [
        (Role.ENGINEER, ["registry:write"], 403, 0),
        (Role.ENGINEER, ["registry:read"], 200, 1),
        (Role.ADMINISTRATOR, ["registry:write"], 200, 1),
        (Role.AUDITOR, ["registry:read"], 403, 0),
    ],
)
def test_only_who_may_state_facts_makes_a_key_that_writes_them(
    world: World,
    signed_in: SignIn,
    role: Role,
    scopes: list[str],
    status: int,
    made: int,
) -> None:
    person = a_person("Kim", world.acme, role)
    answer = signed_in(person).post(
        reverse("people:keys"), {"name": "sync", "scopes": scopes, "last_day": ""}
    )
    assert answer.status_code == status
    assert ServiceKey.objects.count() == made

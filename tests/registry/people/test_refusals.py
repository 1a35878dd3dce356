"""Refusals look like the product; two acts at the same moment keep the rules."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry.people.models import Role, User, UserSession
from registry.people.services import Refused, end_role
from tests.factories import PASSWORD, TESTER, World, a_person, an_organisation

SignIn = Callable[[User], Client]


def test_a_refusal_says_why_in_the_product_s_look(
    world: World, signed_in: SignIn
) -> None:
    refused = signed_in(world.alice).get("/people/")
    page = refused.content.decode()
    assert refused.status_code == 403
    assert "Your role in Acme Bank does not include this act" in page
    assert 'class="rail"' in page
    missing = signed_in(world.alice).get(f"/people/roles/{world.acme.pk}/until/")
    assert missing.status_code == 404
    assert 'class="rail"' in missing.content.decode()


@pytest.mark.parametrize("person", ["Alice", "nobody"])
def test_a_form_without_its_token_is_refused_in_the_product_s_look(
    world: World, person: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    if person == "Alice":
        client.force_login(
            world.alice, backend="django.contrib.auth.backends.ModelBackend"
        )
    refused = client.post("/account/theme/", {"theme": "dark"})
    assert refused.status_code == 403
    assert "The form is too old" in refused.content.decode()
    assert "style=" not in refused.content.decode()


def test_expired_sessions_are_forgotten_when_somebody_signs_in(
    world: World, signed_in: SignIn, client: Client
) -> None:
    signed_in(world.alice)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        client.post("/sign-in/", {"username": world.bob.email, "password": PASSWORD})
        assert list(UserSession.objects.values_list("user", flat=True)) == [
            world.bob.pk
        ]


def test_two_administrators_cannot_end_each_other_at_the_same_moment(
    own_database: str,
) -> None:
    acme = an_organisation()
    roles = [
        a_person(name, acme, Role.ADMINISTRATOR).memberships.get()
        for name in ("Ada", "Otto")
    ]
    start, outcomes = Barrier(2), []

    def end(place: int) -> None:
        start.wait()
        try:
            end_role(membership=roles[place], by=TESTER, at=timezone.now())
            outcomes.append("ended")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=end, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "refused"]

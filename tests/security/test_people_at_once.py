"""Two clicks at the same moment, and what stays behind in a browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry.people.models import Membership, Organisation, Role, User
from registry.people.services import Refused, invite_person
from tests.factories import TESTER, World, an_organisation


def test_a_person_who_is_invited_twice_at_once_is_one_person(
    own_database: str,
) -> None:
    organisation = an_organisation()

    def invite(_number: int) -> str:
        try:
            invite_person(
                email="new@example.org",
                organisation=Organisation.objects.get(pk=organisation.pk),
                role=Role.ENGINEER,
                by=TESTER,
                at=timezone.now(),
            )
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(invite, range(6)))
    assert sorted(outcomes) == ["given", *["refused"] * 5]
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.filter(role=Role.ENGINEER).count() == 1


@pytest.mark.parametrize("path", ["/", "/systems/", "/account/sessions/", "/people/"])
def test_no_browser_keeps_a_page_of_a_signed_in_person(
    world: World, signed_in: Callable[..., Client], path: str
) -> None:
    assert "no-store" in signed_in(world.alice).get(path)["Cache-Control"]


def test_what_the_api_answers_a_session_is_not_kept_either(
    world: World, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(world.alice).get("/api/v1/systems")
    assert "no-store" in answer["Cache-Control"]


def test_a_tile_is_kept_by_its_reader_alone(
    world: World, signed_in: Callable[..., Client]
) -> None:
    origin = world.system.log.origin
    answer = signed_in(world.alice).get(f"/log/{origin}/tile/0/000.p/1")
    assert answer["Cache-Control"].startswith("private, ")

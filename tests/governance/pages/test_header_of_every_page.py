"""The header of a system: the same, and whole, on every page of the system."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.people.models import User
from tests.journeys.pages import BARE, PAGES, SYSTEM
from tests.journeys.world import build

SignIn = Callable[[User], Client]
OF_A_SYSTEM = {SYSTEM["pk"], BARE["pk"]}


def header_of(html: str) -> str:
    """The header without its tabs, of which one is the current one."""
    _before, found, rest = html.partition('<header class="system-header">')
    return found + rest.partition("<nav")[0] if found else ""


@pytest.mark.django_db
def test_every_page_of_a_system_has_the_same_header(signed_in: SignIn) -> None:
    world = build(2)
    pages = [page for page in PAGES if page.parts.get("pk") in OF_A_SYSTEM]
    found: dict[str, set[str]] = {}
    for page in pages:
        person = User.objects.get(email=world[f"email:{page.role}"])
        html = signed_in(person).get(page.url(world)).content.decode()
        assert header_of(html), page.name
        found.setdefault(page.parts["pk"], set()).add(header_of(html))
    assert len(pages) > 30
    for header in (*found[SYSTEM["pk"]], *found[BARE["pk"]]):
        for part in ("<h1>", "Provider", "Deployer", "Live", "Log", "system-findings"):
            assert part in header
    (_whole,), (bare,) = found[SYSTEM["pk"]], found[BARE["pk"]]
    assert bare.count("not established") == 2
    assert "No finding approved" in bare

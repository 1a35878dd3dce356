"""How many queries each page may ask, as data; the number does not grow with the world.

`tests/query_budgets.toml` has one line for each page. A page is opened in a small and
in a larger world, so that one query for each row of a list shows.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.dossiers.models import Dossier
from registry.people.models import User
from tests.journeys.no_pages import NO_PAGES
from tests.journeys.pages import PAGES, addresses
from tests.journeys.world import build

BUDGETS = tomllib.loads(
    (Path(__file__).parent.parent / "query_budgets.toml").read_text()
)["budgets"]
SMALL, LARGE = 3, 12
SignIn = Callable[[User], Client]


def test_every_address_is_a_page_with_a_sample_or_says_why_it_is_none() -> None:
    known = {page.address for page in PAGES}
    assert addresses() - known - set(NO_PAGES) == set()
    assert (known | set(NO_PAGES)) - addresses() == set()


def test_every_page_has_a_budget_and_every_budget_a_page() -> None:
    names = [page.name for page in PAGES]
    assert sorted(BUDGETS) == sorted(names)


@pytest.mark.parametrize("number", [SMALL, LARGE])
def test_no_page_asks_more_queries_than_its_budget(
    db: None, signed_in: SignIn, number: int
) -> None:
    world = build(number)
    Dossier.objects.update(
        state=Dossier.State.READY, pdf_sha256="ab" * 32, pdf_size=1, log_size=9
    )
    clients: dict[str, Client] = {"": Client()}
    for name, value in world.items():
        if name.startswith("email:"):
            person = User.objects.get(email=value)
            clients[name.removeprefix("email:")] = signed_in(person)
    found: dict[str, object] = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = clients[page.role].get(page.url(world), follow=bool(page.path))
        if answer.status_code != 200:
            found[page.name] = f"status {answer.status_code} at {page.url(world)}"
        elif len(asked) > BUDGETS.get(page.name, 0):
            found[page.name] = len(asked)
    lines = [f"{name!r} = {asked}" for name, asked in found.items()]
    said = f"above the budget, with {number} of each thing:"
    assert not lines, "\n".join([said, *lines])

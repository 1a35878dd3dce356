"""One running product and one browser for all journeys.

The browser belongs to a module: while it is open its event loop is the thread's, and
Django refuses the database to every other test of this process.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from governance.stack.testing import Server
from tests.databases import TEMPLATE
from tests.journeys.running import Running, running

CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FIRST = "test_from_empty_to_dossier.py"
HERE = Path(__file__).parent

Person = Callable[..., BrowserContext]


def pytest_itemcollected(item: pytest.Item) -> None:
    if HERE in item.path.parents:
        item.add_marker("journey")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journey that begins with an empty database comes first, shuffled or not."""
    items.sort(key=lambda item: (HERE in item.path.parents, item.path.name != FIRST))


@pytest.fixture(scope="session")
def product(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("product")
    # Empty, but migrated: tests/faults begins with a server that has no database.
    with running(postgres, "journeys", folder / "var", TEMPLATE) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture
def somebody(browser: Browser, product: Running) -> Iterator[Person]:
    """Seat a person at a browser of their own, with Playwright's options."""
    seated: list[BrowserContext] = []

    def seat(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=product.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)  # milliseconds
        seated.append(context)
        return context

    yield seat
    for context in seated:
        context.close()

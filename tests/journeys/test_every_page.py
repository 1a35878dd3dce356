"""Every page, for whoever may open it: accessible, narrow, dark, and of one origin."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests import factories
from tests.journeys import desk
from tests.journeys.inspection import HEIGHT, WIDE, Watch, inspect
from tests.journeys.pages import (
    ADMINISTRATOR,
    AUDITOR,
    COMPLIANCE,
    ENGINEER,
    NOBODY,
    OVERSEER,
    PAGES,
    Page,
)
from tests.journeys.running import Running

World = dict[str, str]
Open = Callable[[str, str], tuple[Tab, Watch]]


@pytest.fixture(scope="module")
def world(product: Running) -> World:
    """An organisation with a few of everything, and a dossier that is ready."""
    program = replace(
        product.product.manage("world"),
        arguments=(sys.executable, "-m", "tests.journeys.world", "2"),
    )
    found: World = json.loads(product.run(program).splitlines()[-1])
    ready = "SELECT state FROM governance_dossier WHERE id = %s AND state = 'ready'"
    with psycopg.connect(product.database_url, autocommit=True) as connection:
        product.wait_for(
            lambda: connection.execute(ready, [found["dossier"]]).fetchone(),
            "the dossier is ready",
            patience=180,
        )
    return found


@pytest.fixture(scope="module")
def open_as(browser: Browser, product: Running, world: World) -> Iterator[Open]:
    """Open a path as a role, in the one tab of a person who has signed in."""
    seated: dict[str, tuple[Tab, Watch]] = {}

    def seat(role: str) -> tuple[Tab, Watch]:
        context = browser.new_context(base_url=product.url, reduced_motion="reduce")
        tab = context.new_page()
        if role != NOBODY:
            desk.sign_in(tab, world[f"email:{role}"], factories.PASSWORD)
        watch = Watch(product.url)
        watch.on(tab)
        return tab, watch

    def show(path: str, role: str) -> tuple[Tab, Watch]:
        if role not in seated:
            seated[role] = seat(role)
        tab, watch = seated[role]
        tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
        tab.emulate_media(color_scheme="light")
        watch.forget()
        tab.goto(path)
        return tab, watch

    yield show
    for tab, _watch in seated.values():
        tab.context.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name.replace(" ", "-"))
def test_a_page_is_sound(page: Page, world: World, open_as: Open) -> None:
    tab, watch = open_as(page.url(world), page.role)
    found = [*inspect(tab), *watch.faults]
    assert not found, "\n".join(found)
    assert watch.statuses[-1] == 200


SAMPLES = {page.name: page for page in PAGES}
# What is sent empty, and what that page is called when it says so.
REFUSED = [
    ("login", "Sign in"),
    ("people:invite", "Send the invitation"),
    ("systems:register", "Register the system"),
    ("operators:add", "Register the operator"),
    ("documents:upload", "Upload the document"),
    ("predictions:detail", "Record review"),
    ("classification:wizard", "Keep and continue"),
    ("documentation:leaf missing", "Keep this text as a draft"),
]


@pytest.mark.parametrize(("name", "button"), REFUSED, ids=[name for name, _ in REFUSED])
def test_a_form_that_was_refused_says_so_to_everybody(
    name: str, button: str, world: World, open_as: Open
) -> None:
    page = SAMPLES[name]
    tab, watch = open_as(page.url(world), page.role)
    watch.expected = ("422",)
    desk.send(tab, button)
    expect(tab.locator(".ds-error-summary")).to_be_visible()
    found = [*inspect(tab), *watch.faults]
    assert not found, "\n".join(found)


def test_a_proof_that_was_checked_here_is_shown_to_everybody(
    world: World, open_as: Open
) -> None:
    tab, watch = open_as(SAMPLES["predictions:detail"].url(world), OVERSEER)
    desk.press(tab, "Verify in this browser")
    expect(tab.locator("[data-verdict]")).to_have_attribute("data-tone", "ok")
    button = tab.get_by_role("button", name="Verify in this browser")
    expect(button).to_be_focused()
    assert [*inspect(tab), *watch.faults] == []


def test_the_page_that_shows_a_key_once_is_sound(world: World, open_as: Open) -> None:
    tab, watch = open_as(SAMPLES["systems:mint_key"].url(world), ENGINEER)
    tab.get_by_label("What the key is for").fill("Trial")
    desk.send(tab, "Mint the key")
    expect(tab.locator(".secret")).to_be_visible()
    assert [*inspect(tab), *watch.faults] == []


def test_what_was_typed_before_the_session_ended_stands_on_sound_pages(
    world: World, open_as: Open
) -> None:
    tab, watch = open_as(SAMPLES["systems:register"].url(world), COMPLIANCE)
    tab.locator("[name=name]").fill("Fraud warnings")
    tab.context.clear_cookies(name="probatum_session")
    watch.expected = ("403",)
    desk.send(tab, "Register the system")
    assert [*inspect(tab), *watch.faults] == []
    tab.locator("[name=username]").fill(world[f"email:{COMPLIANCE}"])
    tab.locator("[name=password]").fill(factories.PASSWORD)
    desk.send(tab, "Sign in")
    expect(tab.get_by_role("main")).to_contain_text("Fraud warnings")
    assert [*inspect(tab), *watch.faults] == []


def test_one_day_alone_stands_in_the_middle_of_its_chart(
    world: World, open_as: Open
) -> None:
    tab, _watch = open_as(SAMPLES["predictions:figures"].url(world), COMPLIANCE)
    asked = """async ([first, last]) => {
      const script = document.querySelector("script[src*='js/charts']");
      const { days } = await import(script.src);
      return [days([first])(null, first, last), days([first, last])(null, first, last)];
    }"""
    day, years = 86_400, 86_400_000
    found = tab.evaluate(asked, [10 * day, 10 * day + years])
    assert found == [[9 * day, 11 * day], [10 * day, 10 * day + years]]


def test_the_list_of_keys_is_a_sound_dialog(open_as: Open) -> None:
    tab, watch = open_as("/systems/", AUDITOR)
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog")).to_be_visible()
    assert [*inspect(tab), *watch.faults] == []


@pytest.mark.parametrize("path", ["/systems/00000000-0000-4000-8000-000000000000/"])
def test_a_page_that_does_not_exist_is_sound_too(path: str, open_as: Open) -> None:
    tab, watch = open_as(path, AUDITOR)
    watch.expected = ("404",)
    assert watch.statuses[-1] == 404
    assert inspect(tab) == []


def test_what_a_role_may_not_do_is_said_on_a_sound_page(open_as: Open) -> None:
    tab, watch = open_as("/people/invite/", AUDITOR)
    assert watch.statuses[-1] == 403
    assert inspect(tab) == []


@pytest.mark.parametrize("path", ["/api/", "/admin/"])
def test_third_parties_pages_keep_our_policy_and_our_origin(
    path: str, open_as: Open
) -> None:
    tab, watch = open_as(path, ADMINISTRATOR)
    tab.wait_for_load_state("networkidle")
    paths = [path]
    if path == "/admin/":
        links = tab.locator("#content a, .module a").all()
        paths += sorted({link.get_attribute("href") or "" for link in links})
    found = list(watch.faults)
    for each in paths[1:]:
        tab, watch = open_as(each, ADMINISTRATOR)
        found += [f"{each}: {fault}" for fault in watch.faults]
    assert found == []

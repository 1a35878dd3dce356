"""The main forms do their work in a browser that runs no script at all."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.acts import makes_a_key, posts, registers
from tests.journeys.conftest import Person
from tests.journeys.running import Running

ME = "jo@plain.example"


@pytest.fixture
def page(product: Running, somebody: Person) -> Page:
    """Jo, who takes every role that this needs, and whose browser runs no script."""
    # Nobody gives themselves a role in the browser.
    for role in ("administrator", "overseer", "compliance_officer"):
        said = product.manage(
            *("invite", ME, "--organisation", "Plain Bank", "--role", role)
        )
    link = re.search(r"http://\S+", said)
    assert link is not None
    found = somebody(java_script_enabled=False).new_page()
    desk.accept_invitation(found, link.group(), "Jo")
    desk.sign_in(found, ME)
    return found


def types_past_the_end_of_the_session(page: Page) -> None:
    """What was typed outlives the session; the same person reads and sends it."""
    page.goto("/systems/register/")
    page.locator("[name=name]").fill("Fraud warnings")
    page.locator("[name=intended_purpose]").fill("Warns a clerk.\nBlocks nothing.")
    page.context.clear_cookies(name="probatum_session")
    desk.send(page, "Register the system")
    expect(page.get_by_role("status")).to_contain_text("What you typed is kept")
    page.locator("[name=username]").fill(ME)
    page.locator("[name=password]").fill(desk.PASSWORD)
    desk.send(page, "Sign in")
    expect(page.get_by_role("main")).to_contain_text("Blocks nothing.")
    desk.send(page, "Send it now")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fraud warnings")


def test_registering_overriding_and_a_dossier_need_no_script(
    product: Running, page: Page
) -> None:
    types_past_the_end_of_the_session(page)
    system = registers(page)
    key = makes_a_key(page, system)
    receipt = posts(product, key)[0]
    page.goto(f"{system}predictions/{receipt.id}/")
    page.get_by_role("radio", name=re.compile("^Overridden")).check()
    page.locator("[name=output]").fill("approve")
    page.locator("[name=reason_code]").select_option("implausible")
    desk.send(page, "Record review")
    expect(page.locator("#reviews")).to_contain_text("Jo")
    desk.send(page, "Verify on the server")
    expect(page.locator("#server-check")).to_contain_text("holds.")
    page.goto(f"{system}dossiers/")
    desk.send(page, "Generate dossier")
    take = page.get_by_role("link", name="Download the PDF")
    product.wait_for(lambda: page.reload() and take.count(), "it is ready", 180)
    with page.expect_download() as download:
        take.click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.locator(".rail-person summary").click()
    desk.send(page, "Sign out")
    expect(page).to_have_url(re.compile("/sign-in/"))

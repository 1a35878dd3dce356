"""What a person does at a browser again and again."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from tests.journeys.running import Running, until

PASSWORD = "green lamps over the harbour"
UNKNOWN = "not_established"


def send(page: Page, name: str) -> None:
    """Press the one button of this name, and wait for the page that answers."""
    with page.expect_navigation():
        press(page, name)


def press(page: Page, name: str) -> None:
    """Press the one button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def accept_invitation(page: Page, link: str, name: str) -> None:
    """Follow the link, say who one is, choose a password."""
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.locator("[name=new_password1]").fill(PASSWORD)
    page.locator("[name=new_password2]").fill(PASSWORD)
    send(page, "Set the password")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in at the sign-in page, as anybody does."""
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    send(page, "Sign in")


def invite(page: Page, product: Running, email: str, role: str) -> str:
    """Invite a person in the browser; return the link out of the e-mail."""
    fill_invitation(page, email, role)
    found: str = until(
        lambda: link_for(product.said("web"), email), f"an e-mail to {email}"
    )
    return found


def fill_invitation(page: Page, email: str, role: str) -> None:
    """Give a person a role in the browser."""
    page.goto("/people/invite/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role").select_option(role)
    send(page, "Send the invitation")


def link_for(mails: str, email: str) -> str:
    """The link of the newest e-mail to the address; "" when there is none yet."""
    found = re.findall(
        rf"^To: {re.escape(email)}$.*?(http://\S+/account/\S+)$",
        mails,
        re.MULTILINE | re.DOTALL,
    )
    return found[-1] if found else ""


def answer_interview(page: Page, knowledge: Mapping[str, Any]) -> int:
    """Answer the wizard's pages to its end; return how many there were."""
    pages = answer_pages(page, knowledge)
    with page.expect_navigation():
        page.get_by_role("link", name="Go on to the full assessment").click()
    return pages + answer_pages(page, knowledge)


def answer_pages(page: Page, knowledge: Mapping[str, Any]) -> int:
    """Answer page after page until one asks nothing; return how many there were."""
    pages = 0
    while (asked := page.locator("input[name=asked]")).count():
        for fact in asked.input_value().split(","):
            answer = knowledge.get(fact, UNKNOWN)
            for value in [answer] if isinstance(answer, str) else answer:
                page.locator(f'input[name="{fact}"][value="{value}"]').check()
        send(page, "Keep and continue")
        pages += 1
        assert pages < 40
    return pages

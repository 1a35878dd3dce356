"""Acts of a journey that more than one test begins with."""

import re

from playwright.sync_api import Page, expect
from probatum_client import Client, Prediction, Receipt

from tests.journeys import desk
from tests.journeys.running import Running

SYSTEM = "Consumer credit scoring"
OUTPUTS = ["reject", "approve", "approve", "reject", "approve"]


def registers(page: Page) -> str:
    """Register the system; its address."""
    page.goto("/systems/register/")
    page.get_by_label("Name", exact=True).fill(SYSTEM)
    page.get_by_label("Intended purpose").fill("Scores applicants; a clerk decides.")
    desk.send(page, "Register the system")
    expect(page.locator("h1")).to_have_text(SYSTEM)
    return page.url


def makes_a_key(page: Page, system: str) -> str:
    """Add a source and mint a key; the key, read off the page."""
    page.goto(f"{system}sources/")
    page.get_by_label("Name of the service").fill("scoring-service")
    desk.send(page, "Add the source")
    page.get_by_label("What the key is for").fill("Production")
    desk.send(page, "Mint the key")
    key = page.locator(".secret code").inner_text()
    assert re.fullmatch(r"\w{8}\.\w{32}", key)
    page.goto(f"{system}sources/")
    expect(page.locator("main")).not_to_contain_text(key)
    return key


def adds_version(page: Page, system: str) -> None:
    """Register a version of the whole system."""
    page.goto(f"{system}versions/add/")
    page.get_by_label("Version", exact=True).fill("2.0.0")
    desk.send(page, "Register the version")
    expect(page.locator("main")).to_contain_text("2.0.0")


def posts(product: Running, key: str) -> list[Receipt]:
    """Post events as the scoring service does."""
    with Client(product.url, api_key=key) as client:
        receipts = client.log_many(
            Prediction(
                model_version="2.0.0",
                input={"amount": 5000 + number},
                output={"decision": decision},
                confidence=0.6,
            )
            for number, decision in enumerate(OUTPUTS)
        )
    assert [receipt.status for receipt in receipts] == ["appended"] * len(OUTPUTS)
    return receipts

"""The last part of a journey: a draft for the EU database, and what becomes of it."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.governance.dossiers.opened import page_texts
from tests.governance.registration.test_files import cells
from tests.journeys import desk
from tests.journeys.inspection import inspect

DATA = "Applications of 2019 to 2025, read by a model that orders them."
REFERENCE = "EU-DB-4711"
NOT_SENT = "nothing has been sent"
NOT_ONE = "not a registration"


def fills_in_the_draft(page: Page, system: str, name: str) -> str:
    """What the register knows stands there; Alice writes what it does not."""
    page.goto(f"{system}registration/")
    for section in ("its high-risk system", "The public deployer"):
        link = page.get_by_role("link", name=section)
        expect(link).to_be_visible()
    page.get_by_role("link", name="its high-risk system").click()
    main = page.locator("main")
    expect(main).to_contain_text(NOT_SENT)
    draft = page.url
    row = page.get_by_role("row").filter(has_text="Data used, and how it works")
    expect(row).to_contain_text("Missing")
    for known in ("18055 Rostock", name, "Germany"):
        expect(page.get_by_role("table")).to_contain_text(known)
    page.get_by_role("link", name="Data used, and how it works").click()
    page.get_by_label("The text below").check()
    page.locator("[name=text]").fill(DATA)
    desk.send(page, "Keep in the draft")
    expect(row).to_contain_text("Complete")
    expect(row).to_contain_text("Alice Vogt")
    return draft


def takes_the_files(page: Page, draft: str, folder: Path) -> None:
    """Three files of the same content; each says that it is no registration."""
    files = {}
    for kind in ("JSON", "XLSX", "PDF"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind, exact=True).click()
        download.value.save_as(path := folder / f"draft.{kind.lower()}")
        files[kind] = path.read_bytes()
    digest = page.locator("#export code").inner_text()
    told = json.loads(files["JSON"])
    _cells, texts = cells(files["XLSX"])
    paper = " ".join(page_texts(files["PDF"]))
    assert told["sha256"] == digest
    assert digest in texts
    assert digest in paper.replace(" ", "")
    for text in (told["notice"], " ".join(texts), paper):
        assert NOT_SENT in text
        assert NOT_ONE in text
    for text in (files["JSON"].decode(), " ".join(texts), paper):
        assert DATA in text
        assert "Rostock" in text
    assert page.url == draft


def states_the_submission(page: Page, draft: str) -> None:
    page.goto(draft)
    page.get_by_label("Submitted on").fill("2026-11-20")
    page.get_by_label("Reference").fill(REFERENCE)
    desk.send(page, "State it as submitted")
    main = page.locator("main")
    expect(main).to_contain_text(f"under the reference {REFERENCE}")
    expect(main).to_contain_text(NOT_ONE)
    page.get_by_role("link", name="The draft as it stands now").click()
    expect(main).to_contain_text("Nothing differs from what was submitted")


def changes_a_fact(page: Page, system: str) -> None:
    page.goto(f"{system}edit/")
    page.get_by_label("Austria").check()
    desk.send(page, "Keep the change")


def sees_the_alarm(page: Page, system: str) -> None:
    """On the system's page, and down to the field that differs."""
    page.goto(system)
    main = page.locator("main")
    expect(main).to_contain_text("The registration is out of date")
    page.get_by_role("link", name="See what changed").click()
    expect(main).to_contain_text("1 field is no longer what was submitted")
    page.get_by_role("link", name="its high-risk system").click()
    changed = page.locator("#differences")
    for words in ("Member States", "Germany", "Austria"):
        expect(changed).to_contain_text(words)
    assert inspect(page) == []

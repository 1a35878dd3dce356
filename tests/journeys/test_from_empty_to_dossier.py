"""From an empty database through browser and socket to a dossier that is verified."""

import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import psycopg
import pytest
from playwright.sync_api import Page, expect
from probatum_client import Receipt

from tests.governance.law.worlds import CREDIT
from tests.journeys import desk
from tests.journeys.acts import (
    OUTPUTS,
    adds_version,
    makes_a_key,
    posts,
    registers,
)
from tests.journeys.conftest import Person
from tests.journeys.running import Running

ADDRESS = "{}@nordlicht.example"


@pytest.fixture
def staff(product: Running, somebody: Person) -> dict[str, Page]:
    """One administrator by the command line; the others invited by her."""
    with psycopg.connect(product.database_url) as connection:
        people = connection.execute("SELECT count(*) FROM registry_user").fetchone()
    assert people == (0,), "this journey begins with an empty database"
    said = product.manage(
        *("invite", ADDRESS.format("ada")),
        *("--organisation", "Nordlicht Bank", "--role", "administrator"),
    )
    links = {"ada": re.search(r"http://\S+", said).group()}  # type: ignore[union-attr]
    found = {"ada": somebody().new_page()}
    enter(found["ada"], links["ada"], "ada")
    for name, role in {
        "emil": "engineer",
        "olga": "overseer",
        "rita": "risk_officer",
        "carl": "compliance_officer",
    }.items():
        link = desk.invite(found["ada"], product, ADDRESS.format(name), role)
        found[name] = somebody().new_page()
        enter(found[name], link, name)
    return found


def enter(page: Page, link: str, name: str) -> None:
    desk.accept_invitation(page, link, name.title())
    desk.sign_in(page, ADDRESS.format(name))


def test_from_an_empty_database_to_a_dossier_that_a_stranger_verifies(
    product: Running, staff: dict[str, Page], tmp_path: Path
) -> None:
    system = registers(staff["ada"])
    key = makes_a_key(staff["ada"], system)
    adds_version(staff["emil"], system)
    receipts = posts(product, key)
    vkey = overrides(staff["olga"], receipts[0])
    for receipt in receipts:
        assert receipt.check(vkey).signature == "valid"
    classifies(staff["rita"], system)
    approves(staff["carl"], system)
    documents(staff["rita"], staff["carl"], system)
    pdf = generates(staff["carl"], system, tmp_path)
    verifies(pdf, vkey, tmp_path)


def overrides(page: Page, receipt: Receipt) -> str:
    """From the queue: verify a prediction, override it; the log's key on its page."""
    page.goto("/oversight/")
    page.locator(f'main a[href*="{receipt.id}"]').first.click()
    desk.press(page, "Verify in this browser")
    verdict = page.locator("[data-verdict]")
    expect(verdict).to_have_attribute("data-tone", "ok")
    for step in page.locator("[data-step]").all():
        expect(step).to_have_attribute("data-result", "holds")
    page.get_by_role("radio", name=re.compile("^Overridden")).check()
    page.get_by_label("The decision that replaces it").fill("approve")
    page.get_by_label(re.compile("^Reason")).select_option("context_missing")
    page.get_by_label("In your own words").fill("The guarantor was not asked about.")
    prediction = page.url
    desk.send(page, "Record review")
    page.wait_for_url("**/oversight/**")
    expect(page.locator(f'main a[href*="{receipt.id}"]')).to_have_count(0)
    page.goto(prediction)
    expect(page.locator("#reviews")).to_contain_text("Olga")
    expect(page.locator("#reviews")).to_contain_text("approve")
    vkey = page.locator("[data-verify]").get_attribute("data-vkey")
    assert vkey is not None
    return vkey


def classifies(page: Page, system: str) -> None:
    page.goto(f"{system}classification/new/")
    assert desk.answer_interview(page, CREDIT) > 2
    expect(page.locator("main")).to_contain_text("Annex III 5(b)")
    desk.send(page, "Propose this classification")
    expect(page.locator("main")).to_contain_text("second person")


def approves(page: Page, system: str) -> None:
    page.goto(f"{system}classification/")
    page.locator("main a", has_text="Annex III").first.click()
    desk.send(page, "Approve this classification")
    page.goto(system)
    expect(page.locator("main")).to_contain_text("Annex III 5(b)")


def documents(author: Page, second: Page, system: str) -> None:
    """Write one point of Annex IV; another person approves it."""
    point = f"{system}documentation/"
    author.goto(point)
    author.locator('main a[href$="/annex-iv-1-a/"]').click()
    author.locator("[name=text]").fill("Scores consumer loan applicants.")
    desk.send(author, "Keep this text as a draft")
    second.goto(author.url)
    expect(second.locator("main")).to_contain_text("Scores consumer loan applicants.")
    desk.send(second, "Approve this text")
    second.goto(point)
    row = second.locator("tr", has=second.locator('a[href$="/annex-iv-1-a/"]'))
    expect(row).to_contain_text("Approved by Carl")


def generates(page: Page, system: str, folder: Path) -> Path:
    """Ask for the dossier, watch its progress, take the file away."""
    page.goto(f"{system}dossiers/")
    desk.send(page, "Generate dossier")
    take = page.get_by_role("link", name="Download the PDF")
    expect(take).to_be_visible(timeout=180_000)  # milliseconds; nobody loads it again
    with page.expect_download() as download:
        take.click()
    path = folder / "dossier.pdf"
    download.value.save_as(path)
    return path


def verifies(pdf: Path, vkey: str, folder: Path) -> None:
    """A stranger's part: plain Python, the attached verifier, a key got elsewhere."""
    files = folder / "files"
    files.mkdir()
    with pikepdf.open(pdf) as opened:
        for name, attached in opened.attachments.items():
            (files / name).write_bytes(attached.get_file().read_bytes())
    assert {"checkpoint", "contents.json", "verifier.pyz"} <= set(names(files))
    proofs = [name for name in names(files) if name.startswith("proof-")]
    assert len(proofs) >= len(OUTPUTS)
    for name in ["checkpoint", *proofs]:
        status, said = verify(files, name, vkey)
        assert status == 0, said
        assert "The evidence holds." in said
    whole = (files / proofs[0]).read_text()
    entry = re.search(r'"entry": ?"([^"]{40})', whole)
    assert entry is not None
    at = entry.start(1) + 30
    flipped = "B" if whole[at] != "B" else "C"
    (files / proofs[0]).write_text(whole[:at] + flipped + whole[at + 1 :])
    status, said = verify(files, proofs[0], vkey)
    assert status == 1
    assert re.search(rf"^WRONG +{proofs[0]}.*: .*leaf", said, re.MULTILINE), said


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def verify(folder: Path, name: str, vkey: str) -> tuple[int, str]:
    """Status and output of the verifier, isolated from everything installed here."""
    found = subprocess.run(
        [sys.executable, "-I", "verifier.pyz", "verify", name, "--vkey", vkey],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
    )
    return found.returncode, found.stdout + found.stderr

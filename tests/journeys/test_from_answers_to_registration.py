"""From a system that is registered to a draft for the EU database that rings."""

import json
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import factories
from tests.governance.law.worlds import HIRING
from tests.journeys import desk
from tests.journeys.conftest import Person
from tests.journeys.footprints import Footprints, asked_by
from tests.journeys.inspection import inspect
from tests.journeys.registration import (
    changes_a_fact,
    fills_in_the_draft,
    sees_the_alarm,
    states_the_submission,
    takes_the_files,
)
from tests.journeys.running import Running

SYSTEM = "Applicant ranking"
BANK, OTHER = "Landesbank Mittelmeer", "Other Bank"
# The bank makes the system, and lets its own recruiters use it.
ANSWERS = HIRING | {"our_roles": ["provider", "deployer"]}
SOURCE = "Frida Lund, who leads recruiting"
STATUTES = "Statutes of the bank, § 1."
TRAINED = "Everybody was trained in October."
PHONE = {"width": 360, "height": 780}
DAY = r"\d{1,2} [A-Z][a-z]{2} \d{4}"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class Seats:
    """Who sits at which browser; Bob reads and decides on a telephone."""

    alice: Page
    bob: Page
    others: dict[str, BrowserContext]
    way: Footprints


@pytest.fixture
def seats(product: Running, somebody: Person) -> Seats:
    program = replace(
        product.product.manage("cast"),
        arguments=(sys.executable, "-m", "tests.journeys.cast", BANK, OTHER),
    )
    emails = json.loads(product.run(program).splitlines()[-1])
    contexts = {name: somebody() for name in ("alice", "aria", "mallory")}
    contexts["bob"] = somebody(viewport=PHONE)
    pages = {name: context.new_page() for name, context in contexts.items()}
    for name, page in pages.items():
        desk.sign_in(page, emails[name], factories.PASSWORD)
    way = Footprints()
    way.of(pages["alice"])
    way.of(pages["bob"])
    others = {
        "an authority without the system": contexts["aria"],
        "another organisation's officer": contexts["mallory"],
        "nobody": somebody(),
    }
    return Seats(pages["alice"], pages["bob"], others, way)


def test_from_answers_to_a_draft_of_the_registration_that_rings(
    seats: Seats, tmp_path: Path
) -> None:
    alice, bob = seats.alice, seats.bob
    system = registers(alice)
    operator = states_who_we_are(alice, system)
    answers(alice, system)
    approves(bob, system)
    reads_the_duties(alice, system)
    gives_owners(alice, system)
    duty = submits_evidence(alice, system)
    accepts(bob, duty)
    feed = sees_the_calendar(alice)
    reads_the_feed(seats.others["nobody"], feed)
    draft = fills_in_the_draft(alice, system, SYSTEM)
    takes_the_files(alice, draft, tmp_path)
    states_the_submission(bob, draft)
    changes_a_fact(alice, system)
    sees_the_alarm(bob, system)
    for who, person in seats.others.items():
        gets_in_nowhere(who, person, seats.way, system, operator)


def registers(page: Page) -> str:
    """Register the system; its address."""
    page.goto("/systems/register/")
    page.get_by_label("Name", exact=True).fill(SYSTEM)
    page.get_by_label("Intended purpose").fill(
        "Orders applications for posts in our branches; a recruiter reads them all."
    )
    page.get_by_label("Germany").check()
    desk.send(page, "Register the system")
    expect(page.locator("h1")).to_have_text(SYSTEM)
    return page.url


def states_who_we_are(page: Page, system: str) -> str:
    """Our operator with two roles, and facts that switch duties; its address."""
    page.goto("/operators/add/")
    page.get_by_label("Legal name").fill(BANK)
    page.get_by_label("Country of establishment").fill("DE")
    page.locator("[name=address]").fill("Hafenplatz 3\n18055 Rostock")
    page.locator("[name=contact]").fill("ai@landesbank.example")
    page.get_by_label("Size").select_option(label="Larger enterprise")
    desk.send(page, "Register the operator")
    for role in ("provider", "deployer"):
        page.goto(f"{system}roles/add/")
        page.get_by_label("Operator", exact=True).select_option(label=BANK)
        page.get_by_label("Role").select_option(role)
        page.get_by_label("Since").fill("2026-01-01")
        page.get_by_label("Why").fill("Its own staff makes it, and uses it.")
        desk.send(page, "State the role")
    page.goto(f"{system}circumstances/")
    row = page.get_by_role("listitem")
    larger = row.filter(has_text="micro, small or medium-sized")
    expect(larger).to_contain_text("from the register")
    for question in ("governed by public law", "Do you, as an employer"):
        expect(row.filter(has_text=question)).to_contain_text("not established")
        page.get_by_role("link", name=question).click()
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("What it rests on").fill(STATUTES)
        desk.send(page, "Keep the answer")
        expect(row.filter(has_text=question)).to_contain_text(STATUTES)
    found = page.get_by_role("link", name="Over all systems").get_attribute("href")
    assert found is not None
    return found


def answers(page: Page, system: str) -> None:
    """A first verdict after the screening, then the rest with its source."""
    page.goto(f"{system}classification/new/")
    desk.answer_pages(page, ANSWERS)
    main = page.locator("main")
    expect(main).to_contain_text("Screening: not yet proposed")
    expect(main).to_contain_text("Annex III 4(a)")
    expect(main).to_contain_text("By the register it falls on you, as provider")
    with page.expect_navigation():
        page.get_by_role("link", name="Go on to the full assessment").click()
    # What the register knows of our roles is proposed, and confirmed here.
    for role in ("provider", "deployer"):
        box = page.locator(f'[name="our_roles"][value="{role}"]')
        expect(box).to_be_checked()
    page.locator("summary", has_text="How do you know?").click()
    page.get_by_label("Who told you, or where it stands").fill(SOURCE)
    desk.answer_pages(page, ANSWERS)
    expect(page.locator("h2").first).to_have_text("Review before you propose")
    expect(main).to_contain_text(SOURCE)
    expect(main).to_contain_text("It falls on you.")
    desk.send(page, "Propose this classification")
    expect(main).to_contain_text("You answered these questions yourself.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.goto(f"{system}duties/")
    expect(main).to_contain_text("No duties yet")


def approves(page: Page, system: str) -> None:
    """From the work list: read answers with their source, approve; seen on a phone."""
    page.goto("/")
    page.locator("#needs + ul").get_by_role("link", name=SYSTEM).click()
    page.get_by_role("link", name="Read and decide").click()
    expect(page.locator("main")).to_contain_text(SOURCE)
    desk.send(page, "Approve this classification")
    page.goto(system)
    expect(page.locator("main")).to_contain_text("Annex III 4(a)")


def reads_the_duties(page: Page, system: str) -> None:
    """Each with its citation and its day, in both readings where there are two."""
    page.goto(f"{system}duties/")
    page.get_by_role("link", name="Unfold all").click()
    row = page.get_by_role("row").filter(has_text="Register provider and system")
    expect(row).to_contain_text("Art. 49(1)")
    expect(row).to_contain_text("no day yet")
    # What comes before use is due by the day that is planned for it.
    page.goto(f"{system}edit/")
    page.get_by_label("Put into service on").fill("2027-01-15")
    desk.send(page, "Keep the change")
    page.goto(f"{system}duties/?all=1")
    expect(row).to_contain_text("15 Jan 2027")
    expect(row).to_contain_text(re.compile(f"{DAY}.*by the other reading {DAY}", re.S))
    row.get_by_role("link").click()
    main = page.locator("main")
    expect(main).to_contain_text(re.compile(f"Applies from.*{DAY}.*plan by the", re.S))
    expect(main).to_contain_text("A breach can cost")
    expect(main).to_contain_text("Art. 99")
    # What hangs on who we are: employers inform their staff, public bodies register.
    page.goto(f"{system}duties/")
    for duty in ("Art. 26(7)", "Art. 26(8)"):
        expect(page.locator("main")).to_contain_text(duty)


def gives_owners(page: Page, system: str) -> None:
    """All of one group at once."""
    group = page.locator("section", has=page.locator("h3#later"))
    rows = group.locator("tbody tr")
    group.get_by_role("link", name="Tick all").click()
    expect(group.get_by_role("checkbox", checked=True)).to_have_count(rows.count())
    page.locator("#bulk_owner").select_option(label="Alice Vogt")
    many = rows.count()
    assert many > 20
    desk.send(page, "Give the ticked duties")
    expect(page.locator("main")).to_contain_text(f"{many} duties changed hands.")
    expect(rows.filter(has_text="Alice Vogt")).to_have_count(many)


def submits_evidence(page: Page, system: str) -> str:
    """Bring evidence for one; its address. Who brought it does not accept it."""
    page.goto(f"{system}duties/?all=1")
    page.get_by_role("link", name="Human oversight by design").click()
    page.locator("summary", has_text="Submit evidence").click()
    page.get_by_label("Note").fill(TRAINED)
    page.get_by_label("Classification of").check()
    desk.send(page, "Submit this evidence")
    expect(page.locator("main")).to_contain_text("You submitted it yourself.")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    return page.url


def accepts(page: Page, duty: str) -> None:
    page.goto(duty)
    expect(page.locator("main")).to_contain_text(TRAINED)
    desk.send(page, "Accept the evidence")
    expect(page.locator("main")).to_contain_text(re.compile("Accepted by.*Bob", re.S))


def sees_the_calendar(page: Page) -> str:
    """The month of the due days, and a secret address for one's own program."""
    page.goto("/obligations/calendar/")
    page.get_by_role("complementary").get_by_role("link", name="December 2027").click()
    main = page.locator("main")
    expect(main.get_by_role("link", name=SYSTEM).first).to_be_visible()
    page.locator("summary", has_text="Show them").last.click()
    expect(main.get_by_role("link", name="Risk management system")).to_be_visible()
    expect(main.get_by_role("link", name="Human oversight by design")).to_have_count(0)
    page.get_by_label("With", exact=True).select_option("mine")
    desk.send(page, "Make the address")
    assert inspect(page) == []
    return page.locator(".secret code").inner_text()


def reads_the_feed(person: BrowserContext, feed: str) -> None:
    """A calendar program has no session, only the address."""
    answer = person.request.get(feed)
    assert answer.headers["content-type"].startswith("text/calendar")
    text = answer.text()
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") > 10
    [at] = [n for n, line in enumerate(lines) if "Risk management system" in line]
    event = lines[at - lines[at::-1].index("BEGIN:VEVENT") :]
    event = event[: event.index("END:VEVENT")]
    assert any(re.fullmatch(r"DTSTART;VALUE=DATE:\d{8}", line) for line in event)
    assert any(SYSTEM in line for line in event)
    other = feed[:-1] + ("a" if feed[-1] != "a" else "b")
    assert person.request.get(other).status == 404


def gets_in_nowhere(
    who: str, person: BrowserContext, way: Footprints, *things: str
) -> None:
    """No page or form of the way opens; no list and no answer names the system."""
    signed_in = who != "nobody"
    names = [UUID.findall(thing)[0] for thing in things]
    walked = way.through(*names)
    forms = [path for method, path in walked if method == "POST"]
    assert len(forms) > 10
    assert len(walked) > 2 * len(forms)
    for asked, answer in asked_by(person, walked):
        assert answer.status in ({404} if signed_in else {302, 403}), (who, asked)
        if answer.status == 302:
            assert "/sign-in/" in answer.headers["location"], (who, asked)
    for path in ("/systems/", "/obligations/", "/obligations/calendar/"):
        answer = person.request.get(path)
        assert SYSTEM not in answer.text(), (who, path)
    for part in ("obligations", "registrations", "classifications", "acting"):
        answer = person.request.get(f"/api/v1/systems/{names[0]}/{part}")
        assert answer.status == (404 if signed_in else 401), (who, part)

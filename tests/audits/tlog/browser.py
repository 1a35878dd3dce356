"""The page that verifies, opened from a file in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from audits.tlog.page_build import build_page

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
SITE = "http://localhost:9"  # nothing listens there: every request is answered here
STEPS = """() => [...document.querySelectorAll("details.file")].map((file) => [
  file.querySelector("h3").textContent,
  [...file.querySelectorAll("li[data-state]")].map((step) => [
    step.dataset.state,
    step.querySelector(".what > span:last-child").textContent,
    (step.querySelector(".detail") || step).textContent])])"""


@dataclass
class Outcome:
    """What the page says: its verdict, and the steps of each file."""

    tone: str
    verdict: str
    files: list[tuple[str, list[tuple[str, str, str]]]]

    @property
    def failed(self) -> list[tuple[str, str]]:
        """The steps that do not hold, each with its file."""
        return [(name, s[1]) for name, steps in self.files for s in steps
                if s[0] == "fails"]  # fmt: skip

    @property
    def states(self) -> set[str]:
        return {step[0] for _, steps in self.files for step in steps}

    def step(self, what: str) -> tuple[str, str]:
        """State and detail of the first step of that name."""
        return next((s[0], s[2]) for _, steps in self.files for s in steps
                    if s[1].startswith(what))  # fmt: skip


@dataclass
class Opened:
    """The page in a tab, and everything that it asked for or complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def check(self, *files: Path, key: str = "") -> Outcome:
        """Give the page these files, as a person does with the picker."""
        self.page.reload()
        self.page.fill("#key", key)
        self.page.set_input_files("#files", files)
        return self.outcome()

    def outcome(self) -> Outcome:
        self.page.locator("#verdict").wait_for()
        box = self.page.locator(".verdict:has(#verdict)")
        return Outcome(
            box.get_attribute("data-tone") or "",
            self.page.inner_text("#verdict"),
            self.page.evaluate(STEPS),
        )


@contextmanager
def browsing() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(browser: Browser, folder: Path, script: str = "") -> Opened:
    """Write the page into the folder and open it from there."""
    build_page(folder / "verify.html")
    page = browser.new_page()
    page.set_default_timeout(20_000)
    if script:
        page.add_init_script(script)
    found = Opened(page)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.goto((folder / "verify.html").as_uri())
    return found


def modules(browser: Browser) -> Page:
    """An empty page to which the page's modules are handed one by one, unbuilt."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{SITE}/")
        body = (files("audits.tlog") / "page" / name).read_text() if name else ""
        kind = "text/javascript" if name else "text/html"
        route.fulfill(content_type=kind, body=body)

    found = browser.new_page()
    found.route("**/*", answer)
    found.goto(f"{SITE}/")
    return found

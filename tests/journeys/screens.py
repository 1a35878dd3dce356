"""`python -m tests.journeys.screens FOLDER`: pictures of every page of a live product.

Reads VAR_DIR/ready.json (VAR_DIR defaults to ./var), signs in as each sample user and
walks every page that a link of that user's pages leads to, one page for each address
and kind of thing: light, dark, and narrow. FOLDER/index.html shows them side by side.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import desk
from tests.journeys.conftest import CHROMIUM, OPTIONS
from tests.journeys.inspection import HEIGHT, NARROW, SETTLED, WIDE

SHOTS = {
    "light": (WIDE, "light"),
    "dark": (WIDE, "dark"),
    "narrow": (NARROW, "light"),
    "narrow-dark": (NARROW, "dark"),
}
SIGNED_OUT = ["/sign-in/", "/account/reset/", "/account/reset/sent/"]
# A link to these ends the walk, hands out a file, or belongs to a third party.
NOT_FOLLOWED = re.compile(
    r"^/(admin|api|log|static|sign-out)\b|/(download|proof|bundle)/?$|csv"
)
LINKS = """() => Array.from(
  document.querySelectorAll("a[href]:not([download])"), (a) => a.href)"""
THING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|annex-iv-[\w-]+|(?<=/keys/)\w{8}")


@dataclass
class Walk:
    """One person's way through the product; a page of each kind is taken once."""

    page: Page
    origin: str
    folder: Path
    todo: list[str] = field(default_factory=lambda: ["/"])
    kinds: set[str] = field(default_factory=set)

    def shoot_all(self) -> Iterator[str]:
        """Yield the kind of each page whose pictures have been saved."""
        while self.todo:
            path = self.todo.pop(0)
            kind = kind_of(path)
            if kind in self.kinds:
                continue
            self.kinds.add(kind)
            answer = self.page.goto(path)
            if answer is None or "text/html" not in answer.headers["content-type"]:
                continue
            self.shoot(kind)
            self.todo += self.links()
            yield kind

    def shoot(self, kind: str) -> None:
        name = re.sub(r"[^\w=-]+", "_", kind).strip("_") or "home"
        for how, (width, scheme) in SHOTS.items():
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.evaluate(SETTLED)
            target = self.folder / f"{name}.{how}.png"
            self.page.screenshot(path=target, full_page=True)

    def links(self) -> Iterator[str]:
        for link in self.page.evaluate(LINKS):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != self.origin:
                continue
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if not NOT_FOLLOWED.search(path):
                yield path


def kind_of(path: str) -> str:
    """The address without what it names: /systems/ID/edit/ and the like."""
    parts = urlsplit(path)
    names = ",".join(sorted(name for name, _value in parse_qsl(parts.query)))
    return THING.sub("ID", parts.path) + (f"?{names}" if names else "")


def shoot(browser: Browser, ready: dict[str, object], folder: Path) -> None:
    """Take every picture that the sample's users can see."""
    origin = str(ready["url"])
    for who, walk in seats(browser, ready, origin, folder):
        for kind in walk.shoot_all():
            print(f"{who:24} {kind}", flush=True)
        walk.page.context.close()
    index(folder)


def seats(
    browser: Browser, ready: dict[str, object], origin: str, folder: Path
) -> Iterator[tuple[str, Walk]]:
    def seat(who: str) -> Page:
        (folder / who).mkdir(parents=True, exist_ok=True)
        context = browser.new_context(base_url=origin, reduced_motion="reduce")
        return context.new_page()

    signed_out = Walk(seat("signed-out"), origin, folder / "signed-out", SIGNED_OUT)
    yield "signed-out", signed_out
    for user in ready["users"]:  # type: ignore[attr-defined]
        page = seat(user["role"])
        desk.sign_in(page, user["email"], user["password"])
        yield user["role"], Walk(page, origin, folder / user["role"])


def index(folder: Path) -> None:
    """Write a page that shows all pictures."""
    rows = [
        f"<h2>{escape(str(path.relative_to(folder)))}</h2>"
        + "".join(
            f'<a href="{each}"><img src="{each}" width="280" loading="lazy"></a>'
            for how in SHOTS
            if (each := str(path.relative_to(folder)).replace(".light.", f".{how}."))
        )
        for path in sorted(folder.glob("*/*.light.png"))
    ]
    (folder / "index.html").write_text("<!doctype html>" + "\n".join(rows))


def main(folder: Path) -> None:
    var_dir = Path(os.environ.get("VAR_DIR") or "var")
    ready = json.loads((var_dir / "ready.json").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        shoot(browser, ready, folder)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.journeys.screens FOLDER")
    main(Path(sys.argv[1]))

"""What is wrong with a page, as a browser sees it: one list of plain sentences."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
WIDE, NARROW = 1440, 360  # CSS pixels
HEIGHT = 900
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The rules that look at colours: all that another theme can change.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_AXE = """async (runOnly) => {
  const options = {runOnly, preload: false, resultTypes: ["violations"]};
  const about = (node) =>
    `${node.target.join(" ")} (${node.any.concat(node.all, node.none)[0]?.message})`;
  const found = await axe.run(document, options);
  return found.violations.map(
    (each) => `${each.id}: ${each.nodes.slice(0, 3).map(about).join("; ")}`);
}"""
# Two frames for what follows a new size, then the end of what moves and will end.
SETTLED = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  await Promise.all(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished.catch(() => null)));
}"""
SHAPE = """() => {
  const controls = "main :is(a[href], button, input, select, textarea)";
  return {
    h1: document.querySelectorAll("h1").length,
    title: document.title.split("·")[0].trim(),
    unreachable: [...document.querySelectorAll(controls)]
      .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex !== 0)
      .map((e) => e.outerHTML.slice(0, 120)),
  };
}"""
TOO_WIDE = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const cuts = (e) => e && e !== root &&
    (getComputedStyle(e).overflowX !== "visible" || cuts(e.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > width + 0.5)
    .filter((e) => !cuts(e.parentElement))
    .slice(0, 4).map((e) => e.outerHTML.slice(0, 160));
}"""
OPEN = """() => document.querySelectorAll("details").forEach((each) => {
  each.open = true;
})"""
# A ring may be an outline or a shadow.
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return {text: e.textContent.trim(), inMain: !!e.closest("main"), tag: e.tagName,
    ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
    seen: e.checkVisibility() && e.getBoundingClientRect().top >= 0};
}"""
WATCH = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));"""


@dataclass
class Watch:
    """Collects what a page does that it should not: errors, CSP, foreign requests."""

    origin: str
    statuses: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # Statuses that a test means to provoke; the browser logs them as errors.
    expected: tuple[str, ...] = ()

    def forget(self) -> None:
        """Begin anew, for another page."""
        self.faults.clear()
        self.statuses.clear()
        self.expected = ()

    def on(self, page: Page) -> None:
        page.add_init_script(WATCH)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not any(
            status in message.text for status in self.expected
        ):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.request.is_navigation_request():
            self.statuses.append(response.status)

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and (
            f"{parts.scheme}://{parts.netloc}" != self.origin
        ):
            self.faults.append(f"request to another origin: {url}")


def inspect(page: Page) -> list[str]:
    """Everything wrong with the page, wide and narrow, light and dark.

    Narrow, with everything unfolded that can be: menus, reasons, tables of charts.
    """
    found = [*_shape(page), *_keyboard(page)]
    page.evaluate(AXE)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        if width == NARROW:
            page.evaluate(OPEN)
        page.evaluate(SETTLED)
        if width == NARROW:
            wide = page.evaluate(TOO_WIDE)
            found += [f"wider than {NARROW} px: {element}" for element in wide]
        found += _axe(page, f"light, {width} px", {"type": "tag", "values": WCAG})
        page.emulate_media(color_scheme="dark")
        page.evaluate(SETTLED)
        found += _axe(page, f"dark, {width} px", {"type": "rule", "values": COLOURS})
    return found


def _axe(page: Page, how: str, rules: dict[str, Any]) -> list[str]:
    return [f"axe ({how}): {violation}" for violation in page.evaluate(RUN_AXE, rules)]


def _shape(page: Page) -> list[str]:
    shape = page.evaluate(SHAPE)
    found = []
    if shape["h1"] != 1:
        found.append(f"{shape['h1']} headings of the first level")
    if not shape["title"]:
        found.append("the title is empty")
    found += [f"not reached by Tab: {each}" for each in shape["unreachable"]]
    return found


def _keyboard(page: Page) -> list[str]:
    """The skip link comes first and leads into the content; focus can be seen.

    A form or a list of errors that takes the focus has been reached already.
    """
    if page.evaluate("() => document.activeElement !== document.body"):
        return []
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    if first["text"] != "Skip to the content" or not first["seen"]:
        return [f"Tab does not begin at the skip link but at {first}"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    has_controls = page.locator("main :is(a[href], button, input):visible").count()
    if has_controls and not focused["inMain"]:
        return [f"the skip link does not lead into the content but to {focused}"]
    if has_controls and not focused["ring"]:
        return [f"focus cannot be seen on {focused}"]
    return []

"""The page that verifies keeps to itself, looks like the product, and is for all."""

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audits.tlog.page_build import page_bytes, script
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import Opened, opened
from tests.audits.tlog.evidence import VKEY
from tests.journeys.inspection import AXE, RUN_AXE, TOO_WIDE, WCAG

TRIES = """async (place) => {
  const tries = [
    () => fetch(`http://${place}/fetch`),
    () => new Promise((yes, no) => {
      const image = new Image();
      [image.onload, image.onerror] = [yes, no];
      image.src = `http://${place}/image`;
    }),
    () => new Promise((yes, no) => {
      const socket = new WebSocket(`ws://${place}/socket`);
      [socket.onopen, socket.onerror] = [yes, no];
    }),
    () => { document.body.innerHTML = "<b>from a string</b>"; },
  ];
  const said = (one) => one().then(() => "allowed", () => "refused");
  return Promise.all(tries.map((one) => said(async () => one())));
}"""


def test_it_asks_the_network_for_nothing_and_may_not(tab: Opened, bundle: Path) -> None:
    tab.asked.clear()
    tab.check(bundle, key=VKEY)
    assert [url for url in tab.asked if not url.startswith("file:")] == []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        outcomes = tab.page.evaluate(TRIES, f"127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert set(outcomes) == {"refused"}


def test_the_page_names_its_one_script_and_style_and_no_other_address() -> None:
    page = page_bytes().decode()
    policy = page.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.count("<script") == page.count("<style") == 1
    assert "://" not in page
    assert not any(word in script() for word in ("innerHTML", "eval(", "Function("))


def test_its_colours_are_those_of_the_product() -> None:
    root = Path(__file__).resolve().parents[3]
    tokens = (root / "static/css/tokens.css").read_text()
    sheet = (root / "audits/tlog/page/page.css").read_text()
    colours = {part.split(")")[0] for part in sheet.split("light-dark(")[1:]}
    assert len(colours) > 15
    assert [each for each in colours if f"light-dark({each})" not in tokens] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_can_be_read_by_everybody(
    browser: Browser, tmp_path: Path, bundle: Path, scheme: str, width: int
) -> None:
    build = opened(browser, tmp_path / "page")
    build.page.close()
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800}
    )  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((tmp_path / "page/verify.html").as_uri())
    receipt = tmp_path / "r.tlog-proof"
    receipt.write_bytes(evidence.proof(300))
    page.set_input_files("#files", [bundle, receipt])
    page.locator("#verdict").wait_for()
    page.evaluate(AXE)
    violations = page.evaluate(RUN_AXE, {"type": "tag", "values": WCAG})
    wide = page.evaluate(TOO_WIDE)
    context.close()
    assert violations == []
    assert wide == []


def test_the_keyboard_reaches_everything_and_is_led_to_the_verdict(
    tab: Opened, bundle: Path
) -> None:
    tab.check(bundle)
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"
    assert tab.page.evaluate(focused) == "verdict"
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate(focused).startswith("event.json")
    tab.page.keyboard.press("Enter")
    assert not tab.page.locator("details.file").first.evaluate("(e) => e.open")
    seen = []
    tab.page.locator(".skip").focus()
    for _ in range(5):
        tab.page.keyboard.press("Tab")
        seen.append(tab.page.evaluate(focused))
    assert seen == ["key", "files", "again", "clear", "print"]


def test_paper_has_every_step(tab: Opened, bundle: Path) -> None:
    tab.check(bundle)
    tab.page.locator("details.file").first.evaluate("(e) => { e.open = false; }")
    tab.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.page.emulate_media(media="print")
    shown = tab.page.locator("details.file li").first.is_visible()
    form = tab.page.locator("#form").is_visible()
    tab.page.emulate_media(media="screen")
    tab.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert (shown, form) == (True, False)
    assert not tab.page.locator("details.file").first.evaluate("(e) => e.open")

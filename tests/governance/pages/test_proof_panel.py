"""The proof panel checks in the reader's browser, and turns green for nothing less.

No server runs: the browser asks for a page, a script and a bundle, and the test
answers with the product's own template, script and bundle format.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, sync_playwright

from audits.tlog.bundle import EventBundle, Part
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.commitment import commit
from audits.tlog.compact import Compact, batch_proofs
from audits.tlog.field import Field, joined
from audits.tlog.hashing import leaf_hash
from audits.tlog.note import Signer, sign, vkey
from audits.tlog.proof import TlogProof

ORIGIN = "log.example/bank/credit-a1b2c3"
SITE = "http://localhost:9"  # nothing listens there: every request is answered here
SALT = b"s" * 32
SIZE, INDEX = 21, 20  # the last of an unbalanced tree: its path skips levels
SCRIPT = Path(settings.ROOT) / "static/js/verify.js"
STEPS = ("leaf", "parts", "path", "root", "signature")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


def a_bundle() -> tuple[EventBundle, dict[str, Any]]:
    """A bundle of one entry of a signed log, and what the page says of it."""
    fields = (Field(SALT, b'["score",1]'), Field(SALT, b'["label","no"]').digest)
    data = joined(fields)
    pay = [
        {"role": "output", "com": commit(SALT, b'"no"').hex(), "len": 4},
        {"role": "decision", "com": commit(SALT, data).hex(), "len": len(data),
         "by": "field"},
    ]  # fmt: skip
    entries = [json.dumps({"n": n, "pay": pay}).encode() for n in range(SIZE)]
    hashes = [leaf_hash(entry) for entry in entries]
    proofs = batch_proofs(Compact(0, ()), hashes)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    text = Checkpoint(ORIGIN, SIZE, proofs.root).text()
    note = str(sign(text, [Signer(ORIGIN, public, key.sign)])).encode()
    path = tuple(proofs.hashes[at] for at in proofs.paths[INDEX])
    bundle = EventBundle(
        log=ORIGIN,
        vkey=vkey(ORIGIN, public),
        index=INDEX,
        entry=entries[INDEX],
        proof=TlogProof(INDEX, path, note).to_bytes(),
        parts=(
            Part("output", SALT, b'"no"'),
            Part("decision", SALT, fields=fields),
        ),
    )
    page = {
        "bundle_url": "/bundle", "proof_url": "/proof", "vkey": bundle.vkey,
        "origin": ORIGIN, "index": INDEX, "size": SIZE, "path_length": len(path),
        "leaf_hash": hashes[INDEX].hex(), "root": proofs.root.hex(),
    }  # fmt: skip
    return bundle, page


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


@pytest.fixture
def verify(browser_page: Page) -> Callable[..., tuple[dict[str, str | None], str]]:
    def run(bundle: dict[str, Any], proof: dict[str, Any]) -> Any:
        panel = render_to_string("components/proof_panel.html", {"proof": proof})
        script = SCRIPT.read_text()
        answers = {
            "/": (
                "text/html",
                panel + '<script type="module" src="/verify.js"></script>',
            ),
            "/verify.js": ("text/javascript", script),
            "/bundle": ("application/json", json.dumps(bundle)),
        }

        def answer(route: Route) -> None:
            kind, body = answers.get(route.request.url.removeprefix(SITE), ("", ""))
            route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

        browser_page.unroute_all()
        browser_page.route("**/*", answer)
        browser_page.goto(f"{SITE}/")
        browser_page.locator("[data-verify-button]").dispatch_event("click")
        done = browser_page.locator("[data-verdict]:not([data-tone=info])")
        done.and_(browser_page.locator("[data-tone]")).wait_for()
        found = {
            step: browser_page.get_attribute(f"[data-step={step}]", "data-result")
            for step in STEPS
        }
        return found, browser_page.inner_text("[data-verdict]")

    return run


def loaded(bundle: EventBundle) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bundle.to_bytes())
    return found


def test_a_true_bundle_turns_every_step_green(verify: Any) -> None:
    bundle, page = a_bundle()
    found, verdict = verify(loaded(bundle), page)
    assert set(found.values()) == {"holds"}
    assert "holds" in verdict


def test_an_undisclosed_part_is_not_called_checked(verify: Any) -> None:
    bundle, page = a_bundle()
    found, verdict = verify({**loaded(bundle), "parts": []}, page)
    assert found["parts"] == "unchecked"
    assert "not checked here" in verdict


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[0].update(data="InllcyI="),
        lambda parts: parts[1]["fields"][0].update(data="WyJzY29yZSIsMl0="),
        lambda parts: parts[1]["fields"].pop(),
        lambda parts: parts[1].update(role="output"),
    ],
)
def test_a_changed_part_fails_and_the_log_is_still_checked(
    verify: Any, change: Callable[[Any], object]
) -> None:
    bundle, page = a_bundle()
    forged = loaded(bundle)
    change(forged["parts"])
    found, verdict = verify(forged, page)
    assert found["parts"] == "fails"
    assert found["signature"] == "holds"
    assert "does not hold" in verdict


def test_another_entry_fails_at_the_leaf_and_nothing_after_it_is_marked(
    verify: Any,
) -> None:
    bundle, page = a_bundle()
    found, _ = verify({**loaded(bundle), "entry": "e30="}, page)
    assert found["leaf"] == "fails"
    assert found["path"] is None
    assert found["signature"] is None


@pytest.mark.parametrize("line", [2, 3])
def test_a_changed_path_fails(verify: Any, line: int) -> None:
    bundle, page = a_bundle()
    lines = bundle.proof.decode().split("\n")
    lines[line] = "A" * 43 + "="
    found, _ = verify({**loaded(bundle), "proof": "\n".join(lines)}, page)
    assert found["path"] == "fails"


def test_a_lengthened_path_fails(verify: Any) -> None:
    bundle, page = a_bundle()
    proof = bundle.proof.decode().replace("\n\n", f"\n{'A' * 43}=\n\n", 1)
    found, _ = verify({**loaded(bundle), "proof": proof}, page)
    assert found["path"] == "fails"


def test_a_checkpoint_of_another_log_fails(verify: Any) -> None:
    bundle, page = a_bundle()
    found, _ = verify(loaded(bundle), {**page, "origin": "log.example/other"})
    assert found["root"] == "fails"


def test_a_signature_by_another_key_fails(verify: Any) -> None:
    bundle, page = a_bundle()
    other, _ = a_bundle()
    found, _ = verify(loaded(bundle), {**page, "vkey": other.vkey})
    assert found["signature"] == "fails"


def test_what_is_no_bundle_is_called_unreadable_and_nothing_is_marked(
    verify: Any,
) -> None:
    _, page = a_bundle()
    found, verdict = verify({"format": "other"}, page)
    assert set(found.values()) == {None}
    assert "could not be read" in verdict

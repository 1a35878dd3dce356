"""The page that verifies, from a file and offline: good evidence and tampered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.encoding import to_base64
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import Opened, Outcome, opened
from tests.audits.tlog.evidence import VKEY
from tests.audits.tlog.naive import signer

OTHER = note.vkey(evidence.ORIGIN, signer(evidence.ORIGIN, b"\x08" * 32).public)
NO_ED25519 = """{
  const real = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (form, key, algorithm, ...more) =>
    algorithm.name === "Ed25519"
      ? Promise.reject(new DOMException("", "NotSupportedError"))
      : real(form, key, algorithm, ...more);
}"""
ROOT = "Leaf and path lead to the checkpoint's root"
SIGNED = "The log signed the checkpoint"


def edited(file: Path, change: Callable[[dict], None]) -> Path:  # type: ignore[type-arg]
    made = json.loads(file.read_text())
    change(made)
    file.write_text(json.dumps(made, ensure_ascii=False))
    return file


def lines(change: Callable[[list[str]], None]) -> Callable[[dict], None]:  # type: ignore[type-arg]
    """Change the lines of a bundle's proof."""

    def edit(made: dict[str, str]) -> None:
        found = made["proof"].split("\n")
        change(found)
        made["proof"] = "\n".join(found)

    return edit


def flipped(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def test_a_true_bundle_holds_with_the_key_of_the_reader(
    tab: Opened, bundle: Path
) -> None:
    found = tab.check(bundle, key=VKEY)
    assert (found.tone, found.verdict) == ("ok", "The evidence holds")
    assert found.states == {"holds", "computed"}
    assert found.step(SIGNED)[1].endswith("checked by the browser's Ed25519.")
    assert evidence.LEAVES[7].hex() in tab.page.inner_text("#result")


def test_a_key_that_came_along_is_not_called_checked(tab: Opened, bundle: Path) -> None:
    found = tab.check(bundle)
    assert found.tone == "attention"
    assert found.step("The key is the log's")[0] == "unchecked"
    assert found.failed == []


def test_the_key_may_come_as_a_file(tab: Opened, bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "vkey.txt").write_text(VKEY + "\n")
    assert tab.check(bundle, tmp_path / "vkey.txt").tone == "ok"


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (lambda d: d.update(entry=flipped(d["entry"], 40)), ROOT),
        (lines(lambda p: p.__setitem__(3, flipped(p[3], 9))), ROOT),
        (lines(lambda p: p.pop(3)), "The path fits the size of the tree"),
        (
            lines(lambda p: p.insert(3, "A" * 43 + "=")),
            "The path fits the size of the tree",
        ),
        (lines(lambda p: p.__setitem__(-2, flipped(p[-2], -9))), SIGNED),
        (lambda d: d.update(index=8), "The file names its log, key and entry"),
        (lambda d: d.update(vkey=OTHER), "The file names its log, key and entry"),
        (lambda d: d.update(log="log.example/other"), "The file names its log, key"),
        (
            lambda d: d["parts"][1].update(data=to_base64(b'"granted"')),
            "Disclosed part “output”",
        ),
        (
            lambda d: d["parts"][0].update(salt=to_base64(b"x" * 32)),
            "Disclosed part “input”",
        ),
        (
            lambda d: d["parts"].append(d["parts"][0]),
            "Disclosed part “input” is what the entry committed to",
        ),
    ],
)
def test_what_was_changed_is_found_at_its_step(
    tab: Opened,
    bundle: Path,
    change: Callable[[dict], None],
    step: str,  # type: ignore[type-arg]
) -> None:
    found = tab.check(edited(bundle, change), key=VKEY)
    assert found.tone == "danger"
    assert [what for _, what in found.failed if what.startswith(step)], found.failed


def test_another_entry_of_the_same_log_is_not_the_proved_one(
    tab: Opened, bundle: Path
) -> None:
    found = tab.check(
        edited(bundle, lambda d: d.update(entry=to_base64(evidence.ALL[8]))), key=VKEY
    )
    assert ("event.json", ROOT) in found.failed


def test_a_wrong_key_fails_and_a_misspelt_one_checks_nothing(
    tab: Opened, bundle: Path
) -> None:
    wrong = tab.check(bundle, key=OTHER)
    misspelt = tab.check(bundle, key=flipped(VKEY, len(VKEY) - 6))
    assert ("event.json", SIGNED) in wrong.failed
    assert (misspelt.tone, misspelt.verdict) == ("attention", "Nothing was checked")


def test_a_bundle_with_a_key_twice_or_an_unknown_one_is_refused(
    tab: Opened, bundle: Path
) -> None:
    text = bundle.read_text()
    bundle.write_text(text.replace('"index": 7,', '"index": 7, "index": 7,'))
    twice = tab.check(bundle, key=VKEY)
    bundle.write_text(text.replace('"index": 7,', '"index": 7, "more": 1,'))
    unknown = tab.check(bundle, key=VKEY)
    assert "the same key twice" in twice.step("The file can be read")[1]
    assert "unknown keys: more" in unknown.step("The file can be read")[1]


def test_a_part_that_is_not_disclosed_is_named_and_not_held_against_it(
    tab: Opened, tmp_path: Path
) -> None:
    (tmp_path / "e.json").write_bytes(evidence.event_bundle(7, "output").to_bytes())
    found = tab.check(tmp_path / "e.json", key=VKEY)
    assert found.tone == "ok"
    assert found.step("Part “input”")[0] == "closed"


def test_a_receipt_is_checked_with_the_file_of_its_entry(
    tab: Opened, tmp_path: Path
) -> None:
    receipt = tmp_path / "r.tlog-proof"
    receipt.write_bytes(evidence.proof(300))
    for index in (299, 300):
        (tmp_path / f"entry-{index}").write_bytes(evidence.ALL[index])
    alone = tab.check(receipt, key=VKEY)
    good = tab.check(receipt, tmp_path / "entry-300", key=VKEY)
    both = tab.check(receipt, tmp_path / "entry-299", tmp_path / "entry-300", key=VKEY)
    bad = tab.check(receipt, tmp_path / "entry-299", key=VKEY)
    assert (alone.tone, alone.failed) == ("attention", [])
    assert good.tone == "ok"
    assert (both.failed, both.files[-1][0]) == ([], "entry-299")
    assert bad.failed == [("r.tlog-proof", ROOT)]


def test_checkpoints_are_held_against_each_other(tab: Opened, tmp_path: Path) -> None:
    files = {}
    for size in (300, 600):
        files[size] = tmp_path / f"checkpoint-{size}"
        files[size].write_bytes(evidence.checkpoint(size))
    text = Checkpoint(evidence.ORIGIN, 300, b"\x01" * 32).text()
    (tmp_path / "fork").write_bytes(note.sign(text, [evidence.KEY]).to_bytes())
    # A proof of entry 300 also says what the log of 300 entries was.
    event = tmp_path / "event.json"
    event.write_bytes(evidence.event_bundle(300, "input", "output").to_bytes())

    sizes = tab.check(files[300], files[600], key=VKEY)
    fork = tab.check(files[300], tmp_path / "fork", key=VKEY)
    proved = tab.check(files[300], event, key=VKEY)
    forked = tab.check(tmp_path / "fork", event, key=VKEY)

    assert sizes.step("checkpoint-600: 600 entries")[0] == "unchecked"
    assert "verifier.pyz verify OLD NEW" in sizes.step("checkpoint-600: 600")[1]
    assert "signed two histories" in fork.step("fork: 300 entries")[1]
    assert proved.tone == "ok"
    assert [what for _, what in forked.failed] == ["event.json: 600 entries"]


def test_a_signature_nobody_gave_a_key_for_is_not_checked_and_its_tool_named(
    tab: Opened, tmp_path: Path
) -> None:
    signed = note.parse_note(evidence.checkpoint(600))
    more = (
        note.Signature("witness.example", b"1234", bytes(72)),
        note.Signature("pq.example", b"1234", bytes(8 + 2420)),
    )
    file = tmp_path / "checkpoint"
    file.write_bytes(note.Note(signed.text, (*signed.signatures, *more)).to_bytes())
    found = tab.check(file, key=VKEY)
    state, detail = found.step("Signature of witness.example")
    assert state == "unchecked"
    assert detail.endswith("verifier.pyz checks it with --witness KEY")
    assert "tlog-scales" in found.step("Signature of pq.example")[1]
    assert found.tone == "attention"


def test_without_the_browsers_ed25519_its_own_gives_the_same_verdict(
    browser: Browser, tmp_path: Path, bundle: Path
) -> None:
    alone = opened(browser, tmp_path / "page", NO_ED25519)
    good = alone.check(bundle, key=VKEY)
    edited(bundle, lines(lambda p: p.__setitem__(-2, flipped(p[-2], -9))))
    bad = alone.check(bundle, key=VKEY)
    alone.page.close()
    assert good.tone == "ok"
    assert good.step(SIGNED)[1].endswith("checked by this page's own Ed25519.")
    assert ("event.json", SIGNED) in bad.failed


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"%PDF-1.7\n", b"c2sp.org/tlog-proof@v1\n", bytes(5000), b"\xff"],
)
def test_what_is_no_evidence_is_never_called_good(
    tab: Opened, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "file").write_bytes(data)
    found = tab.check(tmp_path / "file", key=VKEY)
    assert found.tone in {"attention", "danger"}
    assert "holds" not in found.states


def test_what_a_file_says_stays_text(tab: Opened, tmp_path: Path) -> None:
    hostile = tmp_path / "<img src=x onerror=alert(1)>.json"
    made = json.loads(evidence.event_bundle(7).to_bytes())
    made["log"] = "<script>alert(1)</script>\u202egnp"
    hostile.write_text(json.dumps(made))
    found = tab.check(hostile, key=VKEY)
    assert found.files[0][0].startswith("<img src=x")
    assert "[U+202E]" in found.step("The file names its log")[1]
    assert tab.page.locator("#result :is(img, script)").count() == 0


def test_files_may_be_dropped_and_add_up(
    tab: Opened, bundle: Path, tmp_path: Path
) -> None:
    def drop(name: str, data: bytes) -> Outcome:
        transfer = tab.page.evaluate_handle(
            """([name, data]) => {
              const transfer = new DataTransfer();
              const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
              transfer.items.add(new File([bytes], name));
              return transfer;
            }""",
            [name, to_base64(data)],
        )
        done = tab.page.locator("#chosen li").filter(has_text=name)
        tab.page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
        done.wait_for()
        tab.page.locator("details.file h3").filter(has_text=name).wait_for()
        return tab.outcome()

    tab.page.reload()
    drop("event.json", bundle.read_bytes())
    found = drop("second.json", evidence.event_bundle(8).to_bytes())
    assert [name for name, _ in found.files][:2] == ["event.json", "second.json"]
    tab.page.get_by_role("button", name="Remove all files").click()
    assert tab.page.inner_text("#result") == ""


def test_checking_raises_no_complaint_in_the_browser(tab: Opened, bundle: Path) -> None:
    tab.complaints.clear()
    tab.check(bundle, key=VKEY)
    assert tab.complaints == []

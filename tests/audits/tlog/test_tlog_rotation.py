"""A log whose key was changed: read with the old key, the new one, or a wrong one."""

from dataclasses import replace
from pathlib import Path

import pytest

from audits.tlog import note
from audits.tlog.bundle import EventBundle
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import Opened
from tests.audits.tlog.evidence import KEY, NEW_KEY, NEW_VKEY, VKEY, run_here
from tests.audits.tlog.naive import signer

THIRD = signer(evidence.ORIGIN, b"\x08" * 32)
STEP = "The log's key was changed, and each step is signed by both keys"


def file(folder: Path, made: EventBundle) -> Path:
    (folder / "b.json").write_bytes(made.to_bytes())
    return folder / "b.json"


@pytest.mark.parametrize("vkey", [VKEY, NEW_VKEY])
def test_whoever_knows_one_key_can_tell_the_other(
    tab: Opened, tmp_path: Path, vkey: str
) -> None:
    made = file(tmp_path, evidence.rotated())
    found = run_here("verify", made, "--vkey", vkey, "--json")
    assert found.status == 0, found.out
    assert "entry 1 hands" in "".join(found.report["held"])
    seen = tab.check(made, key=vkey)
    assert (seen.tone, seen.verdict) == ("ok", "The evidence holds")
    # Without the step, only its own key opens it; with both keys told, either is good.
    file(tmp_path, replace(evidence.rotated(), rotations=()))
    alone = run_here("verify", made, "--vkey", vkey)
    assert alone.status == (0 if vkey == NEW_VKEY else 1)
    both = run_here("verify", made, "--vkey", VKEY, "--vkey", NEW_VKEY)
    assert both.status == 0
    assert tab.check(made, key=f"{VKEY}\n{NEW_VKEY}").tone == "ok"


@pytest.mark.parametrize("by", [(NEW_KEY,), (KEY,), (THIRD, NEW_KEY)])
def test_a_step_that_one_key_did_not_sign_leads_nowhere(
    tab: Opened, tmp_path: Path, by: tuple[note.Signer, ...]
) -> None:
    made = file(tmp_path, evidence.rotated(by=by))
    assert run_here("verify", made, "--vkey", VKEY).status == 1
    assert tab.check(made, key=VKEY).tone == "danger"


def test_a_key_that_was_stopped_at_once_vouches_for_nobody(
    tab: Opened, tmp_path: Path
) -> None:
    made = file(tmp_path, evidence.rotated(overlap=0))
    found = run_here("verify", made, "--vkey", VKEY, "--json")
    assert found.status == 0
    assert "if it leaked" in "".join(found.report["not_checked"])
    assert tab.check(made, key=VKEY).tone == "attention"
    assert tab.check(made, key=NEW_VKEY).tone == "ok"

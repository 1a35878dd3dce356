"""The page that verifies, with evidence that others vouch for."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audits.tlog import note
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import Opened
from tests.audits.tlog.evidence import VKEY, anchor, event_bundle, run_here, stamped

COVERED = "The anchored checkpoint covers the entry"
STATES = "The meta-log states that checkpoint"
STAMPED = "The time stamp is about the meta-log's checkpoint"


def vouched() -> dict[str, Any]:
    made = replace(event_bundle(7, "input", "output"), anchor=anchor(7))
    found: dict[str, Any] = json.loads(made.to_bytes())
    return found


def test_it_says_who_vouches_and_calls_no_stranger_s_signature_good(
    tab: Opened, tmp_path: Path
) -> None:
    (tmp_path / "b.json").write_text(json.dumps(vouched()))
    found = tab.check(tmp_path / "b.json", key=VKEY)
    assert found.tone == "attention"
    assert {found.step(each)[0] for each in (COVERED, STATES, STAMPED)} == {"holds"}
    assert found.step("witness.example/w cosigned the meta-log")[0] == "unchecked"
    assert found.step("The meta-log is the operator's")[0] == "unchecked"
    state, said = found.step("A time-stamping authority signed it")
    assert state == "unchecked"
    assert "2026-11-23T01:07:48Z" in said
    assert "openssl ts" in said


def test_keys_below_the_log_s_are_those_of_meta_log_and_witnesses(
    tab: Opened, tmp_path: Path
) -> None:
    (tmp_path / "b.json").write_text(json.dumps(vouched()))
    meta = note.vkey(evidence.META.name, evidence.META.public)
    witness = note.vkey(
        evidence.WITNESS.name, evidence.WITNESS.public, note.COSIGNATURE
    )
    found = tab.check(tmp_path / "b.json", key=f"{VKEY}\n{witness}\n{meta}")
    state, said = found.step("witness.example/w cosigned the meta-log")
    assert (state, said) == ("holds", "At 2026-11-18T11:06:40Z.")
    assert found.step("The meta-log is the operator's")[0] == "holds"
    assert found.step("A time-stamping authority signed it")[0] == "unchecked"
    other = note.vkey("log.example/meta-x", evidence.META.public)
    found = tab.check(tmp_path / "b.json", key=f"{VKEY}\n{other}")
    assert [what for _, what in found.failed] == ["The meta-log is the operator's"]
    bent = vouched()
    lines = bent["anchor"]["proof"].split("\n")
    at = len(lines[-2]) - 9
    lines[-2] = lines[-2][:at] + ("A" if lines[-2][at] != "A" else "B") \
        + lines[-2][at + 1 :]  # fmt: skip
    bent["anchor"]["proof"] = "\n".join(lines)
    del bent["anchor"]["stamp"]
    (tmp_path / "b.json").write_text(json.dumps(bent))
    found = tab.check(tmp_path / "b.json", key=f"{VKEY}\n{witness}")
    assert [what.split()[0] for _, what in found.failed] == ["witness.example/w"]


BENT: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda a: a.update(path=a["path"][1:]), COVERED),
    (lambda a: a.update(checkpoint=evidence.checkpoint(599).decode()), COVERED),
    (lambda a: a.update(leaf=a["leaf"][:-8] + a["leaf"][-4:]), STATES),
    (lambda a: a.update(meta=VKEY), STATES),
    (lambda a: a.update(stamp=evidence.to_base64(stamped(b"x"))), STAMPED),
    (lambda a: a.update(stamp="MAA="), STAMPED),
    (lambda a: a.update(more=1), "The anchor can be read"),
]


@pytest.mark.parametrize(("bend", "step"), BENT)
def test_a_bent_anchor_fails_at_its_step_here_and_in_python(
    tab: Opened, tmp_path: Path, bend: Callable[[dict[str, Any]], None], step: str
) -> None:
    made = vouched()
    bend(made["anchor"])
    (tmp_path / "b.json").write_text(json.dumps(made))
    found = tab.check(tmp_path / "b.json", key=VKEY)
    assert found.tone == "danger"
    assert [what for _, what in found.failed if what.startswith(step)], found.failed
    said = run_here("verify", tmp_path / "b.json", "--vkey", VKEY, "--json")
    assert said.status == 1


def test_a_witness_whose_key_was_given_is_checked(tmp_path: Path) -> None:
    key = note.vkey(evidence.WITNESS.name, evidence.WITNESS.public, note.COSIGNATURE)
    (tmp_path / "b.json").write_text(json.dumps(vouched()))
    given = ("--witness", key, "--meta", vouched()["anchor"]["meta"])
    found = run_here("verify", tmp_path / "b.json", "--vkey", VKEY, *given, "--json")
    assert found.status == 0
    [told] = found.report["anchors"]
    assert told["witnesses"] == [
        {"name": "witness.example/w", "at": "2026-11-18T11:06:40Z"}
    ]
    assert told["time_stamp"]["signer"] == "not checked"
    wrong = note.vkey(evidence.WITNESS.name, evidence.KEY.public, note.COSIGNATURE)
    found = run_here("verify", tmp_path / "b.json", "--vkey", VKEY, "--witness", wrong)
    assert "the key of whoever" not in found.out
    assert "not checked here" in found.out

"""Art. 27: whether the assessment is owed, and what it has to say."""

import json
from datetime import date

import pytest

from governance.law.__main__ import main
from governance.law.annex_viii import sections as annex_viii
from governance.law.check import LawDataInvalid
from governance.law.derogation import Claim
from governance.law.derogation import derogation as record_of
from governance.law.duties import State, duties
from governance.law.elements import FOLDER, outline
from governance.law.fria import fria
from governance.law.load import law
from tests.governance.law.duty_worlds import ALL_NO, GRID, HIGH_RISK_DAY
from tests.governance.law.test_law_data import changed
from tests.governance.law.test_law_prohibited import ALLOWED, LIVE
from tests.governance.law.worlds import CHAT, CREDIT, EXEMPT, HIRING, PLAIN, TODAY

SORTING = HIRING | EXEMPT
DEPLOYER, PROVIDER = ["deployer"], ["provider"]


def owed(answers, roles=DEPLOYER, on=HIGH_RISK_DAY, **flags):
    return fria(answers, roles, on, flags=ALL_NO | flags)


def test_every_deployer_of_a_credit_score_assesses_before_the_first_use():
    found = owed(CREDIT)
    assert found.state is State.BINDS
    assert found.answer.startswith("Art. 27 binds: assess before the first use.")
    early = owed(CREDIT, on=TODAY)
    assert early.state is State.LATER
    assert "will bind" in early.answer
    assert "2 Dec 2027" in early.answer


@pytest.mark.parametrize("flag", ["public_body", "union_body", "public_services"])
def test_public_bodies_and_private_providers_of_public_services_do_for_annex_iii(flag):
    assert owed(HIRING, **{flag: "yes"}).state is State.BINDS
    assert owed(HIRING).state is State.NOT
    assert "neither governed by public law" in owed(HIRING).answer


def test_it_never_binds_for_critical_infrastructure():
    found = owed(GRID, public_body="yes")
    assert found.state is State.NOT
    assert "point 2" in found.answer


def test_it_does_not_bind_outside_annex_iii_nor_those_who_deploy_nothing():
    assert "not high-risk" in owed(CHAT).answer
    assert "none is named" in owed(CREDIT, roles=PROVIDER).answer
    assert owed(CREDIT, roles=PROVIDER).state is State.NOT


def test_live_identification_by_police_needs_it_before_art_27_applies():
    """Art. 5(2) asks for assessment and registration; Art. 111 puts neither off."""
    old = LIVE | ALLOWED | {"placed_on_market_on": "2025-09-01"}
    police = ALL_NO | {"public_body": "yes", "police": "yes"}
    found = fria(PLAIN | old, DEPLOYER, TODAY, flags=police)
    assert found.state is State.BINDS
    assert found.applies_from == date(2025, 2, 2)
    assert "By Art. 5(2), for each live identification" in found.answer
    sections = annex_viii(PLAIN | old, DEPLOYER, TODAY, flags=police).sections
    use = next(item for item in sections if item.duty == "art-49-3")
    assert (use.state, use.applies_from) == (State.BINDS, date(2025, 2, 2))
    recorded = PLAIN | old | {"rbi_live": "no"}
    assert fria(recorded, DEPLOYER, TODAY, flags=police).state is State.LATER


def test_a_missing_fact_is_named():
    found = fria(HIRING, DEPLOYER, HIGH_RISK_DAY)
    assert found.state is State.OPEN
    assert "Missing: " in found.answer
    assert {item.fact for item in found.duty.missing} >= {"flag.public_body"}


def test_the_row_of_the_duties_decides_and_its_steps_follow_it():
    found = owed(HIRING, public_body="yes")
    flags = ALL_NO | {"public_body": "yes"}
    given = duties(HIRING, DEPLOYER, HIGH_RISK_DAY, flags=flags).duties
    rows = {row.id: row for row in given}
    assert found.duty == rows["art-27-1"]
    for due in found.steps:
        assert due.state is rows[due.step.duty].state
    assert {due.step.id for due in found.steps if due.state is State.BINDS} > {
        "before-first-use", "keep-current", "notify",
    }  # fmt: skip


def test_the_six_elements_stand_in_the_order_of_the_act_and_know_their_edition():
    found = owed(CREDIT)
    required = [item.citation for item in found.elements if not item.optional]
    assert required == [f"Art. 27(1)({letter})" for letter in "abcdef"]
    texts = {
        edition: fria(CREDIT, DEPLOYER, TODAY, edition).elements[-1].asks
        for edition in ("enacted_2024", "omnibus_2026")
    }
    assert "take them over" in texts["omnibus_2026"]
    assert "take them over" not in texts["enacted_2024"]


def test_an_exemption_is_claimed_and_its_record_is_the_providers():
    found = record_of(SORTING, PROVIDER, HIGH_RISK_DAY)
    assert (found.claim, found.state) == (Claim.CLAIMED, State.BINDS)
    assert [item.id for item in found.elements] == [
        "derogation-use", "derogation-a", "derogation-profiling",
        "derogation-influence", "derogation-risk",
    ]  # fmt: skip
    assert found.open_tasks == ()
    assert {due.step.id: due.state for due in found.steps}["register"] is State.BINDS
    others = record_of(SORTING, DEPLOYER, HIGH_RISK_DAY)
    assert others.state is State.NOT
    assert "the provider's" in others.answer


def test_a_statement_that_nobody_made_is_an_open_task_and_never_a_no():
    silent = {k: v for k, v in SORTING.items() if k != "significant_risk"}
    found = record_of(silent, PROVIDER, HIGH_RISK_DAY)
    assert found.claim is Claim.CLAIMED
    assert len(found.open_tasks) == 1
    assert {item.fact: item.assumed for item in found.facts}["significant_risk"]


@pytest.mark.parametrize("fact", ["significant_risk", "influences_decision"])
def test_a_risk_that_is_admitted_makes_it_disputed_and_high_risk(fact):
    found = record_of(SORTING | {fact: "yes"}, PROVIDER, HIGH_RISK_DAY)
    assert found.claim is Claim.DISPUTED
    assert "treated as high-risk" in found.answer


def test_profiling_leaves_no_claim_and_an_unknown_leaves_it_open():
    profiling = record_of(SORTING | {"profiling": "yes"}, PROVIDER, HIGH_RISK_DAY)
    assert profiling.claim is Claim.NONE
    unknown = SORTING | {"profiling": "not_established"}
    assert record_of(unknown, PROVIDER, HIGH_RISK_DAY).claim is Claim.OPEN
    assert record_of(PLAIN, PROVIDER, HIGH_RISK_DAY).claim is Claim.NONE


def test_elements_ask_of_facts_that_exist_and_choices_may_stop_a_record():
    assert all(
        not item.fact or item.fact in law().questions
        for item in outline("derogation").elements
    )
    stops = [o.stops for item in outline("derogation").elements for o in item.choices]
    assert sum(map(bool, stops)) == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("fria", 'id = "fria-b"', 'id = "fria-a"', "stands twice"),
        ("fria", 'citation = "Art. 27(1)(a)"', 'citation = ""', "lacks a citation"),
        ("fria", 'citation = "Art. 27(1)(a)"', "", "missing"),
        ("fria", 'duty = "art-27-1"', 'duty = "art-27-9"', "no duty 'art-27-9'"),
        ("fria", "asks_in.omnibus_2026", "asks_in.next", "no edition"),
        ("fria", "optional = true", "optinal = true", "unknown fields"),
        ("fria", "[[element]]", "[[element]", "is not TOML"),
        ("derogation", 'fact = "narrow_task"', 'fact = "narrow"', "no question"),
    ],
)
def test_what_cannot_be_right_is_refused(tmp_path, name, old, new, said):
    folder = changed(tmp_path, name, old, new, of=FOLDER)
    with pytest.raises(LawDataInvalid, match=said):
        outline(name, folder)


def test_the_commands_print_what_is_owed(tmp_path, capsys):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(CREDIT))
    on = ["--on", "2027-12-02"]
    assert main(["fria", str(path), "--role", "deployer", *on]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["state"] == "binds_now"
    assert printed == fria(CREDIT, DEPLOYER, date(2027, 12, 2)).as_json()
    path.write_text(json.dumps(SORTING))
    flags = ["--flag", "sme"]
    assert main(["derogation", str(path), "--role", "provider", *flags, *on]) == 0
    assert json.loads(capsys.readouterr().out)["claim"] == "claimed"

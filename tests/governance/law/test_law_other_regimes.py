"""Scope, products, transparency, general-purpose models, and Art. 6(3) in doubt."""

import pytest

from governance.law.load import law
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    EXEMPT,
    HIRING,
    LAST_DAY_OF_2024_TEXT,
    PLAIN,
    TODAY,
    asked,
    established,
)

LIFT = PLAIN | {
    "product_law": ["lifts"],
    "third_party_assessment": "yes",
    "third_party_other_risks_only": "no",
    "product_is_ai_itself": "no",
    "failure_endangers_people": "yes",
}
MODEL = PLAIN | {
    "provides_model": "yes",
    "model_general": "yes",
    "model_integrable": "yes",
    "commission_designated": "no",
    "compute_above_1e25": "no",
    "threshold_will_be_met": "no",
    "high_impact_capabilities": "no",
    "model_open_licence": "no",
    "model_weights_public": "no",
    "provider_outside_union": "no",
}
MONTAGE = PLAIN | {
    "generates": ["video"],
    "only_standard_editing": "no",
    "deep_fake": "yes",
    "evidently_artistic": "no",
    "intimate_material": "no",
    "csam_material": "no",
}


CHATTING = {key: CHAT[key] for key in ("generates", "obviously_ai", "content_facts")}


def sections(edition):
    ids = [item.id for item in law().provisions if edition in item.editions]
    return (
        len([name for name in ids if name.startswith("annex-i-a-")]),
        len([name for name in ids if name.startswith("annex-i-b-")]),
    )


def test_annex_i_has_twelve_and_eight_laws_and_since_2026_eleven_and_nine():
    assert sections("enacted_2024") == (12, 8)
    assert sections("omnibus_2026") == (11, 9)


def test_machinery_moved_from_the_full_to_the_limited_regime():
    machine = LIFT | {"product_law": ["machinery"]}
    assert set(established(machine, LAST_DAY_OF_2024_TEXT)) == {"annex-i-a-1"}
    found = established(machine)
    assert set(found) == {"annex-i-b-21"}
    assert found["annex-i-b-21"].kind == "section_b_limited"
    assert "2 Aug 2028" in found["annex-i-b-21"].label


@pytest.mark.parametrize(
    ("change", "inside"),
    [
        ({}, True),
        ({"third_party_assessment": "no"}, False),
        ({"third_party_other_risks_only": "yes"}, False),
        (
            {"failure_endangers_people": "no", "solely_non_safety_function": "yes"},
            False,
        ),
        ({"solely_non_safety_function": "yes"}, True),
        ({"failure_endangers_people": "no", "product_is_ai_itself": "yes"}, True),
    ],
)
def test_the_product_route_needs_both_tests_and_heeds_6_1a_to_6_1c(change, inside):
    assert ("annex-i-a-4" in established(LIFT | change)) is inside


def test_the_2024_text_knows_nothing_of_6_1c():
    facts = LIFT | {"third_party_other_risks_only": "yes"}
    finding = established(facts, LAST_DAY_OF_2024_TEXT)["annex-i-a-4"]
    assert finding.label == "High-risk from 2 Aug 2027 · Annex I A.4"


def test_whether_transparency_reaches_a_car_is_left_open():
    car = CHAT | LIFT | {"product_law": ["motor_vehicles"], "generates": ["none"]}
    found = established(car | {"interacts_with_people": "yes"})
    assert found["art-50-1"].confidence == "disputed"
    assert "Section B" in found["art-50-1"].dispute


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        ({"infers": "no"}, "art-3-1"),
        ({"eu_link": "no"}, "art-2-1"),
        ({"exclusions": ["military"]}, "art-2-3"),
        ({"exclusions": ["third_country"]}, "art-2-4"),
        ({"exclusions": ["research"]}, "art-2-6"),
        ({"exclusions": ["before_market"]}, "art-2-8"),
    ],
)
def test_outside_the_act_nothing_else_is_found(facts, finding):
    assert set(established(CREDIT | facts)) == {finding}


def test_personal_use_frees_the_user_and_not_the_maker():
    found = established(CREDIT | {"exclusions": ["personal"]})
    assert set(found) == {"art-2-10", "annex-iii-5-b"}
    assert found["art-2-10"].bearers == ("deployer",)


def test_open_source_frees_only_what_has_no_regulated_use():
    assert set(established(PLAIN | {"open_source": "yes"})) == {"art-2-12"}
    assert "art-2-12" not in established(CREDIT | {"open_source": "yes"})


def test_a_doubtful_first_gate_leaves_the_finding_open():
    verdict = asked(CREDIT | {"infers": "not_established"})
    assert verdict.established == ()
    assert {"art-3-1", "annex-iii-5-b"} <= {item.id for item in verdict.findings}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"art-50-2", "art-50-4-deep-fake"}),
        ({"evidently_artistic": "yes"}, {"art-50-2", "art-50-4-artistic"}),
        ({"deep_fake": "no"}, {"art-50-2"}),
        ({"only_standard_editing": "yes", "deep_fake": "no"}, set()),
    ],
)
def test_made_video_is_marked_and_deep_fakes_are_disclosed(change, expected):
    found = established(MONTAGE | change | {"open_source": "no"})
    assert set(found) == expected


@pytest.mark.parametrize(("editor", "found"), [("yes", False), ("no", True)])
def test_published_text_is_disclosed_unless_somebody_answers_for_it(editor, found):
    facts = CHAT | {"public_interest_text": "yes", "editorial_responsibility": editor}
    assert ("art-50-4-text" in established(facts)) is found


def test_an_obvious_assistant_need_not_say_what_it_is():
    assert "art-50-1" not in established(CHAT | {"obviously_ai": "yes"})


def test_police_tools_are_excepted_but_not_those_for_reports_from_the_public():
    police = CHAT | {
        "domains": ["law_enforcement"],
        "le_purposes": ["other"],
        "crime_authorised": "yes",
        "crime_safeguards": "yes",
        "public_crime_reporting": "no",
    }
    assert not {"art-50-1", "art-50-2"} & set(established(police))
    assert "art-50-1" in established(police | {"public_crime_reporting": "yes"})


def test_an_open_model_keeps_the_copyright_policy_and_the_public_summary():
    opened = {"model_open_licence": "yes", "model_weights_public": "yes"}
    duties = established(MODEL | opened)["gpai-model"].duties
    assert [duty.citation for duty in duties] == ["Art. 53(1)(c)", "Art. 53(1)(d)"]
    closed = established(MODEL)["gpai-model"].duties
    assert [duty.citation for duty in closed][:2] == [
        "Art. 53(1)(a); Annex XI",
        "Art. 53(1)(b); Annex XII",
    ]


def test_the_commission_is_told_as_soon_as_the_threshold_is_known_to_be_met():
    notice = "Art. 52(1)"
    assert notice not in {d.citation for d in established(MODEL)["gpai-model"].duties}
    soon = established(MODEL | {"threshold_will_be_met": "yes"})
    assert notice in {d.citation for d in soon["gpai-model"].duties}
    assert "gpai-systemic" not in soon


@pytest.mark.parametrize(
    ("role", "model", "system"),
    [
        ("model_provider", "yes", "no"),
        ("downstream_provider", "yes", "yes"),
        ("third_party", "no", "no"),
    ],
)
def test_roles_of_the_value_chain_say_whether_a_finding_concerns_us(
    role, model, system
):
    found = established(CHAT | MODEL | CHATTING | {"our_roles": [role]})
    assert found["gpai-model"].concerns_us == model
    assert found["art-50-1"].concerns_us == system


def test_above_the_compute_threshold_openness_brings_no_relief():
    facts = MODEL | {
        "compute_above_1e25": "yes",
        "commission_exempted": "no",
        "model_open_licence": "yes",
        "model_weights_public": "yes",
    }
    found = established(facts)
    assert found["gpai-systemic"].kind == "gpai_systemic_risk"
    assert "Art. 53(1)(a); Annex XI" in {d.citation for d in found["gpai-model"].duties}


def test_using_somebody_elses_model_makes_nobody_its_provider():
    assert not {"gpai_model", "gpai_systemic_risk"} & asked(CHAT).tags


@pytest.mark.parametrize("admitted", ["influences_decision", "significant_risk"])
def test_an_admitted_risk_makes_a_claimed_exemption_disputed_and_high_risk(admitted):
    found = established(HIRING | EXEMPT | {admitted: "yes"})
    assert found["annex-iii-4-a"].confidence == "disputed"
    assert found["annex-iii-4-a"].label.startswith("Disputed: High-risk from")
    assert "annex-iii-4-a.exempt" not in found


def test_an_unanswered_risk_statement_is_an_assumption_to_be_confirmed():
    facts = HIRING | {"profiling": "no", "narrow_task": "yes"}
    finding = established(facts)["annex-iii-4-a.exempt"]
    assert {"influences_decision", "significant_risk"} <= {
        step.fact for step in finding.steps if step.assumed
    }


def test_a_doubt_about_the_risk_leaves_both_outcomes_open():
    verdict = asked(HIRING | EXEMPT | {"significant_risk": "not_established"}, TODAY)
    assert {"annex-iii-4-a", "annex-iii-4-a.exempt"} <= {f.id for f in verdict.findings}
    assert verdict.established == ()

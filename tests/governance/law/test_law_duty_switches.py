"""Facts about an organisation switch its duties, and what a breach can cost it."""

import pytest

from governance.law.duties_load import catalogue
from tests.governance.law.duty_worlds import (
    ALL_NO,
    CAMERA,
    GRID,
    rows,
)
from tests.governance.law.test_law_other_regimes import LIFT, MODEL
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    HIRING,
)

SWITCHES = [
    ("sme", "art-63", CREDIT),
    ("sme", "art-11-1-simplified", CREDIT),
    ("small_mid_cap", "art-11-1-simplified", CREDIT),
    ("public_body", "art-26-8", CREDIT),
    ("public_body", "art-49-3", CREDIT),
    ("union_body", "art-49-3", CREDIT),
    ("public_body", "art-27-1", HIRING),
    ("public_services", "art-27-1", HIRING),
    ("union_body", "art-43-1-authority", CAMERA),
    ("financial_institution", "art-17-4", CREDIT),
    ("financial_institution", "art-18-3", CREDIT),
    ("financial_institution", "art-19-2", CREDIT),
    ("financial_institution", "art-26-5-financial", CREDIT),
    ("financial_institution", "art-26-6-financial", CREDIT),
    ("financial_institution", "art-72-4", CREDIT),
    ("financial_institution", "art-74-6", CREDIT),
    ("equivalent_reporting", "art-73-9", CREDIT),
    ("employer", "art-26-7", HIRING),
    ("police", "art-26-10-authorisation", CAMERA),
    ("police", "art-43-1-authority", CAMERA),
    ("police", "art-46-2", CAMERA),
    ("police", "art-49-4", CAMERA),
    ("police", "art-74-8", CAMERA),
    ("migration_asylum", "art-49-4", CAMERA),
    ("migration_asylum", "art-43-1-authority", CAMERA),
    ("third_country", "art-22-1", CREDIT),
    ("another_became_provider", "art-25-2", CHAT),
    ("supplied_parts", "art-25-4", CREDIT),
    ("notified_body", "annex-vii-4-1", CAMERA),
    ("notified_body", "art-44-2", CAMERA),
    ("real_world_test", "art-60-4", CREDIT),
    ("real_world_test", "art-61", CREDIT),
    ("sandbox", "art-57-11", CHAT),
    ("bias_data", "art-4a-1-e", CHAT),
    ("ai_office_supervised", "art-75a-3", CHAT),
    ("ai_office_supervised", "art-75-1a", CREDIT),
    ("provider_by_own_acts", "art-25-1", CHAT),
]


@pytest.mark.parametrize(("flag", "id_", "world"), SWITCHES)
def test_a_flag_switches_its_duty_and_its_absence_is_named(flag, id_, world):
    others = {name: answer for name, answer in ALL_NO.items() if name != flag}
    on = rows(world, **others, **{flag: "yes"})[id_]
    assert on.state in ("binds_now", "applies_from")
    assert f"flag.{flag}" in [reason.fact for reason in on.why]
    off = rows(world, **others, **{flag: "no"})[id_]
    assert off.state == "does_not_bind"
    assert (f"flag.{flag}", "no") in [(item.fact, item.answer) for item in off.why]
    unsaid = rows(world, **others)[id_]
    assert (unsaid.state, unsaid.confidence) == ("not_established", "not_established")
    assert unsaid.when.startswith("Would apply ")
    assert off.when == ""
    assert [item.fact for item in unsaid.missing] == [f"flag.{flag}"]
    assert unsaid.missing[0].question == catalogue().flags[flag].text


def test_credit_and_insurance_need_the_impact_assessment_whoever_uses_them():
    assert rows(CREDIT, **ALL_NO)["art-27-1"].state == "applies_from"
    assert rows(HIRING, **ALL_NO)["art-27-1"].state == "does_not_bind"
    assert rows(GRID, **(ALL_NO | {"public_body": "yes"}))["art-27-1"].state == (
        "does_not_bind"
    )


def test_critical_infrastructure_is_registered_nationally_and_explains_nothing():
    found = rows(GRID, **ALL_NO)
    assert found["art-9-1"].state == "applies_from"
    assert found["art-49-5"].state == "binds_now"
    for id_ in ("art-49-1", "art-86", "art-26-8"):
        assert found[id_].state == "does_not_bind"


@pytest.mark.parametrize(
    ("id_", "edition", "flags", "eur", "limit"),
    [
        ("art-9-1", None, ALL_NO, 15_000_000, "higher"),
        ("art-9-1", None, {}, 15_000_000, "not_established"),
        ("art-9-1", None, ALL_NO | {"sme": "yes"}, 15_000_000, "lower"),
        ("art-9-1", None, ALL_NO | {"small_mid_cap": "yes"}, 15_000_000, "lower"),
        (
            "art-9-1",
            "enacted_2024",
            ALL_NO | {"small_mid_cap": "yes"},
            15_000_000,
            "higher",
        ),
        ("art-5", None, ALL_NO | {"small_mid_cap": "yes"}, 35_000_000, "higher"),
        ("art-5", None, {"sme": "no"}, 35_000_000, "higher"),
        ("art-5", None, ALL_NO | {"sme": "yes"}, 35_000_000, "lower"),
        ("art-99-5", None, ALL_NO, 7_500_000, "higher"),
        ("art-25-2", None, ALL_NO, 15_000_000, "higher"),
        ("art-25-2", "enacted_2024", ALL_NO, None, ""),
        ("art-73-2", None, ALL_NO, None, ""),
        ("art-73-2", None, ALL_NO | {"ai_office_supervised": "yes"}, 15_000_000, "x"),
        ("art-5", None, ALL_NO | {"ai_office_supervised": "yes"}, 35_000_000, "higher"),
        ("art-73-2", "enacted_2024", {"ai_office_supervised": "yes"}, None, ""),
        ("art-9-1", None, ALL_NO | {"union_body": "yes"}, None, ""),
    ],
)
def test_the_union_names_amounts_only_for_some_duties(id_, edition, flags, eur, limit):
    cost = rows(CREDIT, edition=edition, **flags)[id_].penalty
    assert cost.eur == eur
    assert cost.limit == ("higher" if limit == "x" else limit)
    assert cost.citation


def test_fines_for_models_have_no_rule_for_small_firms():
    cost = rows(MODEL, ["model_provider"], sme="yes")["art-53-1-a"].penalty
    assert (cost.citation, cost.limit) == ("Art. 101(1)", "higher")


BODY = "36-8-b", "44-2"
ANNEX_VII = "3-1", "3-3", "3-4", "4-1", "4-3"


def test_no_notified_body_takes_part_for_points_2_to_8_of_annex_iii():
    # LAW: Art. 43(2) names internal control alone; so nothing of this is even open.
    found = rows(HIRING, ["provider"])
    for id_ in [f"art-{part}" for part in BODY] + [f"annex-vii-{p}" for p in ANNEX_VII]:
        assert found[id_].state == "does_not_bind", id_


def test_a_product_of_section_a_takes_over_only_parts_of_annex_vii():
    # LAW: Art. 43(3): points 3, 4.3 to 4.5 and 5; before the amendment without point 3.
    asked = {"notified_body": "yes"}
    now = rows(LIFT, ["provider"], **asked)
    before = rows(LIFT, ["provider"], edition="enacted_2024", **asked)
    bound = [p for p in ANNEX_VII if now[f"annex-vii-{p}"].state != "does_not_bind"]
    assert bound == ["3-1", "3-3", "3-4", "4-3"]
    bound = [p for p in ANNEX_VII if before[f"annex-vii-{p}"].state != "does_not_bind"]
    assert bound == ["4-3"]


def test_a_representative_registers_only_systems_of_annex_iii():
    # LAW: Art. 22(3)(e) refers to Art. 49(1), which leaves Annex I and point 2 out.
    def registers(world):
        return rows(world, ["authorised_representative"])["art-22-3-e"].state

    assert registers(CREDIT) == "applies_from"
    assert registers(LIFT) == registers(GRID) == "does_not_bind"


def test_who_identifies_nobody_is_not_asked_about_live_identification():
    found = rows(HIRING, ["deployer"])
    assert found["art-5-2"].state == found["art-5-3"].state == "does_not_bind"

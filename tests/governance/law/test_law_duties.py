"""What the Act asks of whom: which rows bind, on which day, and why."""

import json
from collections.abc import Iterable
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.classify import EditionUnknown
from governance.law.duties import Duty, RoleUnknown, duties
from governance.law.duties_load import catalogue
from governance.law.facts import AnswersInvalid
from tests.governance.law.test_law_other_regimes import LIFT, MODEL, MONTAGE
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    EXEMPT,
    HIRING,
    LAST_DAY_OF_2024_TEXT,
    PLAIN,
    TODAY,
)

BOTH = ("provider", "deployer")
EVERY_ROLE = tuple(role for role in catalogue().roles if role != "affected_person")
ALL_NO = dict.fromkeys(catalogue().flags, "no")
HIGH_RISK_DAY = date(2027, 12, 2)
GENERAL_DAY = date(2026, 8, 2)
CAMERA = PLAIN | {
    "biometrics": ["identification"],
    "biometric_without_participation": "yes",
    "biometric_reference_database": "yes",
    "biometric_use_lawful": "yes",
    "only_confirms_identity": "no",
    "rbi_live": "no",
    "profiling": "yes",
}
GRID = PLAIN | {
    "domains": ["infrastructure"],
    "infrastructure_kind": ["electricity"],
    "infrastructure_operation": "yes",
    "cybersecurity_only": "no",
    "safety_purpose": "yes",
    "failure_endangers_people": "yes",
    "profiling": "yes",
}


def rows(
    answers: dict[str, object],
    roles: Iterable[str] = BOTH,
    on: date = TODAY,
    edition: str | None = None,
    **flags: str,
) -> dict[str, Duty]:
    """The rows for a system, by id."""
    found = duties(answers, tuple(roles), on, edition, flags).duties
    return {item.id: item for item in found}


def test_a_high_risk_system_binds_its_provider_from_the_day_of_chapter_iii():
    row = rows(CREDIT)["art-9-1"]
    assert (row.state, row.applies_from) == ("applies_from", HIGH_RISK_DAY)
    assert row.settled
    assert row.when == "Applies from 2 Dec 2027."
    assert row.citation == "Art. 9(1) and (2)"
    assert row.why[0].citation == "Annex III, point 5(b)"
    assert "High-risk from 2 Dec 2027" in row.why[0].text
    later = rows(CREDIT, on=HIGH_RISK_DAY)["art-9-1"]
    assert (later.state, later.when) == ("binds_now", "Applies since 2 Dec 2027.")


LINKED = ("art-43-2", "art-47-1", "art-48", "art-49-1", "art-72-1", "art-73-2")


@pytest.mark.parametrize("id_", [*LINKED, "art-86"])
def test_what_presupposes_a_high_risk_system_has_two_readings_and_neither_is_settled(
    id_,
):
    row = rows(CREDIT)[id_]
    assert (row.applies_from, row.applies_from_later) == (GENERAL_DAY, HIGH_RISK_DAY)
    assert not row.settled
    assert row.state == "binds_now"
    assert row.when == (
        "Applies since 2 Aug 2026; by another reading from 2 Dec 2027. "
        "Plan by the earlier."
    )


@pytest.mark.parametrize("id_", ["art-49-2", "art-80"])
def test_the_same_two_readings_stand_for_an_exempt_system(id_):
    row = rows(HIRING | EXEMPT)[id_]
    assert (row.applies_from, row.applies_from_later) == (GENERAL_DAY, HIGH_RISK_DAY)
    old = rows(HIRING | EXEMPT, on=LAST_DAY_OF_2024_TEXT)[id_]
    assert (old.applies_from, old.settled) == (GENERAL_DAY, True)


def test_a_product_of_section_a_has_its_own_dates_and_the_earlier_way_decides():
    lift = rows(LIFT)
    assert lift["art-9-1"].applies_from == date(2028, 8, 2)
    assert lift["art-72-1"].applies_from_later == date(2028, 8, 2)
    both = rows(LIFT | CREDIT | {"product_law": ["lifts"]})
    assert both["art-9-1"].applies_from == HIGH_RISK_DAY
    # The procedure of the product prevails over internal control, Art. 43(3).
    assert both["art-43-2"].state == "does_not_bind"
    assert both["art-43-3"].state == "binds_now"


def test_what_was_on_the_market_before_waits_for_a_change_of_design():
    old = CREDIT | {
        "placed_on_market_on": "2026-03-02",
        "design_changed_significantly_on": "no",
        "for_public_authorities": "no",
    }
    row = rows(old, on=date(2028, 1, 1))["art-9-1"]
    assert (row.state, row.applies_from) == ("applies_from", None)
    assert row.when == "Applies once the design changes significantly."
    public = rows(old | {"for_public_authorities": "yes"}, on=date(2028, 1, 1))
    assert public["art-9-1"].when == "Applies from 2 Aug 2030."
    unsaid = {k: v for k, v in old.items() if k != "for_public_authorities"}
    assert rows(unsaid, on=date(2028, 1, 1))["art-9-1"].when == (
        "Applies from 2 Aug 2030; by another reading only once the design "
        "changes significantly."
    )


@settings(max_examples=25, deadline=None)
@given(
    world=st.sampled_from([CREDIT, HIRING, CHAT, LIFT, MODEL, CAMERA, PLAIN]),
    on=st.dates(date(2026, 7, 27), date(2031, 1, 1)),
)
def test_the_day_never_hides_a_row(world, on):
    then, today = (rows(world, EVERY_ROLE, day, **ALL_NO) for day in (on, TODAY))
    assert list(then) == list(today)
    for id_, row in then.items():
        out = row.state == "does_not_bind"
        assert out is (today[id_].state == "does_not_bind"), id_


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_lost_fact_never_removes_a_row(data):
    world = data.draw(st.sampled_from([CREDIT, HIRING, CHAT, LIFT, MODEL, CAMERA]))
    names = st.sampled_from(sorted(catalogue().flags))
    flags = data.draw(st.dictionaries(names, st.sampled_from(["yes", "no"])))
    lost = data.draw(st.sets(st.sampled_from(sorted({*world, *flags}))))
    less = world | dict.fromkeys(lost & set(world), "not_established")
    fewer = {k: v for k, v in flags.items() if k not in lost}
    before, after = rows(world, **flags), rows(less, **fewer)
    for id_, row in before.items():
        if row.state != "does_not_bind" and flags.get("provider_by_own_acts") != "yes":
            assert after[id_].state != "does_not_bind", id_


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
    ("notified_body", "annex-vii-4-1", CREDIT),
    ("notified_body", "art-44-2", CREDIT),
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


def test_an_exempt_system_has_the_duties_of_the_exemption_and_no_others():
    found = rows(HIRING | EXEMPT, **ALL_NO)
    assert found["art-6-4"].state == "applies_from"
    assert found["art-49-2"].state == "binds_now"
    assert found["art-80"].state == "binds_now"
    for id_ in ("art-9-1", "art-49-1", "art-26-1", "art-86"):
        assert found[id_].state == "does_not_bind"
        assert found[id_].confidence == "established"


def test_a_missing_fact_of_the_system_is_named_with_who_knows_it():
    unsure = rows(CREDIT | {"credit_natural_persons": "not_established"})["art-9-1"]
    assert unsure.state == "not_established"
    assert "credit_natural_persons" in [item.fact for item in unsure.missing]
    assert all(item.who_knows for item in unsure.missing)


def test_what_rests_on_a_disputed_finding_alone_says_so():
    doubt = HIRING | EXEMPT | {"significant_risk": "yes"}
    row = rows(doubt)["art-9-1"]
    assert (row.state, row.confidence) == ("applies_from", "disputed")
    assert "Art. 6(3)" in row.dispute
    product = {key: LIFT[key] for key in LIFT if LIFT[key] != PLAIN.get(key)}
    sure = rows(doubt | product)["art-9-1"]
    assert (sure.confidence, sure.dispute) == ("established", "")


def test_literacy_for_a_product_of_section_b_is_disputed():
    car = LIFT | {"product_law": ["motor_vehicles"]}
    found = rows(car, **ALL_NO)
    assert found["art-4"].confidence == "disputed"
    assert "Section B" in found["art-4"].dispute
    assert found["art-2-2"].state == "applies_from"
    assert found["art-9-1"].state == "does_not_bind"
    assert rows(LIFT)["art-4"].confidence == "established"


def test_a_prohibited_practice_binds_by_its_own_letter():
    scoring = CREDIT | {"unrelated_context": "yes"}
    found = rows(scoring)
    assert found["art-5-1-c"].state == "binds_now"
    assert found["art-5-1-c"].penalty.eur == 35_000_000
    assert found["art-5-1-a"].state == "does_not_bind"
    assert found["art-5-1-a"].why[0].citation == "Art. 5(1)(a)"
    assert found["art-5-1-a"].why[0].answer == "no"
    assert rows(PLAIN)["art-5"].state == "binds_now"


def test_live_identification_by_police_has_its_duties_also_where_it_is_permitted():
    live = CAMERA | {
        "rbi_live": "yes",
        "rbi_public_space": "yes",
        "rbi_law_enforcement": "yes",
    }
    assert rows(live, **ALL_NO)["art-5-3"].state == "binds_now"
    assert (
        rows(live, **(ALL_NO | {"police": "yes"}))["art-26-10-authorisation"].state
        == "does_not_bind"
    )


def test_transparency_follows_paragraph_by_paragraph():
    chat = rows(CHAT)
    assert chat["art-50-1"].state == chat["art-50-5"].state == "binds_now"
    assert chat["art-50-3"].state == "does_not_bind"
    film = rows(MONTAGE | {"placed_on_market_on": "2026-03-02"})
    assert film["art-50-2"].applies_from == date(2026, 12, 2)
    assert film["art-50-4-deep-fake"].applies_from == GENERAL_DAY
    assert film["art-50-5"].applies_from == GENERAL_DAY


def test_a_model_binds_its_provider_and_open_release_relieves_in_part():
    closed = rows(MODEL, ["model_provider"])
    assert closed["art-53-1-a"].state == closed["art-53-1-c"].state == "binds_now"
    assert closed["art-54-1"].state == closed["art-55-1-a"].state == "does_not_bind"
    released = MODEL | {"model_open_licence": "yes", "model_weights_public": "yes"}
    free = rows(released, ["model_provider"])
    assert free["art-53-1-a"].state == "does_not_bind"
    assert free["art-53-1-d"].state == "binds_now"
    large = rows(
        released | {"compute_above_1e25": "yes", "commission_exempted": "no"},
        ["model_provider"],
    )
    assert large["art-53-1-a"].state == large["art-55-1-c"].state == "binds_now"
    assert large["art-52-1"].deadlines == ("art-52-1-notify",)
    assert "art-9-1" not in large
    assert "art-53-1-a" not in rows(MODEL, ["provider"])


def test_each_role_has_its_rows_and_several_have_all_of_them():
    alone = {role: set(rows(CREDIT, [role], **ALL_NO)) for role in EVERY_ROLE}
    assert set(rows(CREDIT, EVERY_ROLE, **ALL_NO)) == set().union(*alone.values())
    assert {"art-23-1", "art-23-5"} <= alone["importer"]
    assert "art-24-1" in alone["distributor"] - alone["importer"]
    assert {"art-22-3-b", "art-54-3-a"} <= alone["authorised_representative"]
    assert "art-49-1" in alone["authorised_representative"]
    assert "art-25-3" in alone["product_manufacturer"]
    assert "art-25-4" in alone["third_party"] - alone["deployer"]
    # A downstream provider is a provider, Art. 3(68), with a right of its own.
    assert alone["downstream_provider"] == alone["provider"] | {"art-89-2"}
    rights = set.intersection(*alone.values())
    assert rights == {"art-85"}
    assert rows(CREDIT, ["importer"])["art-85"].nature == "right"


def test_a_product_manufacturer_is_provider_where_art_25_3_says_so():
    maker = ["product_manufacturer"]
    named = ALL_NO | {"product_under_own_name": "yes"}
    assert rows(LIFT, maker, **named)["art-9-1"].state == "applies_from"
    assert rows(LIFT, maker, **named)["art-25-3"].state == "applies_from"
    assert "art-9-1" not in rows(LIFT, maker, **ALL_NO)
    assert "art-9-1" not in rows(CREDIT, maker, **named)


def test_own_acts_make_a_deployer_the_provider_and_doubt_says_so():
    acts = "provider_by_own_acts"
    unasked = {k: v for k, v in ALL_NO.items() if k != acts}
    became = rows(CREDIT, ["deployer"], **(ALL_NO | {acts: "yes"}))
    assert became["art-9-1"].state == "applies_from"
    assert became["art-9-1"].borne_as == ("provider",)
    perhaps = rows(CREDIT, ["deployer"], **(ALL_NO | {acts: "not_established"}))
    assert perhaps["art-9-1"].state == "not_established"
    assert [m.fact for m in perhaps["art-9-1"].missing] == [f"flag.{acts}"]
    assert perhaps["art-49-1"].state == "not_established"
    silent = rows(CREDIT, ["deployer"], **unasked)
    assert "art-9-1" not in silent
    assert silent["art-25-1"].state == "not_established"


def test_a_private_person_is_no_deployer():
    private = CHAT | {"exclusions": ["personal"]}
    row = rows(private, ["deployer"], **ALL_NO)["art-26-1"]
    assert row.state == "does_not_bind"
    both = rows(private, **ALL_NO)
    literacy = rows(private, ["deployer"], **ALL_NO)["art-4"]
    assert literacy.state == "does_not_bind"
    assert "exclusions" in [reason.fact for reason in literacy.why]
    assert both["art-4"].state == "binds_now"


def test_the_2024_text_has_its_own_rows_words_and_tiers():
    old = rows(CREDIT, on=LAST_DAY_OF_2024_TEXT)
    new = rows(CREDIT)
    assert {"art-10-5"} <= set(old) - set(new)
    assert {"art-4a-1", "art-75-1a", "art-75c-3"} <= set(new) - set(old)
    assert "sufficient level" in old["art-4"].says
    assert "No fixed level" in new["art-4"].says
    assert old["art-25-2"].elements == ()
    assert len(new["art-25-2"].elements) == 3
    assert old["art-9-1"].applies_from == GENERAL_DAY
    found = duties(CREDIT, BOTH, TODAY, "enacted_2024")
    assert found.hypothetical
    tiny = ALL_NO | {"microenterprise": "yes"}
    assert rows(CREDIT, on=LAST_DAY_OF_2024_TEXT, **tiny)["art-63"].state != (
        "does_not_bind"
    )
    assert rows(CREDIT, **tiny)["art-63"].state == "does_not_bind"


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


def test_rights_permissions_and_voluntary_acts_are_shown_and_are_no_duties():
    found = duties(CREDIT, BOTH, date(2029, 1, 1), flags=ALL_NO)
    shown = {row.nature for row in found.duties}
    assert {"duty", "permission", "option", "relief", "right", "scope_rule"} <= shown
    assert {row.nature for row in found.binding} == {"duty"}
    assert all(row.penalty is None for row in found.duties if row.nature != "duty")
    assert "art-95" in rows(CHAT)


def test_the_answer_is_plain_json():
    found = duties(CREDIT, BOTH, TODAY, flags=ALL_NO)
    plain = found.as_json()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["headline"] == found.verdict.headline
    first = next(row for row in plain["duties"] if row["id"] == "art-9-1")
    assert first["applies_from"] == "2027-12-02"
    assert first["crosswalk"][0]["nist_ai_rmf"]["strength"] == "strong"


def test_what_does_not_exist_is_refused():
    with pytest.raises(RoleUnknown, match=r"\['owner'\]; there are provider"):
        duties(CREDIT, ["owner"], TODAY)
    with pytest.raises(AnswersInvalid, match="no question has this id"):
        duties(CREDIT, BOTH, TODAY, flags={"rich": "yes"})
    with pytest.raises(EditionUnknown):
        duties(CREDIT, BOTH, TODAY, "draft_2025")


def test_verdict_and_duties_together_take_less_than_five_milliseconds():
    times = []
    for _ in range(60):
        start = perf_counter()
        duties(CREDIT, BOTH, TODAY, flags=ALL_NO)
        times.append(perf_counter() - start)
    # The best of many: what else the machine does is no fault of the room.
    assert min(times) < 0.005

"""What the Act asks for a system: which rows bind, on which day, and why."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.classify import verdict_of
from governance.law.duties import duties, outlines
from governance.law.duties_load import catalogue
from governance.law.facts import Facts
from governance.law.load import law
from tests.governance.law.duty_worlds import (
    ALL_NO,
    BOTH,
    CAMERA,
    EVERY_ROLE,
    GENERAL_DAY,
    HIGH_RISK_DAY,
    rows,
)
from tests.governance.law.random_answers import DAYS, WORLDS
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
        "Applies from 2 Aug 2030. Art. 111 may put it off until the design "
        "changes significantly. Plan by the earlier."
    )


def test_what_article_111_may_put_off_hides_no_reading_of_the_date():
    unsaid = {k: v for k, v in CREDIT.items() if k != "placed_on_market_on"}
    row = rows(unsaid)["art-49-1"]
    assert (row.applies_from, row.applies_from_later) == (GENERAL_DAY, HIGH_RISK_DAY)
    assert row.when == (
        "Applies since 2 Aug 2026; by another reading from 2 Dec 2027. Art. 111 may "
        "put it off until the design changes significantly. Plan by the earlier."
    )
    both = rows(unsaid | {"product_law": ["lifts"], "failure_endangers_people": "yes"})
    assert both["art-72-1"].applies_from_later == HIGH_RISK_DAY


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
    # Art. 50(5) goes with the paragraph that asks for the information.
    assert film["art-50-5"].applies_from == date(2026, 12, 2)
    assert film["art-50-5-deployer"].applies_from == GENERAL_DAY
    assert chat["art-50-5-deployer"].state == "does_not_bind"


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


FLAGS = st.dictionaries(
    st.sampled_from(sorted(catalogue().flags)),
    st.sampled_from(["yes", "no", "not_established"]),
)
BEARER = st.tuples(st.lists(st.sampled_from(EVERY_ROLE), unique=True), FLAGS)


@settings(max_examples=40, deadline=None)
@given(answers=WORLDS, bearers=st.lists(BEARER, max_size=3), on=DAYS)
def test_the_rows_of_several_organisations_are_those_of_each_alone(
    answers, bearers, on
):
    facts = Facts(answers, law().questions)
    together = outlines(verdict_of(facts, on), facts, bearers)
    for (roles, flags), found in zip(bearers, together, strict=True):
        alone = duties(answers, roles, on, flags=flags).duties
        assert [_told(item) for item in found] == [
            (each.id, each.borne_as, each.state, each.confidence, each.dispute,
             each.applies_from, each.applies_from_later)
            for each in alone
        ]  # fmt: skip


def _told(item):
    span = item.window
    decided = (item.borne_as, item.state, item.confidence, item.dispute)
    return (item.row.id, *decided, span.earlier, span.other)

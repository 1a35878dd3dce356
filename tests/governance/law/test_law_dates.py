"""When a finding bites: Art. 113, the two readings, and the transitions of Art. 111."""

from datetime import date

import pytest

from governance.law.duties import duties
from governance.law.model import Window
from governance.law.questions import questions
from governance.law.words import timing
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    EXEMPT,
    HIRING,
    PLAIN,
    TODAY,
    established,
)

AFTER = date(2029, 1, 1)
AUGUST, DECEMBER = date(2026, 8, 2), date(2027, 12, 2)
OLD = CREDIT | {"placed_on_market_on": "2026-03-02"}
MODEL = PLAIN | {
    "provides_model": "yes",
    "model_general": "yes",
    "model_integrable": "yes",
}


def span(answers, on=TODAY, finding="annex-iii-5-b", edition=None):
    found = established(answers, on, edition)[finding]
    return found.applies_from, found.applies_from_later


def registers(answers):
    """The duty of Art. 49(1), for a provider."""
    found = duties(answers, ["provider"], TODAY).duties
    return next(duty for duty in found if duty.id == "art-49-1")


def test_a_new_system_has_one_date():
    assert span(CREDIT) == (date(2027, 12, 2), date(2027, 12, 2))


def test_a_system_on_the_market_keeps_the_plain_date_while_its_future_is_open():
    assert span(OLD) == (date(2027, 12, 2), None)
    finding = established(OLD)["annex-iii-5-b"]
    assert finding.label == "High-risk from 2 Dec 2027 · Annex III 5(b)"
    assert "Art. 111(2)" in finding.timing


def test_what_has_two_readings_keeps_both_while_the_design_of_an_old_system_is_open():
    """Art. 49(1): read literally since August 2026, or with the rest of Chapter III."""
    asked = registers(OLD)
    assert (asked.applies_from, asked.applies_from_later) == (AUGUST, DECEMBER)
    assert "since 2 Aug 2026; by another reading from 2 Dec 2027" in asked.when
    for last in ("no", "2025-04-01"):
        asked = registers(OLD | {"design_changed_significantly_on": last})
        assert (asked.applies_from, asked.applies_from_later) == (DECEMBER, None)
        assert asked.when.startswith("Applies from 2 Dec 2027. Art. 111")
    changed = registers(OLD | {"design_changed_significantly_on": "2026-10-01"})
    assert changed.applies_from == AUGUST


def test_after_the_cut_off_an_unchanged_old_system_is_not_reached():
    facts = OLD | {
        "design_changed_significantly_on": "no",
        "for_public_authorities": "no",
    }
    assert span(facts, AFTER) == (None, None)
    finding = established(facts, AFTER)["annex-iii-5-b"]
    assert not finding.applies_now
    assert finding.label == (
        "High-risk once its design changes significantly · Annex III 5(b)"
    )


def test_a_significant_change_after_the_cut_off_brings_it_in():
    facts = OLD | {"design_changed_significantly_on": "2028-05-04"}
    assert span(facts, AFTER) == (date(2028, 5, 4), date(2028, 5, 4))


def test_a_change_before_the_cut_off_does_not_count():
    facts = OLD | {
        "design_changed_significantly_on": "2027-01-01",
        "for_public_authorities": "no",
    }
    assert span(facts, AFTER) == (None, None)


def test_a_system_for_public_authorities_must_follow_by_2030():
    facts = OLD | {
        "for_public_authorities": "yes",
        "design_changed_significantly_on": "no",
    }
    assert span(facts) == (date(2027, 12, 2), date(2030, 8, 2))
    assert span(facts, AFTER) == (date(2030, 8, 2), date(2030, 8, 2))
    # A later change of design does not put that day off.
    changed, then = {"design_changed_significantly_on": "2031-05-05"}, date(2031, 6, 1)
    assert span(facts | changed, then) == (date(2030, 8, 2), date(2030, 8, 2))
    perhaps = facts | changed | {"for_public_authorities": "not_established"}
    assert span(perhaps, then) == (date(2030, 8, 2), date(2031, 5, 5))


def test_an_unknown_market_date_gives_both_readings():
    facts = CREDIT | {"placed_on_market_on": "not_established"}
    assert span(facts) == (date(2027, 12, 2), None)
    unknown = facts | {"design_changed_significantly_on": "not_established"}
    assert span(unknown, AFTER) == (date(2027, 12, 2), None)


def test_the_earlier_of_market_and_service_counts():
    facts = CREDIT | {
        "placed_on_market_on": "2028-01-01",
        "put_into_service_on": "2027-01-01",
    }
    assert span(facts) == (date(2027, 12, 2), None)


def test_the_2024_text_has_its_own_cut_off():
    facts = CREDIT | {"placed_on_market_on": "2026-09-01"}
    assert span(facts, edition="enacted_2024") == (date(2026, 8, 2), date(2026, 8, 2))


@pytest.mark.parametrize(
    ("placed", "day"),
    [
        ("2026-08-01", date(2026, 12, 2)),
        ("2026-08-02", date(2026, 8, 2)),
        ("no", date(2026, 8, 2)),
    ],
)
def test_marking_waits_until_december_2026_only_for_older_systems(placed, day):
    facts = CHAT | {"placed_on_market_on": placed}
    assert span(facts, finding="art-50-2") == (day, day)
    assert span(facts, finding="art-50-1")[0] == date(2026, 8, 2)


def test_marking_has_two_readings_while_the_market_date_is_unknown():
    facts = CHAT | {"placed_on_market_on": "not_established"}
    assert span(facts, finding="art-50-2") == (date(2026, 8, 2), date(2026, 12, 2))
    assert "Plan by the earlier" in established(facts)["art-50-2"].timing


@pytest.mark.parametrize(
    ("placed", "day"),
    [("2025-08-01", date(2027, 8, 2)), ("2025-08-02", date(2025, 8, 2))],
)
def test_older_models_have_until_august_2027(placed, day):
    facts = MODEL | {"placed_on_market_on": placed}
    assert span(facts, finding="gpai-model") == (day, day)


def test_parts_of_the_large_border_systems_have_until_the_end_of_2030():
    facts = PLAIN | {
        "domains": ["migration"],
        "migration_purposes": ["applications"],
        "migration_authority_uses": "yes",
        "profiling": "yes",
        "placed_on_market_on": "2026-01-01",
        "annex_x_component": "yes",
    }
    day = date(2030, 12, 31)
    assert span(facts, finding="annex-iii-7-c") == (day, day)
    # Art. 111(1) speaks of the whole Act but Art. 5, so also of what people are told.
    chat = (
        facts | CHAT | {key: facts[key] for key in ("domains", "placed_on_market_on")}
    )
    assert (
        span(chat, finding="art-50-1") == span(chat, finding="art-50-2") == (day, day)
    )
    plain = chat | {"annex_x_component": "no", "placed_on_market_on": "2026-09-01"}
    assert span(plain, finding="art-50-1")[0] == date(2026, 8, 2)


def test_whether_registration_of_exempt_systems_bites_earlier_shows_both_readings():
    duties = established(HIRING | EXEMPT)["annex-iii-4-a.exempt"].duties
    (register,) = [duty for duty in duties if "Art. 49(2)" in duty.citation]
    assert register.applies_from == date(2026, 8, 2)
    assert register.applies_from_later == date(2027, 12, 2)


def test_dates_are_asked_only_where_a_finding_has_a_transition():
    undated = {k: v for k, v in CREDIT.items() if k != "placed_on_market_on"}
    assert [q.id for q in questions(undated, TODAY)] == ["placed_on_market_on"]
    for day in (TODAY, AFTER):
        assert [q.id for q in questions(OLD, day)] == [
            "design_changed_significantly_on",
            "for_public_authorities",
        ]
    greeting = CHAT | {"generates": ["conversation"]}
    told = {k: v for k, v in greeting.items() if k != "placed_on_market_on"}
    assert not questions(told, TODAY)
    at_the_border = questions(
        told | {"domains": ["migration"], "migration_purposes": ["other"]}, TODAY
    )
    assert "placed_on_market_on" in {q.id for q in at_the_border}
    nothing = {k: v for k, v in PLAIN.items() if k != "placed_on_market_on"}
    assert "placed_on_market_on" not in {q.id for q in questions(nothing, TODAY)}


def test_a_finding_whose_day_has_two_readings_says_both():
    both = Window(date(2027, 12, 2), date(2028, 8, 2), reading=date(2028, 8, 2))
    assert timing(both, TODAY) == (
        "Applies from 2 Dec 2027. Later reading: 2 Aug 2028. Plan by the earlier."
    )

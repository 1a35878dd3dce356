"""Public holidays: the rules against a list of others, and where they stop."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from governance.law.check import LawDataInvalid
from governance.law.deadlines import deadline
from governance.law.holidays import (
    FILE,
    calendar,
    easter,
    holidays,
    member_states,
    orthodox_easter,
    read,
    source,
)

LISTED = json.loads(
    Path(__file__).with_name("holiday_examples.json").read_text("utf-8")
)["days"]


def test_all_27_member_states_are_there_with_a_clock_of_their_own():
    assert len(member_states()) == len(LISTED) == 27
    for state in member_states().values():
        assert ZoneInfo(state.zone)
        assert calendar(state.code).zone_name == state.zone


@pytest.mark.parametrize("code", LISTED)
def test_the_rules_give_the_days_that_another_source_lists(code):
    found = {**holidays(code, 2027), **holidays(code, 2028)}
    assert [day.isoformat() for day in found] == LISTED[code].split()
    assert all(found.values())


@pytest.mark.parametrize(
    ("year", "western", "eastern"),
    [
        (2024, (3, 31), (5, 5)),
        (2025, (4, 20), (4, 20)),
        (2027, (3, 28), (5, 2)),
        (2038, (4, 25), (4, 25)),
        (2049, (4, 18), (4, 25)),
        (2076, (4, 19), (4, 26)),
    ],
)
def test_easter(year, western, eastern):
    assert easter(year) == date(year, *western)
    assert orthodox_easter(year) == date(year, *eastern)


@pytest.mark.parametrize(
    ("code", "day", "free"),
    [
        ("PL", (2024, 12, 24), False),
        ("PL", (2025, 12, 24), True),
        ("SK", (2026, 5, 8), False),
        ("SK", (2028, 5, 8), True),
        ("SK", (2025, 11, 17), False),
        ("IE", (2030, 2, 1), True),
        ("IE", (2030, 2, 4), False),
        ("BG", (2026, 12, 28), True),
        ("LV", (2030, 5, 6), True),
        ("FI", (2026, 6, 19), True),
        ("DE", (2026, 11, 1), False),
    ],
)
def test_holidays_that_began_ended_or_move(code, day, free):
    assert (date(*day) in holidays(code, day[0])) is free


def test_a_moved_holiday_says_so():
    assert holidays("BG", 2026)[date(2026, 12, 28)] == (
        "Second day of Christmas, moved from a weekend"
    )


def test_greece_is_known_by_both_codes_and_case_does_not_matter():
    assert calendar("gr") == calendar("EL")


def test_where_the_source_stops_is_said_only_beyond_it():
    known = source().status_unknown_after
    assert source().checked_on >= known
    told = [" ".join(calendar("FR").notes(day)) for day in (known, date(2030, 1, 1))]
    assert ["rules known on that day" in text for text in told] == [False, True]
    answer = deadline("art-73-2-general", date(2026, 12, 4), "FR")
    assert any(f"Holidays after {known}" in note for note in answer.notes)
    kept = deadline("art-18-1", known, "FR")
    assert not any("Holidays after" in note for note in kept.notes)
    assert calendar("BG").notes(known)[-1].startswith("Days that the government")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('since = { "12-24" = 2025 }', 'since = { "12-23" = 2025 }', "PL: no holiday"),
        ('moves = ["05-04", "11-18"]', 'moves = ["05-05"]', "LV: no holiday has"),
        ('"easter+39" = ', '"easter+x" = ', "AT: invalid literal"),
        ('"10-26" = ', '"26-10" = ', "AT: month must be"),
        ('zone = "Europe/Vienna"', 'zone = "Europe/Wien"', "AT: .*Europe/Wien"),
        ('zone = "Europe/Vienna"', 'clock = "Europe/Vienna"', "AT: .*clock"),
        ('code = "BE"', 'code = "AT"', "AT: stands twice"),
    ],
)
def test_a_slip_in_the_holidays_is_refused_and_named(tmp_path, old, new, says):
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "holidays.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LawDataInvalid, match=says):
        read(path)

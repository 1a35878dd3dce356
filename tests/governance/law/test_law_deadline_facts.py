"""Time limits and facts: who knew when, where, under which law; what is refused."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from governance.law.classify import EditionUnknown
from governance.law.deadlines import DeadlineInvalid, deadline, moment
from governance.law.holidays import CountryUnknown
from governance.law.limit import LimitUnknown, limits
from tests.governance.law.test_law_deadlines import FRIDAY


def test_the_earlier_awareness_counts():
    known = {
        "provider": moment("2026-12-09T09:00+01:00"),
        "deployer": moment("2026-12-04T18:00+01:00"),
    }
    answer = deadline("art-73-2-general", known, "DE")
    assert (answer.whose, answer.due) == ("deployer", date(2026, 12, 19))
    assert "that of the deployer, Friday 4 Dec 2026, 18:00+01:00" in answer.steps[1]
    assert not any("both were not given" in note for note in answer.notes)
    alone = deadline("art-73-2-general", {"provider": FRIDAY}, "DE")
    assert any("both were not given" in note for note in alone.notes)


def test_a_day_is_earlier_than_a_moment_of_it():
    known = {"provider": moment("2026-12-04T00:01+01:00"), "deployer": FRIDAY}
    assert deadline("art-73-2-general", known, "DE").whose == "deployer"


def test_days_are_those_of_the_member_state_and_in_utc_never_later():
    late = moment("2026-12-04T23:30Z")
    assert deadline("art-73-2-general", late).due == date(2026, 12, 19)
    assert deadline("art-73-2-general", late, "PT").due == date(2026, 12, 19)
    assert deadline("art-73-2-general", late, "FI").due == date(2026, 12, 20)
    told = " ".join(deadline("art-73-2-general", late, "FI").notes)
    assert "Days are counted in Finland (Europe/Helsinki)" in told


def test_the_last_day_ends_with_the_clock_of_the_member_state():
    winter = deadline("art-73-2-general", date(2027, 3, 12), "DE")
    assert winter.ends.isoformat() == "2027-03-28T00:00:00+01:00"
    summer = deadline("art-73-2-general", date(2027, 3, 13), "DE")
    assert summer.ends.isoformat() == "2027-03-29T00:00:00+02:00"
    assert winter.in_time(moment("2027-03-27T22:59:59Z"))
    assert not winter.in_time(moment("2027-03-27T23:00Z"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-27T10:00+01:00", "2027-03-28T11:00+02:00"),
        ("2027-10-30T10:00+02:00", "2027-10-31T09:00+01:00"),
    ],
)
def test_a_change_of_the_clock_gives_and_takes_no_hour(start, end):
    assert deadline("art-5-3-urgent", moment(start), "DE").due.isoformat() == (
        moment(end).isoformat()
    )


def test_the_hour_that_comes_twice_is_told_apart():
    first, second = moment("2027-10-31T02:50+02:00"), moment("2027-10-31T02:10+01:00")
    known = {"provider": second, "deployer": first}
    assert deadline("art-73-2-general", known, "DE").whose == "deployer"
    before = deadline("art-27-1-before-first-use", second, "DE")
    assert before.in_time(first.astimezone(ZoneInfo("Europe/Berlin")))
    half = deadline("art-5-3-urgent", moment("2027-10-30T02:50+02:00"), "DE")
    assert half.latest_reading.isoformat() == "2027-10-31T02:00:00+01:00"
    assert half.disputed


def test_what_is_kept_or_valid_is_not_moved_and_says_when_it_ends():
    answer = deadline("art-18-1", date(2027, 1, 2), "DE")
    assert answer.due == date(2037, 1, 2)
    saturday = deadline("art-18-1", date(2028, 1, 2), "DE")
    assert saturday.due.weekday() == 5
    assert saturday.latest_reading is None
    assert saturday.means == "to be kept at least until the end of this day"
    assert "Nothing moves this end" in saturday.steps[-1]
    assert saturday.in_time(datetime(2030, 1, 1, tzinfo=UTC)) is None


def test_who_waits_is_told_to_wait_for_the_later_reading():
    answer = deadline("art-60-4-b", FRIDAY, "DE")
    assert (answer.due, answer.latest_reading) == (date(2027, 1, 3), date(2027, 1, 4))
    assert any("plans by the later reading" in note for note in answer.notes)


def test_a_limit_says_from_when_it_applies_in_both_readings():
    answer = deadline("art-73-2-general", date(2026, 7, 27))
    assert (answer.applies_from, answer.applies_from_later) == (
        date(2026, 8, 2),
        date(2028, 8, 2),
    )
    told = " ".join(answer.notes)
    assert "Applies from 2 Aug 2026: not yet on the day counted from" in told
    assert "plan by the earlier" in told
    first_day = deadline("art-73-2-general", date(2026, 8, 2))
    assert not any("not yet" in note for note in first_day.notes)
    by_route = deadline("art-18-1", FRIDAY)
    assert (by_route.applies_from, by_route.applies_from_later) == (
        date(2027, 12, 2),
        date(2028, 8, 2),
    )
    settled = deadline("art-52-1-notify", FRIDAY)
    assert settled.applies_from == settled.applies_from_later == date(2025, 8, 2)
    assert not any("plan by the earlier" in note for note in settled.notes)


def test_the_law_of_the_day_decides_and_any_other_is_hypothetical():
    old = deadline("art-73-2-general", date(2026, 7, 26))
    assert (old.edition, old.hypothetical) == ("enacted_2024", False)
    assert old.applies_from_later == date(2027, 8, 2)
    asked = deadline("art-73-2-general", FRIDAY, edition="enacted_2024")
    assert (asked.edition, asked.hypothetical) == ("enacted_2024", True)
    new = deadline("art-75-2a", date(2026, 7, 26))
    assert (new.edition, new.hypothetical) == ("omnibus_2026", True)
    with pytest.raises(DeadlineInvalid, match="does not stand in enacted_2024"):
        deadline("art-75-2a", FRIDAY, edition="enacted_2024")
    with pytest.raises(EditionUnknown):
        deadline("art-75-2a", FRIDAY, edition="draft")


def test_some_limits_know_their_own_beginning():
    assert deadline("art-97-2-period").due == date(2031, 7, 27)
    with pytest.raises(DeadlineInvalid, match="needs the moment from which it runs"):
        deadline("art-73-2-general")


@pytest.mark.parametrize(
    ("name", "since", "says"),
    [
        ("art-18-1", date(9995, 1, 1), "too near to the calendar's end"),
        ("art-73-2-general", date(9999, 12, 30), "too near to the calendar's end"),
        ("art-5-3-urgent", FRIDAY, "give the moment with its time zone"),
        ("art-18-1", datetime(2026, 12, 4), "lacks a time zone"),  # noqa: DTZ001
        ("art-18-1", {"importer": FRIDAY}, "does not run from what .'importer'."),
        (
            "art-18-1",
            moment("9999-12-31T23:00-10:00"),
            "too near to the calendar's end",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_reason(name, since, says):
    with pytest.raises(DeadlineInvalid, match=says):
        deadline(name, since)


@pytest.mark.parametrize("text", ["soon", "20261204", "2026-12-04T10:00", "2026-13-01"])
def test_only_days_and_moments_with_a_zone_are_read(text):
    with pytest.raises(DeadlineInvalid, match="time zone"):
        moment(text)


def test_an_unknown_limit_or_country_names_what_there_is():
    with pytest.raises(LimitUnknown, match="Did you mean art-73-2-general"):
        deadline("art-73-2", FRIDAY)
    with pytest.raises(LimitUnknown, match="Did you mean art-26-6-logs"):
        deadline("art-26-6-log-keeping", FRIDAY)
    with pytest.raises(LimitUnknown, match="none of them"):
        deadline("", FRIDAY)
    with pytest.raises(CountryUnknown, match="AT, BE, BG"):
        deadline("art-18-1", FRIDAY, "CH")


def test_the_limits_are_told_apart_by_whom_they_bind():
    operators = {x.id for x in limits().values() if x.addressee == "operator"}
    assert {"art-73-2-general", "art-52-1-notify", "art-18-1"} <= operators
    assert not {"art-73-8-authority", "art-81-1-decision-other"} & operators


def test_an_answer_is_plain_json_and_names_its_rules():
    answer = deadline("art-73-2-general", moment("2026-12-04T10:30+01:00"), "DE")
    data = json.loads(json.dumps(answer.as_json()))
    assert data["id"] == "art-73-2-general"
    assert data["since"] == "2026-12-04T10:30:00+01:00"
    assert (data["due"], data["latest_reading"]) == ("2026-12-19", "2026-12-21")
    assert data["citation"] == "Art. 73(2)"
    assert data["bearer"] == "provider"
    assert len(data["rules"]) == 16

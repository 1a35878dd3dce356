"""Counting by itself: whatever the day, the place and the length."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.law.counting import by_1182, plain
from governance.law.deadlines import deadline
from governance.law.holidays import calendar, member_states
from governance.law.limit import limits

COUNTED = sorted(x.id for x in limits().values() if x.unit not in ("", "hours"))
IN_HOURS = sorted(x.id for x in limits().values() if x.unit == "hours")
MAXIMA = sorted(x.id for x in limits().values() if x.kind == "maximum")
DAYS = st.dates(date(2024, 1, 1), date(2060, 12, 31))
PLACES = st.sampled_from([None, *member_states()])
MOMENTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(st.sampled_from(MAXIMA), MOMENTS, PLACES)
def test_the_safe_date_is_never_the_later_one(name, start, place):
    answer = deadline(name, start, place)
    due, latest = answer.due, answer.latest_reading
    if isinstance(due, datetime):  # two moments of one zone compare by their clocks
        due, latest = due.astimezone(UTC), latest.astimezone(UTC)
    assert due <= latest
    assert bool(answer.disputed) or due == latest


@given(st.sampled_from(COUNTED), DAYS, st.integers(0, 400), PLACES)
def test_a_later_event_never_ends_earlier(name, start, gap, place):
    first = deadline(name, start, place)
    second = deadline(name, start + timedelta(days=gap), place)
    assert first.due <= second.due
    if first.latest_reading:
        assert first.latest_reading <= second.latest_reading


@given(st.sampled_from(IN_HOURS), MOMENTS, st.integers(0, 10**7), PLACES)
def test_hours_are_hours_whatever_the_clock(name, start, seconds, place):
    answer = deadline(name, start, place)
    due, latest = answer.due.astimezone(UTC), answer.latest_reading.astimezone(UTC)
    assert due - start == timedelta(hours=answer.limit.length)
    assert timedelta() <= latest - due < timedelta(hours=1)
    later = deadline(name, start + timedelta(seconds=seconds), place)
    assert due <= later.due.astimezone(UTC)
    assert latest <= later.latest_reading.astimezone(UTC)


@given(MOMENTS, st.sampled_from(sorted(member_states())))
def test_the_day_of_utc_is_never_later_than_that_of_a_member_state(start, place):
    assert deadline("art-18-1", start).due <= deadline("art-18-1", start, place).due


@given(DAYS, PLACES)
def test_the_later_reading_ends_on_a_working_day_and_holds_two(start, place):
    days = calendar(place)
    counted = plain(start, 2, "days", days)
    end = by_1182(start, counted, days).end
    assert not days.closed(end)
    inside = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(not days.closed(day) for day in inside) >= 2


@given(DAYS, st.integers(1, 30), PLACES)
def test_working_days_are_as_many_as_were_asked_for(start, length, place):
    days = calendar(place)
    end = plain(start, length, "working_days", days).end
    inside = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(not days.closed(day) for day in inside) == length
    assert not days.closed(end)


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        ((2027, 1, 31), 1, "months", (2027, 2, 28)),
        ((2028, 1, 31), 1, "months", (2028, 2, 29)),
        ((2027, 12, 31), 6, "months", (2028, 6, 30)),
        ((2027, 12, 31), 12, "months", (2028, 12, 31)),
        ((2028, 2, 29), 10, "years", (2038, 2, 28)),
        ((2028, 2, 29), 4, "years", (2032, 2, 29)),
        ((2027, 2, 28), 1, "years", (2028, 2, 28)),
        ((2028, 3, 31), -1, "months", (2028, 2, 29)),
        ((2028, 2, 29), -1, "years", (2027, 2, 28)),
        ((2027, 1, 1), -2, "weeks", (2026, 12, 18)),
        ((2028, 2, 27), 2, "days", (2028, 2, 29)),
        ((2026, 12, 31), 1, "days", (2027, 1, 1)),
    ],
)
def test_ends_of_months_and_leap_days(start, length, unit, end):
    counted = plain(date(*start), length, unit, calendar())
    assert counted.end == date(*end)


def test_a_month_without_that_day_is_explained():
    counted = plain(date(2027, 1, 31), 1, "months", calendar())
    assert counted.steps[-1] == (
        "1 month counted; that month has no day 31, so its last day counts "
        "(Art. 3(2)(c), second sentence): Sunday 28 Feb 2027."
    )


def test_weeks_end_on_the_same_day_of_the_week():
    counted = plain(date(2026, 12, 4), 2, "weeks", calendar())
    assert counted.end == date(2026, 12, 18)
    assert "same day of the week" in counted.steps[-1]
    back = plain(date(2026, 12, 4), -2, "weeks", calendar())
    assert back.steps[-1].startswith("2 weeks counted back;")


def test_a_single_day_need_not_hold_two_working_days():
    friday = date(2026, 12, 4)
    one = plain(friday - timedelta(days=1), 1, "days", calendar())
    assert by_1182(friday - timedelta(days=1), one, calendar()).end == friday
    two = plain(friday, 1, "days", calendar())
    assert by_1182(friday, two, calendar()).end == date(2026, 12, 7)


def test_an_end_that_both_readings_share_says_so():
    monday = date(2026, 12, 7)
    counted = plain(monday, 10, "days", calendar())
    assert by_1182(monday, counted, calendar()).steps == (
        "Regulation 1182/71 leads to the same day.",
    )

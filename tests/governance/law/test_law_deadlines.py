"""Time limits: the worked examples of others, the two readings, and the way there."""

import json
from datetime import UTC, date
from pathlib import Path

import pytest

from governance.law.deadlines import deadline, moment
from governance.law.limit import find

EXAMPLES = json.loads(
    Path(__file__).with_name("deadline_examples.json").read_text("utf-8")
)
PERIODS = {row["id"]: row for row in EXAMPLES["periods"]}
FRIDAY = date(2026, 12, 4)
EASTER_MONDAYS = ("2027-03-29", "2028-04-17", "2029-04-02", "2030-04-22", "2031-04-14")
# The working days of the examples: no Member State has just these holidays.
DEMO = [date.fromisoformat(day) for day in EASTER_MONDAYS] + [
    date(year, month, day)
    for year in range(2026, 2040)
    for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))
]
BACKWARDS = "art-36-3-notice"


def demo(limit, since):
    return deadline(limit, moment(since), holidays=DEMO)


def shown(value):
    return value if value is None else value.isoformat().replace("+00:00", "Z")


def dated(test):
    return [
        (name, example)
        for name, row in PERIODS.items()
        for example in row["examples"]
        if test in example
    ]


def test_all_sixty_periods_are_there_with_their_lengths():
    assert len(PERIODS) == 60
    for name, row in PERIODS.items():
        limit = find(name)
        unit = row["unit"].replace("calendar ", "").replace("working d", "working_d")
        assert (limit.length, limit.unit or "moment") == (row["length"], unit), name


@pytest.mark.parametrize(("name", "example"), dated("due"))
def test_worked_examples(name, example):
    if name == BACKWARDS:  # the example counts forwards; the limit runs backwards
        example = {"event": example["due"], "due": example["event"]}
    answer = demo(name, example["event"])
    assert shown(answer.due) == example["due"]
    assert shown(answer.latest_reading) == example.get("latest_reading")


@pytest.mark.parametrize(("name", "example"), dated("done_at"))
def test_an_act_before_a_moment_is_in_time(name, example):
    answer = demo(name, example["event_at"])
    assert answer.in_time(moment(example["done_at"])) is example["in_time"]


@pytest.mark.parametrize(
    ("name", "in_time"),
    [
        ("art-27-1-before-first-use", False),
        ("art-49-1-before-market", False),
        ("art-26-10-before-use", False),
        ("art-50-5-moment", True),
    ],
)
def test_the_moment_itself_is_too_late_for_what_must_come_before(name, in_time):
    start = moment("2027-12-03T08:00:00+01:00")
    assert deadline(name, start).in_time(start) is in_time
    same_moment_elsewhere = start.astimezone(UTC)
    assert deadline(name, start).in_time(same_moment_elsewhere) is in_time


def test_hours_are_counted_plainly_and_by_full_hours():
    (example,) = PERIODS["art-5-3-urgent"]["examples"]
    answer = demo("art-5-3-urgent", example["event"])
    assert shown(answer.due) == "2026-12-05T09:30:00Z"
    assert shown(answer.latest_reading) == example["end_exclusive_utc"]
    assert answer.ends is None
    assert not answer.in_time(moment("2026-12-05T10:31+01:00"))
    assert answer.in_time(moment("2026-12-05T10:30+01:00"))


@pytest.mark.parametrize("example", PERIODS["art-26-10-post"]["plain_reading"])
def test_forty_eight_hours_stay_plain_and_say_that_more_is_not_settled(example):
    answer = demo("art-26-10-post", example["event"])
    assert answer.due == moment(example["plain_48h_end"])
    assert "is not settled" in answer.disputed
    assert "Keep the earlier" in answer.disputed


def test_an_event_on_the_full_hour_is_its_own_start():
    answer = deadline("art-5-3-urgent", moment("2026-12-04T10:00Z"))
    assert answer.due == answer.latest_reading == moment("2026-12-05T10:00Z")
    assert answer.disputed == ""


def test_the_procedure_against_model_providers_starts_with_a_working_day():
    (example,) = PERIODS["reg-1755-7-2"]["examples"]
    answer = demo("reg-1755-7-2", example["event"])
    assert shown(answer.latest_reading) == example["latest_reading"]
    assert answer.due == date(2027, 1, 8)
    assert "Monday 21 Dec 2026" in "".join(answer.steps)


def test_every_step_is_told_in_plain_words():
    answer = deadline("art-73-3-widespread", FRIDAY, "DE")
    assert "\n".join(answer.steps) == (
        "First of all immediately; the period is only the outer limit.\n"
        "Friday 4 Dec 2026 is the day of the event and is not counted "
        "(Regulation 1182/71, Art. 3(1)).\n"
        "2 days counted; every day counts, weekends and holidays too (Art. 3(3)): "
        "Sunday 6 Dec 2026.\n"
        "This is the safe date.\n"
        "Sunday 6 Dec 2026 lies on a weekend; on this reading the period waits "
        "(Art. 3(4)).\n"
        "The next working day: Monday 7 Dec 2026.\n"
        "Two days or more hold at least two working days (Art. 3(5)).\n"
        "The second working day: Tuesday 8 Dec 2026."
    )
    assert answer.disputed.startswith("No source settles")


def test_a_holiday_on_the_way_is_named_and_only_then_counted():
    weekends = deadline("art-79-2-correct", FRIDAY)
    german = deadline("art-79-2-correct", FRIDAY, "DE")
    assert (weekends.due, german.due) == (date(2026, 12, 25), date(2026, 12, 28))
    assert german.latest_reading == german.due
    assert "Christmas Day" in "".join(german.steps)
    assert weekends.notes[-1].startswith("No Member State was named: only weekends")
    assert (weekends.zone, german.zone) == ("UTC", "Europe/Berlin")


def test_holidays_of_an_authority_can_be_named():
    answer = deadline("art-75-3", FRIDAY, holidays=[date(2027, 1, 4)])
    assert answer.due == date(2027, 1, 3)
    assert answer.latest_reading == date(2027, 1, 5)
    assert "Monday 4 Jan 2027 is a holiday that you named" in "".join(answer.steps)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("art-73-2-general", "immediately, once a causal link"),
        ("art-73-4-death", "immediately, as soon as the provider or the deployer"),
        ("art-52-1-notify", "without delay; the period is only the outer limit"),
        ("art-20-1-correct", "immediately."),
        ("art-26-10-refused", "with immediate effect."),
    ],
)
def test_at_once_comes_first(name, first):
    assert deadline(name, FRIDAY).steps[0].startswith(f"First of all {first}")


def test_at_once_has_the_moment_itself_as_its_date():
    start = moment("2026-12-04T10:30+01:00")
    answer = deadline("art-20-1-correct", start)
    assert answer.due == start
    assert deadline("art-20-1-correct", FRIDAY).due == FRIDAY
    assert answer.latest_reading is None
    assert answer.in_time(start) is None


# What outside sources say, by the id of their example, and the limit that answers it.
OUTSIDE = {
    "oth-002": ("art-52-5-request", 6, "months", "waiting"),
    "oth-003": ("code-framework-notified", 4, "weeks", "maximum"),
    "oth-005": ("art-5-3-urgent", 24, "hours", "maximum"),
    "oth-007": ("art-26-10-refused", 0, "", "at_once"),
    "oth-008": ("art-26-10-report", 1, "years", "recurring"),
    "oth-009": ("art-60-4-f", 6, "months", "lasts"),
    "oth-013": ("art-26-6-logs", 6, "months", "keep"),
    "oth-018": ("art-20-1-correct", 0, "", "at_once"),
    "inc-002": ("art-73-4-death", 10, "days", "maximum"),
    "inc-035": ("art-55-1-c-incident", 0, "", "at_once"),
}


@pytest.mark.parametrize("example", OUTSIDE)
def test_what_outside_sources_say_of_periods(example):
    (row,) = [row for row in EXAMPLES["outside"] if row["id"] == example]
    name, length, unit, kind = OUTSIDE[example]
    limit = find(name)
    assert (limit.length, limit.unit, limit.kind) == (length, unit, kind), row


@pytest.mark.parametrize(
    ("start", "end"),  # inc-041 and inc-039
    [("2028-02-15", "2028-03-01"), ("2028-12-14", "2028-12-29")],
)
def test_what_outside_sources_count(start, end):
    assert shown(deadline("art-73-2-general", moment(start), "DE").due) == end

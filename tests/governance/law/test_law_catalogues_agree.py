"""Duties and time limits are two catalogues of one law and never contradict."""

import pytest

from governance.law.duties_load import catalogue
from governance.law.limit import limits
from governance.law.timeline import applications

STARTS = catalogue().dated.starts
SAME = {name: name for name in STARTS if name in applications()} | {
    "bias-data": "article-4a",
    "linked-annex-i": "articles-40-48-annex-i",
}


def test_every_deadline_of_a_duty_is_a_time_limit():
    named = {limit for row in catalogue().rows for limit in row.deadlines}
    assert named
    assert named <= set(limits())


def test_every_date_of_a_duty_stands_in_the_timeline():
    assert set(STARTS) == set(SAME)


@pytest.mark.parametrize(("of_duties", "of_timeline"), sorted(SAME.items()))
def test_a_date_that_both_name_is_the_same_day(of_duties, of_timeline):
    told = {
        edition: (start.day, start.later)
        for edition, start in STARTS[of_duties].items()
    }
    ours = {
        edition: (days["from"], days.get("later"))
        for edition, days in applications()[of_timeline].items()
    }
    assert told == ours

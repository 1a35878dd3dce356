"""Figures with their denominators: what is counted, and what is not."""

import uuid
from datetime import UTC, date, datetime, timedelta
from math import isclose

import pytest

from audits.log.seal import signed_checkpoint
from audits.log.selectors import head_checkpoint
from audits.oversight.models import Act, Review
from audits.oversight.services import SESSION, ReviewOf, record_review
from audits.trail.services import Actor
from governance.dossiers.render.series import for_chart, for_table
from governance.dossiers.selectors.log import DayCount, log_facts, sealed
from governance.dossiers.selectors.oversight import Oversight, oversight, wilson
from tests.governance.dossiers.worlds import Bank


def figures(bank: Bank) -> Oversight:
    log = bank.system.log
    state = sealed(signed_checkpoint(head_checkpoint(log)))
    return oversight(log, state.size, log_facts(log, state).predictions)


def review(bank: Bank, of: Review, act: Act, person: str, **more: object) -> None:
    made = ReviewOf(
        id=uuid.uuid4(), prediction=of.prediction_id, act=act,
        decided_at=datetime.now(UTC), person=Actor(person, person, "Overseer"),
        human=True, authenticated_by=SESSION, **more,
    )  # fmt: skip
    record_review(
        log=bank.system.log, review=made, body=made.id.bytes, now=datetime.now(UTC)
    )


def test_a_correction_replaces_the_review_that_it_corrects(bank: Bank) -> None:
    overridden = Review.objects.filter(log=bank.system.log, act=Act.OVERRIDDEN).first()
    before = figures(bank)

    review(bank, overridden, Act.CONFIRMED, "Olga", corrects=overridden.review_id)

    after = figures(bank)
    assert (after.reviews, after.reviewed) == (before.reviews, before.reviewed)
    assert after.rates[0].changed == before.rates[0].changed - 1
    assert after.corrections == 1


def test_a_second_persons_confirmation_is_no_second_override(bank: Bank) -> None:
    overridden = Review.objects.filter(log=bank.system.log, act=Act.OVERRIDDEN).first()
    before = figures(bank)

    review(
        bank, overridden, Act.OVERRIDDEN, "Petra", confirms=overridden.review_id,
        output={"decision": "refer"},
    )  # fmt: skip

    after = figures(bank)
    assert after.rates[0] == before.rates[0]
    assert after.confirmations == before.confirmations + 1


def test_the_days_sum_up_to_the_reviews_that_stand(bank: Bank) -> None:
    log = bank.system.log
    overridden = Review.objects.filter(log=log, act=Act.OVERRIDDEN).first()
    review(bank, overridden, Act.CONFIRMED, "Olga", corrects=overridden.review_id)
    review(bank, overridden, Act.CONFIRMED, "Petra", confirms=overridden.review_id)
    state = sealed(signed_checkpoint(head_checkpoint(log)))

    days, found = log_facts(log, state).per_day, figures(bank)

    assert sum(day.reviews for day in days) == found.reviews == 8
    assert sum(day.changed for day in days) == found.rates[0].changed == 1


def test_rates_are_given_for_people_and_for_rules_apart(bank: Bank) -> None:
    every, people, rules, *versions = figures(bank).rates

    assert (every.changed, every.reviews) == (2, 8)
    assert (people.changed, people.reviews) == (2, 4)
    assert (rules.changed, rules.reviews) == (0, 4)
    assert [v.label for v in versions] == ["Version credit-1"]


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_is_the_published_one(
    hits: int, total: int, low: float, high: float
) -> None:
    found = wilson(hits, total)

    assert isclose(found[0], low, abs_tol=0.00005)
    assert isclose(found[1], high, abs_tol=0.00005)


def days(*counts: tuple[date, int]) -> tuple[DayCount, ...]:
    return tuple(DayCount(day, count, 0, 0) for day, count in counts)


def test_a_chart_shows_days_on_which_nothing_happened() -> None:
    first = date(2026, 1, 1)

    found = for_chart(days((first, 3), (first + timedelta(days=3), 1)))

    assert [point.predictions for point in found.points] == [3, 0, 0, 1]


def test_a_long_time_is_summed_up_and_loses_nothing() -> None:
    first = date(1999, 1, 1)
    many = days(*((first + timedelta(days=n), 1) for n in range(0, 9000, 3)))

    for series in (for_chart(many), for_table(many)):
        assert sum(point.predictions for point in series.points) == 3000
        assert len(series.points) <= 400
    assert len(for_table(many).points) <= 40
    assert for_table(many).unit == "year"

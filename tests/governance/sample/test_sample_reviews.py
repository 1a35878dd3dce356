"""The review rule is what its text says, and every rate has its denominator."""

from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from probatum_client import Review

from governance.sample import credit, dataset, rule, serving
from governance.sample.reviews import FIRST, SECOND, reviews

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SALT = "workspace-1"


@pytest.fixture(scope="module")
def events():
    return list(serving.predictions(NOW, SALT))


@pytest.fixture(scope="module")
def made(events):
    return list(reviews(events, NOW, SALT))


def first_looks(made):
    return [r for r in made if not ({"confirms", "corrects"} & set(r))]


def test_every_review_has_the_shape_of_the_api(made):
    allowed = {field.name for field in fields(Review)}
    for review in made:
        assert set(review) <= allowed
        assert review["person"] in (FIRST, SECOND)
        assert ("output" in review) == (review["act"] in {"overridden", "reversed"})


def test_no_review_passes_for_a_humans(made):
    assert not any(review["human"] for review in made)
    assert all("not by a human" in review["reason"] for review in made)


def test_the_rule_is_deterministic(events, made):
    assert list(reviews(events, NOW, SALT)) == made


def test_every_referred_prediction_is_reviewed_and_some_of_the_others(events, made):
    looked_at = [review["prediction"] for review in first_looks(made)]
    assert len(looked_at) == len(set(looked_at))
    old = (NOW - timedelta(hours=2)).isoformat()
    decided = [e for e in serving.decided(events) if e["occurred_at"] < old]
    referred = {e["id"] for e in decided if e["output"]["decision"] == "refer"}
    assert referred <= set(looked_at)
    others = {e["id"] for e in decided} - referred
    checked = others & set(looked_at)
    assert len(others) / 16 < len(checked) < len(others) / 4


def test_the_shadow_is_never_reviewed(events, made):
    shadow = {event["id"] for event in events if serving.is_shadow(event)}
    assert shadow.isdisjoint(review["prediction"] for review in made)


def test_each_kind_of_act_occurs_and_confirmations_give_the_denominator(made):
    acts = Counter(review["act"] for review in first_looks(made))
    wanted = {"confirmed", "overridden", "disregarded", "not_used", "reversed"}
    assert set(acts) == wanted
    assert acts["confirmed"] > acts["overridden"]


def test_an_override_follows_the_outcome_and_the_amount(events, made):
    rows = {row.subject: row for row in dataset.credits()}
    by_id = {event["id"]: event for event in events}
    for review in made:
        if review["act"] not in {"overridden", "reversed"}:
            continue
        event = by_id[review["prediction"]]
        row = rows[event["subject"]]
        assert row.applicant["credit_amount"] >= rule.median_amount()
        right = "approve" if row.repaid else "decline"
        assert review["output"] == {"decision": right}
        assert event["output"]["recommendation"] != right


def test_a_prediction_is_disregarded_only_for_a_protected_reason(events, made):
    by_id = {event["id"]: event for event in events}
    for review in made:
        if review["act"] == "disregarded":
            reasons = list(by_id[review["prediction"]]["features"])[:2]
            assert credit.PROTECTED & set(reasons)
            assert by_id[review["prediction"]]["model_version"] == "1.0.0"


def test_a_second_person_confirms_one_override_and_one_is_corrected(made):
    by_id = {review["id"]: review for review in made}
    confirmation = next(r for r in made if "confirms" in r)
    override = by_id[confirmation["confirms"]]
    assert override["act"] == "overridden"
    assert override["person"] != confirmation["person"]
    assert confirmation["prediction"] == override["prediction"]
    correction = next(r for r in made if "corrects" in r)
    wrong = by_id[correction["corrects"]]
    assert correction["output"] == wrong["output"]
    assert correction["reason_code"] != wrong["reason_code"]


def test_reviews_come_in_order_after_what_they_refer_to_and_never_later_than_now(
    events, made
):
    decided = [review["decided_at"] for review in made]
    assert decided == sorted(decided)
    assert decided[-1] <= NOW.isoformat()
    occurred = {event["id"]: event["occurred_at"] for event in events}
    seen = set()
    for review in made:
        assert occurred[review["prediction"]] < review["shown_at"]
        assert review["shown_at"] < review["decided_at"]
        assert {review.get("confirms"), review.get("corrects")} - {None} <= seen
        seen.add(review["id"])

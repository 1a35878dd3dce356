"""The sample's events have the shape of the API and are computed, not invented."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from probatum_client import Prediction

from governance.sample import assistant, credit, dataset, ranking, serving

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SALT = "workspace-1"
ALLOWED = {field.name for field in fields(Prediction)} | {"type"}
SYSTEMS = {
    "credit": serving.predictions,
    "ranking": ranking.predictions,
    "assistant": assistant.predictions,
}


def without_latency(events):
    return [{k: v for k, v in e.items() if k != "latency_ms"} for e in events]


@pytest.fixture(params=SYSTEMS)
def events(request):
    return list(SYSTEMS[request.param](NOW, SALT))


def test_every_event_has_the_shape_of_the_api(events):
    for event in events:
        assert set(event) <= ALLOWED
        assert event["type"] == "prediction"
        assert str(UUID(event["id"])) == event["id"]
        assert datetime.fromisoformat(event["occurred_at"]).utcoffset() == timedelta(0)
        assert 0 <= event["confidence"] <= 1 if "confidence" in event else True
        assert event["latency_ms"] > 0
        assert all(isinstance(v, float) for v in event["features"].values())
        assert json.loads(json.dumps(event)) == event


def test_events_lie_in_the_last_sixty_days_in_order(events):
    moments = [event["occurred_at"] for event in events]
    assert moments == sorted(moments)
    assert NOW - timedelta(days=60) <= datetime.fromisoformat(moments[0])
    assert datetime.fromisoformat(moments[-1]) <= NOW


def test_ids_are_unique(events):
    assert len({event["id"] for event in events}) == len(events)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_same_salt_gives_the_same_events_and_another_gives_other_ids(name):
    made = list(SYSTEMS[name](NOW, SALT))
    assert without_latency(SYSTEMS[name](NOW, SALT)) == without_latency(made)
    others = {event["id"] for event in SYSTEMS[name](NOW, "workspace-2")}
    assert others.isdisjoint(event["id"] for event in made)


def test_every_held_out_applicant_is_answered_once_by_a_live_version():
    made = list(serving.predictions(NOW, SALT))
    decided = [event["subject"] for event in serving.decided(made)]
    assert sorted(decided) == sorted(row.subject for row in dataset.divided()[1])


def test_each_credit_event_repeats_what_the_model_says():
    models = {m.version: m for m in credit.train()}
    rows = {row.subject: row for row in dataset.divided()[1]}
    for event in serving.predictions(NOW, SALT):
        model = models[event["model_version"]]
        answer = model.predict(rows[event["subject"]].applicant)
        assert event["output"]["score"] == answer.score
        assert event["features"] == answer.contributions
        assert set(event["input"]) == {f.name for f in model.features}
        band = 0.40 <= answer.score < 0.60
        assert (event["output"]["decision"] == "refer") == band


def test_the_version_in_an_event_was_live_then():
    first, shadow, second = serving.periods(NOW, SALT)
    assert first.end == shadow.end == second.start
    for event in serving.predictions(NOW, SALT):
        at = datetime.fromisoformat(event["occurred_at"])
        period = shadow if serving.is_shadow(event) else second
        if event["model_version"] == first.model.version:
            period = first
        assert period.start <= at <= (period.end or NOW)


def test_the_shadow_answers_the_same_applicants_at_the_same_moment():
    made = list(serving.predictions(NOW, SALT))
    live = {e["subject"]: e for e in serving.decided(made)}
    shadow = [e for e in made if serving.is_shadow(e)]
    assert len(shadow) > 50
    for event in shadow:
        beside = live[event["subject"]]
        assert beside["model_version"] == "1.0.0"
        assert beside["occurred_at"] == event["occurred_at"]


def test_the_ranking_is_labelled_simulated_and_broken_as_documented():
    made = list(ranking.predictions(NOW, SALT))
    assert all(event["input"]["notice"] == ranking.NOTICE for event in made)
    assert "Simulated" in ranking.NOTICE
    unknown = [e for e in made if e["model_version"] != ranking.VERSION]
    assert len(unknown) == ranking.PER_VACANCY
    numbers = {event["seq"] for event in made}
    assert set(range(1, max(numbers) + 1)) - numbers == ranking.LOST
    (_, gap_start), (gap_end, _) = ranking.deployments(NOW)
    moments = [datetime.fromisoformat(event["occurred_at"]) for event in made]
    assert any(gap_start < at < gap_end for at in moments)


def test_ranks_follow_the_scores():
    for vacancy in ranking.VACANCIES:
        made = [e for e in ranking.predictions(NOW, SALT) if e["segment"] == vacancy]
        by_rank = sorted(made, key=lambda e: e["output"]["rank"])
        scores = [e["output"]["score"] for e in by_rank]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) > 5


def test_the_assistant_says_that_it_is_a_machine_and_marks_its_text():
    for event in assistant.predictions(NOW, SALT):
        assert event["output"]["answer"].startswith(assistant.DISCLOSURE)
        assert event["output"]["mark"]["made_by"] == "machine"


def test_the_assistant_answers_from_its_passages_or_says_that_it_cannot():
    held = {passage.text for passage in assistant.passages()}
    silent = 0
    for event in assistant.predictions(NOW, SALT):
        said = event["output"]["answer"].removeprefix(f"{assistant.DISCLOSURE} ")
        enough = event["output"]["cosine"] >= assistant.ENOUGH
        assert (said in held) == enough
        assert (said == assistant.NO_ANSWER) != enough
        silent += not enough
    assert 0 < silent < len(assistant.questions()) / 2


def test_a_question_in_a_passages_own_words_finds_that_passage():
    for passage in assistant.passages():
        assert assistant.find(passage.text).passage == passage

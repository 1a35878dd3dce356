"""Figures of the day: counted once, behind the log, and right about reviews."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Log
from audits.metrics.build import roll_up_log
from audits.metrics.models import DayFigure, Watermark
from audits.metrics.selectors import counted_to, day_figures, totals
from registry.predictions.contents.oversight import oversight_figures
from tests.factories import World, a_source_key, an_event, post_events


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def count_all(log: Log) -> dict[str, tuple[int, float]]:
    while roll_up_log(log):
        continue
    return totals(log)


def review(client: Client, key: str, event: dict[str, Any], **fields: Any) -> str:
    now = timezone.now()
    body = {
        "id": str(uuid.uuid4()),
        "prediction": event["id"],
        "act": "confirmed",
        "shown_at": (now - timedelta(seconds=30)).isoformat(),
        "decided_at": now.isoformat(),
        "person": {"id": "1", "name": "Kari"},
        "human": True,
        **fields,
    }
    answer = client.post(
        "/api/v1/oversight",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 201, answer.content
    return str(body["id"])


def test_counting_twice_counts_once(world: World, client: Client, key: str) -> None:
    log = world.system.log
    events = [an_event(latency_ms=10 * n, output="yes") for n in range(1, 5)]
    post_events(client, key, *events)
    first = count_all(log)
    assert first["events"] == (4, 0)
    assert first["latency_ms"] == (4, 100)
    assert first["output:yes"][0] == 4
    assert count_all(log) == first
    post_events(client, key, an_event(latency_ms=50))
    assert count_all(log)["latency_ms"] == (5, 150)
    assert counted_to(log) == 6


def test_figures_can_be_thrown_away_and_counted_again(
    world: World, client: Client, key: str
) -> None:
    log = world.system.log
    events = [an_event() for _ in range(3)]
    post_events(client, key, *events)
    review(client, key, events[0], act="stopped")
    before = count_all(log)
    DayFigure.objects.filter(log=log).delete()
    Watermark.objects.filter(log=log).delete()
    assert count_all(log) == before


def test_an_event_counts_on_the_day_it_was_made(
    world: World, client: Client, key: str
) -> None:
    then = timezone.now() - timedelta(days=3)
    post_events(client, key, an_event(occurred_at=then.isoformat()), an_event())
    count_all(world.system.log)
    figures = day_figures(world.system.log, ["events"])
    assert [f.day for f in figures] == [then.date(), timezone.now().date()]


def test_reviews_count_for_the_version_of_their_prediction(
    world: World, client: Client, key: str
) -> None:
    old, new = an_event(model_version="v1"), an_event(model_version="v2")
    post_events(client, key, old, new)
    review(client, key, old, act="overridden", output="no")
    review(client, key, new)
    count_all(world.system.log)
    found = oversight_figures(world.system.log, timezone.now().date())
    rates = {group.name: group.override_rate for group in found.versions}
    assert (rates["v1"].count, rates["v1"].whole) == (1, 1)
    assert (rates["v2"].count, rates["v2"].whole) == (0, 1)


def test_the_override_rate_has_all_reviews_as_its_denominator(
    world: World, client: Client, key: str
) -> None:
    events = [an_event() for _ in range(10)]
    post_events(client, key, *events)
    for event in events[:3]:
        review(client, key, event)
    review(client, key, events[3], act="overridden", output="no")
    review(client, key, events[4], act="not_used", human=False)
    count_all(world.system.log)
    found = oversight_figures(world.system.log, timezone.now().date())
    assert (found.whole.events, found.whole.reviews) == (10, 5)
    rate = found.whole.override_rate
    assert (rate.count, rate.whole, rate.value) == (1, 5, 0.2)
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low == pytest.approx(0.0362, abs=1e-4)  # Wilson's interval of 1 in 5
    assert rate.high == pytest.approx(0.6245, abs=1e-4)
    assert found.whole.departed == 2
    assert found.by_humans == 4
    assert found.mean_seconds == pytest.approx(30, abs=1)
    assert found.median_seconds == pytest.approx(30, abs=1)


def test_a_correction_takes_the_place_of_what_it_corrects(
    world: World, client: Client, key: str
) -> None:
    event = an_event()
    post_events(client, key, event)
    first = review(client, key, event, act="overridden", output="no")
    review(client, key, event, act="confirmed", corrects=first)
    found = count_all(world.system.log)
    assert found["reviews"][0] == 1
    assert found["act:overridden"][0] == 0
    assert found["act:confirmed"][0] == 1
    review(client, key, event, act="stopped", corrects=first)  # corrects it again
    assert count_all(world.system.log)["act:overridden"][0] == 0


def test_a_second_person_s_confirmation_is_no_further_review(
    world: World, client: Client, key: str
) -> None:
    event = an_event()
    post_events(client, key, event)
    first = review(client, key, event)
    second = {"id": "2", "name": "Ola"}
    review(client, key, event, confirms=first, person=second)
    found = count_all(world.system.log)
    assert found["reviews"][0] == 1
    assert found["second_person"][0] == 1

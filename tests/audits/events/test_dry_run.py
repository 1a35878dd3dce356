"""`?dry_run=true`: everything is checked and explained, nothing is stored."""

import json
from typing import Any

import pytest
from django.test import Client

from audits.events.models import EventId, KnownName
from audits.events.services import tell_name
from audits.log.models import Entry, Head
from audits.payloads.models import Payload
from tests.factories import World, a_source_key, an_event, post_events


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def rehearse(
    client: Client, key: str, *events: Any, query: str = "dry_run=true"
) -> Any:
    return client.post(
        f"/api/v1/events?{query}",
        json.dumps(events),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


def counts(world: World) -> list[int]:
    log = world.system.log
    rows = [Entry, Payload, EventId]
    return [
        Head.objects.get(log=log).size,
        *(model.objects.filter(log=log).count() for model in rows),
    ]


def test_it_says_what_would_be_kept_and_where_and_keeps_nothing(
    world: World, client: Client, key: str
) -> None:
    tell_name(log=world.system.log, kind=KnownName.Kind.MODEL_VERSION, name="v-1")
    before = counts(world)
    event = an_event(model_version="v-1", subject="person 31", input={"age": 44})
    answer = rehearse(client, key, event)
    assert answer.status_code == 200
    assert answer.json()["dry_run"] is True
    [told] = answer.json()["events"]
    assert (told["id"], told["would_be"]) == (event["id"], "appended")
    assert told["parts"]["person"] == {"subject": "person 31"}
    assert told["parts"]["input"] == {"input": {"age": 44}}
    assert "person 31" not in json.dumps(told["in_the_clear"])
    assert (told["flags"], told["advice"]) == ([], [])
    assert counts(world) == before
    # The clear part is what the entry then says.
    assert post_events(client, key, event).status_code == 201
    entry = json.loads(bytes(Entry.objects.get(log=world.system.log, idx=1).entry))
    assert {**told["in_the_clear"], "pay": entry["pay"], "rx": entry["rx"]} == entry


def test_it_advises_on_what_is_accepted_and_could_be_better(
    world: World, client: Client, key: str
) -> None:
    event = an_event(
        model_version="never-heard",
        deployment="nowhere",
        occurred_at="2020-01-01T00:00:00Z",
        reference_database="faces-7",
    )
    event.pop("input", None)
    [told] = rehearse(client, key, event).json()["events"]
    fields = [each["field"] for each in told["advice"]]
    assert fields == [
        *("model_version", "deployment", "occurred_at", "input", "use_start")
    ]
    assert told["flags"] == ["unknown_model_version", "unknown_deployment", "late"]
    assert all(each["reason"] and each["fix"] for each in told["advice"])
    assert any("Art. 12(3)(a)" in each["fix"] for each in told["advice"])


def test_wrong_events_are_explained_as_in_earnest(
    world: World, client: Client, key: str
) -> None:
    wrong = [an_event(), an_event(confidence="high")]
    answer = rehearse(client, key, *wrong)
    assert answer.status_code == 422
    assert answer.json() == post_events(client, key, *wrong).json()


def test_duplicates_and_conflicts_are_foreseen(
    world: World, client: Client, key: str
) -> None:
    event = an_event()
    post_events(client, key, event)
    before = counts(world)
    new = an_event()
    same = json.loads(json.dumps(event))
    told = rehearse(client, key, new, new).json()["events"]
    assert [each["would_be"] for each in told] == ["appended", "duplicate"]
    again = client.post(
        "/api/v1/events?dry_run=true",
        json.dumps(same),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert again.json()["events"][0]["would_be"] == "duplicate"
    assert rehearse(client, key, {**event, "confidence": 0.1}).status_code == 409
    assert rehearse(client, key, new, {**new, "output": 1}).status_code == 409
    assert counts(world) == before


@pytest.mark.parametrize(
    "query",
    ["dry_run=1", "dryrun=true", "dry_run=true&x=1", "dry_run=true&dry_run=false"],
)
def test_a_misspelt_rehearsal_is_no_performance(
    world: World, client: Client, key: str, query: str
) -> None:
    before = counts(world)
    answer = rehearse(client, key, an_event(), query=query)
    assert answer.status_code == 400
    assert "dry_run" in answer.json()["detail"]
    assert counts(world) == before


def test_dry_run_false_is_in_earnest(world: World, client: Client, key: str) -> None:
    assert rehearse(client, key, an_event(), query="dry_run=false").status_code == 201


def test_a_review_has_no_dry_run_and_says_so(
    world: World, client: Client, key: str
) -> None:
    answer = client.post(
        "/api/v1/oversight?dry_run=true",
        "{}",
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 400
    assert "no dry run" in answer.json()["detail"]
    assert counts(world)[0] == 1


def test_a_dry_run_needs_the_key_that_posting_needs(
    client: Client, world: World
) -> None:
    assert rehearse(client, "nonsense", an_event()).status_code == 401

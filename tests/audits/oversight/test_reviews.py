"""`POST /api/v1/oversight`: what a person made of a prediction, told by a service."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.events.models import EventSource, Scope, SourceKey
from audits.log.models import Entry, Head
from audits.oversight.models import Act, Review
from tests.factories import World, a_source_key, an_event, post_events

URL = "/api/v1/oversight"
Post = Callable[..., Any]


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


@pytest.fixture
def prediction(world: World, client: Client, key: str) -> str:
    event = an_event()
    post_events(client, key, event)
    return str(event["id"])


def a_review(prediction: str, **fields: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "id": str(uuid.uuid4()),
        "prediction": prediction,
        "act": "confirmed",
        "shown_at": (now - timedelta(seconds=40)).isoformat(),
        "decided_at": now.isoformat(),
        "person": {"id": "clerk-3", "name": "Kari Nordmann", "role": "Credit clerk"},
        "human": True,
        **fields,
    }


@pytest.fixture
def post(client: Client, key: str) -> Post:
    def send(review: dict[str, Any], with_key: str = key) -> Any:
        return client.post(
            URL,
            json.dumps(review),
            content_type="application/json",
            headers={"authorization": f"Bearer {with_key}"},
        )

    return send


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


def test_a_review_is_an_entry_of_the_same_log_that_names_the_prediction(
    world: World, prediction: str, post: Post
) -> None:
    review = a_review(
        prediction, act="overridden", output={"decision": "reject"},
        reason_code="context_missing", reason="Her employer closed.",
    )  # fmt: skip
    answer = post(review)
    assert answer.status_code == 201
    [receipt] = answer.json()["events"]
    entry = Entry.objects.get(log=world.system.log, idx=receipt["index"])
    leaf = json.loads(bytes(entry.entry))
    assert (leaf["act"], leaf["ref"], leaf["ref_idx"]) == ("overridden", prediction, 1)
    assert leaf["human"] is True
    assert leaf["auth"].startswith("source ")
    assert leaf["shown"] < leaf["decided"]
    for payload in ("Kari", "reject", "employer"):
        assert payload not in bytes(entry.entry).decode()


@pytest.mark.parametrize("act", Act.values)
def test_every_act_of_article_14_can_be_recorded(
    prediction: str, post: Post, act: str
) -> None:
    output = {"output": "reject"} if act == "overridden" else {}
    assert post(a_review(prediction, act=act, **output)).status_code == 201
    assert Review.objects.get().act == act


def test_the_same_review_again_adds_nothing_and_another_body_is_409(
    world: World, prediction: str, post: Post
) -> None:
    review = a_review(prediction)
    statuses = [post(review).status_code, post(review).status_code]
    statuses.append(post({**review, "act": "stopped"}).status_code)
    assert statuses == [201, 200, 409]
    assert Review.objects.count() == 1
    assert size(world) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"act": "liked"}, "act"),
        ({"act": "overridden"}, "output"),
        ({"prediction": str(uuid.uuid4())}, "prediction"),
        ({"decided_at": "2100-01-01T00:00:00Z"}, "decided_at"),
        ({"shown_at": "2100-01-01T00:00:00Z"}, "decided_at"),
        ({"person": {"id": "", "name": "A"}}, "person"),
        ({"human": "yes"}, "human"),
        ({"corrects": str(uuid.uuid4())}, "corrects"),
        ({"confirms": str(uuid.uuid4())}, "confirms"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_a_wrong_review_is_refused_with_field_reason_and_fix(
    world: World, prediction: str, post: Post, change: dict[str, Any], field: str
) -> None:
    answer = post({**a_review(prediction), **change})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"].split(".")[0] == field
    assert error["reason"]
    assert error["fix"]
    assert size(world) == 2


def test_a_review_comes_as_json_whose_keys_stand_once(
    world: World, prediction: str, client: Client, key: str
) -> None:
    headers = {"authorization": f"Bearer {key}"}
    body = json.dumps(a_review(prediction))
    answers = [
        client.post(URL, body, content_type="text/plain", headers=headers),
        client.post(
            URL,
            body[:-1] + ',"act":"stopped"}',
            content_type="application/json; charset=utf-8",
            headers=headers,
        ),
    ]
    assert [answer.status_code for answer in answers] == [415, 422]
    assert answers[1].json()["errors"][0]["field"] == "act"
    assert size(world) == 2


def test_a_second_person_confirms_and_the_first_cannot(
    prediction: str, post: Post
) -> None:
    first = a_review(prediction)
    post(first)
    alone = post(a_review(prediction, confirms=first["id"]))
    assert alone.status_code == 422
    assert "second person" in alone.json()["errors"][0]["reason"]
    renamed = {"id": "clerk-3", "name": "K. Nordmann"}
    assert (
        post(a_review(prediction, confirms=first["id"], person=renamed)).status_code
        == 422
    )
    other = {"id": "clerk-9", "name": "Ola Hansen"}
    assert (
        post(a_review(prediction, confirms=first["id"], person=other)).status_code
        == 201
    )


def test_a_correction_is_a_new_entry_that_names_the_old_one(
    prediction: str, post: Post
) -> None:
    first = a_review(prediction, act="stopped")
    post(first)
    assert post(a_review(prediction, corrects=first["id"])).status_code == 201
    acts = Review.objects.order_by("idx").values_list("act", "corrects")
    assert list(acts) == [("stopped", None), ("confirmed", uuid.UUID(first["id"]))]


def test_a_review_of_another_log_s_prediction_is_refused(
    world: World, prediction: str, post: Post
) -> None:
    answer = post(a_review(prediction), a_source_key(world.foreign))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "prediction"


def test_a_key_needs_the_scope_for_reviews(
    world: World, prediction: str, post: Post, client: Client
) -> None:
    source = EventSource.objects.create(log=world.system.log, name="poster")
    _row, poster = SourceKey.objects.create_key(
        name="p", source=source, scopes=[Scope.EVENTS_WRITE]
    )
    assert post(a_review(prediction), poster).status_code == 403
    assert post(a_review(prediction), "nothing").status_code == 401
    assert client.get(URL).status_code == 405

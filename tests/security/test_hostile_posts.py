"""What a source may post must be readable for ever: an entry cannot be taken out."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.people.models import Role
from tests.factories import World, a_person, a_source_key, an_event, post_events

DEEP = "[" * 300 + "]" * 300
BEFORE_TIME = "0001-01-01T00:00:00+23:59"
AFTER_TIME = "9999-12-31T23:59:59-23:59"


def posted(client: Client, key: str, path: str, body: str) -> Any:
    return client.post(
        path,
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


def a_review(prediction: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "prediction": prediction,
        "act": "overridden",
        "output": {"decision": "reject"},
        "decided_at": timezone.now().isoformat(),
        "person": {"id": "clerk-3", "name": "Kari Nordmann"},
        "human": True,
        **fields,
    }


@pytest.mark.parametrize("field", ["input", "output", "features", "segment"])
def test_nesting_that_no_page_could_show_is_refused(
    client: Client, world: World, field: str
) -> None:
    key = a_source_key(world.system)
    body = json.dumps(an_event(**{field: "HERE"})).replace('"HERE"', DEEP)
    answer = posted(client, key, "/api/v1/events", body)
    assert answer.status_code == 422
    assert "nested" in answer.json()["errors"][0]["reason"]


def test_the_deepest_event_that_is_taken_can_be_read_everywhere(
    client: Client, world: World, signed_in: Callable[..., Client]
) -> None:
    key, deepest = a_source_key(world.system), "[" * 90 + "]" * 90
    event = an_event(output="HERE")
    body = json.dumps(event).replace('"HERE"', deepest)
    assert posted(client, key, "/api/v1/events", body).status_code == 201
    overseer = signed_in(a_person("Olga", world.acme, Role.OVERSEER))
    pages = f"/systems/{world.system.pk}/predictions/"
    for path in (
        pages,
        f"{pages}?format=csv",
        f"{pages}{event['id']}/",
        f"/api/v1/events/{event['id']}",
        "/oversight/",
    ):
        assert overseer.get(path).status_code == 200, path


def test_many_brackets_side_by_side_are_no_nesting(
    client: Client, world: World
) -> None:
    event = an_event(features={"rows": [[n, [n]] for n in range(500)]}, input=None)
    answer = post_events(client, a_source_key(world.system), event)
    assert answer.status_code == 201


@pytest.mark.parametrize("moment", [BEFORE_TIME, AFTER_TIME, "0500-01-01T00:00:00Z"])
@pytest.mark.parametrize("field", ["occurred_at", "use_start", "use_end"])
def test_a_time_outside_any_calendar_is_refused_by_its_field(
    client: Client, world: World, field: str, moment: str
) -> None:
    answer = post_events(
        client, a_source_key(world.system), an_event(**{field: moment})
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("decided_at", BEFORE_TIME),
        ("shown_at", BEFORE_TIME),
        ("output", 2**70),
        ("reason_code", "a\0b"),
        ("person", {"id": "clerk-3", "name": "Kari Nordmann", "role": "a\0b"}),
    ],
)
def test_a_review_that_could_not_be_stored_is_refused_by_its_field(
    client: Client, world: World, field: str, wrong: Any
) -> None:
    key, event = a_source_key(world.system), an_event()
    assert post_events(client, key, event).status_code == 201
    review = a_review(event["id"], **{field: wrong})
    answer = posted(client, key, "/api/v1/oversight", json.dumps(review))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_a_review_with_a_deeply_nested_output_is_refused(
    client: Client, world: World
) -> None:
    key, event = a_source_key(world.system), an_event()
    post_events(client, key, event)
    body = json.dumps(a_review(event["id"], output="HERE")).replace('"HERE"', DEEP)
    assert posted(client, key, "/api/v1/oversight", body).status_code == 422


def test_an_override_typed_as_deep_json_is_refused_on_the_form(
    client: Client, world: World, signed_in: Callable[..., Client]
) -> None:
    event = an_event()
    post_events(client, a_source_key(world.system), event)
    overseer = signed_in(a_person("Olga", world.acme, Role.OVERSEER))
    page = f"/systems/{world.system.pk}/predictions/{event['id']}/"
    ticket = overseer.get(page).context["ticket"]
    answer = overseer.post(
        f"{page}review/",
        {
            "ticket": ticket,
            "act": "overridden",
            "output": DEEP,
            "reason_code": "rule",
            "reason": "",
        },
    )
    assert answer.status_code == 422

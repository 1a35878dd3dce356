"""A key with two values is refused: readers would differ in which one they take."""

import json
from typing import Any

import pytest
from django.test import Client

from audits.events.encoding import FieldError, check_body
from audits.log.models import Head
from tests.factories import World, a_source_key, an_event


@pytest.mark.parametrize(
    ("doubled", "field"),
    [
        ('"output":"A","output":"B"', "output"),
        ('"output":{"a":1,"b":[{"c":1,"c":2}]}', "c"),
        ('"output":{"a":1,"\\u0061":2}', "a"),
        # Two quotes written another way make up for the two that are lost.
        ('"output":{"a":1,"a":"\\u0022\\u0022"}', "a"),
        ('"output":{"":1,"":2}', ""),
    ],
)
def test_a_doubled_key_is_named_and_nothing_is_stored(
    world: World, client: Client, doubled: str, field: str
) -> None:
    event = an_event()
    del event["output"]
    answer: Any = client.post(
        "/api/v1/events",
        json.dumps(event)[:-1] + f",{doubled}}}",
        content_type="application/json",
        headers={"authorization": f"Bearer {a_source_key(world.system)}"},
    )
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert "twice" in error["reason"]
    assert Head.objects.get(log=world.system.log).size == 1


@pytest.mark.parametrize(
    "body",
    [
        r'{"a":"\"","b":"\\","c":"\u0022","d":"\\\""}',
        '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
        '{ "a" : "caf\\u00e9" , "b\\u0000" : "é", "A": 1.5e300 }',
    ],
)
def test_what_only_looks_doubled_is_taken(body: str) -> None:
    check_body(body.encode())


def test_each_way_of_writing_a_quote_is_counted() -> None:
    with pytest.raises(FieldError):
        check_body(b'{"a":"\\"","a":"\\u0022"}')

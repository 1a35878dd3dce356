"""Bodies that are refused: what readers could not read, or would read differently."""

import json
from typing import Any

import pytest
from django.test import Client

from audits.events.encoding import FieldError, check_body
from audits.log.models import Head
from tests.factories import World, a_source_key, an_event


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def send(client: Client, key: str, body: bytes | str, **headers: str) -> Any:
    return client.post(
        "/api/v1/events",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {key}", **headers},
    )


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


@pytest.mark.parametrize(
    "body",
    [
        b'{"output": "\xff"}',
        b'{"output": 1e999}',
        b'{"output": "\\ud800"}',
        b"[" * 2000,
        b'{"output": NaN}',
        b"null",
        b"7",
        b" ",
        b"[]",
        b"[1]",
        b"[[]]",
    ],
)
def test_bytes_that_nobody_could_read_back_are_refused(
    world: World, client: Client, key: str, body: bytes
) -> None:
    if body.startswith(b'{"output"'):
        rest = json.dumps({k: v for k, v in an_event().items() if k != "output"})
        body = rest[:-1].encode() + b", " + body[1:]
    answer = send(client, key, body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert size(world) == 1


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
    world: World, client: Client, key: str, doubled: str, field: str
) -> None:
    event = an_event()
    del event["output"]
    answer = send(client, key, json.dumps(event)[:-1] + f",{doubled}}}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert "twice" in error["reason"]
    assert size(world) == 1


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

"""Any body in any format is taken or refused with a reason; none makes a 500."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.log.models import Head
from tests.audits.events.otlp_requests import a_record, a_span, as_json, logs, traces
from tests.audits.events.test_cloudevents import DATA, an_envelope
from tests.factories import World, a_source_key, an_event

CLOUD = "application/cloudevents+json"
HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/s",
    "ce-type": "prediction",
    "ce-time": "2026-01-02T03:04:05Z",
}
FORMATS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "plain": ("events", "application/json", {}, an_event()),
    "lines": ("events", "application/x-ndjson", {}, an_event()),
    "cloudevent": ("events", CLOUD, {}, an_envelope()),
    "batch": (
        "events",
        "application/cloudevents-batch+json",
        {},
        [an_envelope()],
    ),
    "headers": ("events", "application/json", HEADERS, DATA),
    "traces": (
        "otlp/v1/traces",
        "application/json",
        {},
        as_json(traces(a_span({"a": [1, 2.5, {"b": b"x"}]}), a_span())),
    ),
    "logs": ("otlp/v1/logs", "application/json", {}, as_json(logs(a_record()))),
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\x00", "\ud800", "9" * 400, "NaN", [], {}, [[]], {"": {}}]),
    st.integers(1, 300).map(lambda depth: json.loads("[" * depth + "]" * depth)),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    inside = value if isinstance(value, dict | list) else []
    for key in inside if isinstance(inside, dict) else range(len(inside)):
        found += places(inside[key], (*path, key))
    return found


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], odd)
    return copy


@pytest.mark.parametrize("name", list(FORMATS))
@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_an_odd_value_anywhere_is_taken_or_refused(
    world: World, client: Client, key: str, name: str, data: st.DataObject
) -> None:
    path, kind, headers, right = FORMATS[name]
    where = data.draw(st.sampled_from(places(right)))
    body = json.dumps(put(right, where, data.draw(ODD)))
    if data.draw(st.booleans()):
        body = body.replace("{", '{"twice":1,"twice":2,', 1)
    check(client, world, key, path, kind, headers, body.encode())


@pytest.mark.parametrize("name", list(FORMATS))
@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=40))
def test_any_bytes_are_taken_or_refused(
    world: World, client: Client, key: str, name: str, body: bytes
) -> None:
    path, kind, headers, _right = FORMATS[name]
    check(client, world, key, path, kind, headers, body)


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def check(
    client: Client,
    world: World,
    key: str,
    path: str,
    kind: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    log = world.system.log
    before = Head.objects.get(log=log).size
    answer = client.post(
        f"/api/v1/{path}",
        body,
        content_type=kind,
        headers={"authorization": f"Bearer {key}", **headers},
        CONTENT_TYPE=kind,
    )
    assert answer.status_code in (200, 201, 400, 409, 413, 422), answer.content
    told = answer.json()
    if answer.status_code >= 400:
        assert told.get("detail") or told.get("message")
        assert Head.objects.get(log=log).size == before

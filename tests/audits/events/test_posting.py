"""`POST /api/v1/events`: what is taken in, how it is answered, what is refused."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.events.access import forget_keys
from audits.events.models import EventSource, KnownName, Scope, SourceKey
from audits.events.services import tell_name
from audits.log.models import Entry, Head
from tests.factories import World, a_source_key, an_event, post_events

URL = "/api/v1/events"


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def send(
    client: Client, key: str, body: bytes | str, kind: str = "application/json"
) -> Any:
    return client.post(
        URL, body, content_type=kind, headers={"authorization": f"Bearer {key}"}
    )


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


def test_one_event_an_array_and_lines_are_all_taken(
    world: World, client: Client, key: str
) -> None:
    one = send(client, key, json.dumps(an_event()))
    array = send(client, key, json.dumps([an_event(), an_event()]))
    lines = "\n".join([json.dumps(an_event()), "", json.dumps(an_event())]) + "\r\n"
    ndjson = send(client, key, lines, "application/x-ndjson; charset=utf-8")
    assert [r.status_code for r in (one, array, ndjson)] == [201, 201, 201]
    indexes = [e["index"] for r in (one, array, ndjson) for e in r.json()["events"]]
    assert indexes == [1, 2, 3, 4, 5]
    assert size(world) == 6


def test_the_same_event_again_has_the_same_receipt(
    world: World, client: Client, key: str
) -> None:
    event = an_event()
    first = post_events(client, key, event)
    again = post_events(client, key, event)
    mixed = post_events(client, key, event, an_event())
    twice = an_event()
    both = post_events(client, key, twice, twice)
    assert [r.status_code for r in (first, again, mixed, both)] == [201, 200, 201, 201]
    receipts = [first.json()["events"][0], again.json()["events"][0]]
    assert receipts[0]["index"] == receipts[1]["index"]
    assert receipts[0]["leaf_hash"] == receipts[1]["leaf_hash"]
    statuses = [e["status"] for r in (again, mixed, both) for e in r.json()["events"]]
    assert statuses == ["duplicate", "duplicate", "appended", "appended", "duplicate"]
    assert size(world) == 4


def test_an_id_with_another_body_is_409_and_nothing_is_stored(
    world: World, client: Client, key: str
) -> None:
    event = an_event()
    post_events(client, key, event)
    before = size(world)
    changed = {**event, "confidence": 0.4}
    answers = [
        post_events(client, key, changed),
        post_events(client, key, an_event(), changed),
        post_events(client, key, (twin := an_event()), {**twin, "output": "other"}),
        # Same JSON value, other bytes: the body is what was posted, byte by byte.
        send(client, key, json.dumps(event, indent=1)),
    ]
    assert [answer.status_code for answer in answers] == [409] * 4
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert answers[0].json()["errors"][0]["field"] == "id"
    assert size(world) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "seven"}, "id"),
        ({"type": "guess"}, "type"),
        ({"occurred_at": "2026-11-23T08:00:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"model_version": ""}, "model_version"),
        ({"model_version": "x" * 121}, "model_version"),
        ({"model_version": "a\nb"}, "model_version"),
        ({"model_version": None}, "model_version"),
        ({"latency_ms": -1}, "latency_ms"),
        ({"seq": 1.5}, "seq"),
        ({"seq": 2**53}, "seq"),
        ({"confidence": "high"}, "confidence"),
        ({"subject": "a\x00b"}, "subject"),
        ({"surplus": 1}, "surplus"),
        ({"input_ref": "s3://x"}, "input_ref"),
        (
            {"use_start": "2026-01-02T00:00:00Z", "use_end": "2026-01-01T00:00:00Z"},
            "use_end",
        ),
    ],
)
def test_a_wrong_field_is_named_with_reason_and_remedy(
    world: World, client: Client, key: str, change: dict[str, Any], field: str
) -> None:
    before = size(world)
    answer = post_events(client, key, an_event(), an_event(**change))
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["event"] == 1
    assert error["field"].split(".")[-1] == field
    assert error["reason"]
    assert error["fix"]
    assert size(world) == before


def test_a_missing_field_is_named(world: World, client: Client, key: str) -> None:
    event = an_event()
    del event["output"]
    answer = post_events(client, key, event)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "output"


def test_an_event_from_the_future_is_refused_and_an_old_one_is_flagged(
    world: World, client: Client, key: str
) -> None:
    now = timezone.now()
    future = an_event(occurred_at=(now + timedelta(minutes=6)).isoformat())
    old = an_event(occurred_at=(now - timedelta(days=400)).isoformat())
    assert post_events(client, key, future).status_code == 422
    answer = post_events(client, key, old)
    assert answer.status_code == 201
    assert "late" in answer.json()["events"][0]["flags"]


def test_an_unknown_version_is_accepted_and_flagged(
    world: World, client: Client, key: str
) -> None:
    log = world.system.log
    tell_name(log=log, kind=KnownName.Kind.MODEL_VERSION, name="known-1")
    tell_name(log=log, kind=KnownName.Kind.DEPLOYMENT, name="branches")
    answer = post_events(
        client,
        key,
        an_event(model_version="known-1", deployment="branches"),
        an_event(model_version="never-heard", deployment="nowhere"),
    )
    flags = [event["flags"] for event in answer.json()["events"]]
    assert flags == [[], ["unknown_model_version", "unknown_deployment"]]
    assert list(
        Entry.objects.filter(log=log, flags__gt=0).values_list("idx", flat=True)
    ) == [2]


def test_too_much_at_once_is_413(world: World, client: Client, key: str) -> None:
    many = post_events(client, key, *(an_event() for _ in range(1001)))
    big = post_events(client, key, an_event(input="x" * (4 * 1024 * 1024)))
    assert (many.status_code, big.status_code) == (413, 413)
    assert (
        post_events(client, key, *(an_event() for _ in range(1000))).status_code == 201
    )


def test_other_types_and_methods_are_refused(
    world: World, client: Client, key: str
) -> None:
    assert (
        send(client, key, "a=1", "application/x-www-form-urlencoded").status_code == 415
    )
    assert (
        client.get(URL, headers={"authorization": f"Bearer {key}"}).status_code == 405
    )


def test_only_a_valid_key_with_the_scope_may_post(
    world: World, client: Client, key: str
) -> None:
    body = json.dumps(an_event())
    assert client.post(URL, body, content_type="application/json").status_code == 401
    for wrong in ("nonsense", "abcdefgh.0123456789", "é", "x" * 5000):
        assert send(client, wrong, body).status_code == 401
    source = EventSource.objects.create(log=world.system.log, name="reader")
    _row, reader = SourceKey.objects.create_key(
        name="r", source=source, scopes=[Scope.EVENTS_READ]
    )
    assert send(client, reader, body).status_code == 403
    assert size(world) == 1


def test_a_revoked_or_expired_key_or_a_closed_source_opens_nothing(
    world: World, client: Client
) -> None:
    for spoil in (
        lambda row: SourceKey.objects.filter(pk=row.pk).update(revoked=True),
        lambda row: SourceKey.objects.filter(pk=row.pk).update(
            expiry_date=timezone.now() - timedelta(seconds=1)
        ),
        lambda row: EventSource.objects.filter(pk=row.source_id).update(active=False),
    ):
        key = a_source_key(world.system, f"source {uuid.uuid4()}")
        assert post_events(client, key, an_event()).status_code == 201
        spoil(SourceKey.objects.get(prefix=key.partition(".")[0]))
        forget_keys()
        assert post_events(client, key, an_event()).status_code == 401


def test_a_key_writes_only_into_the_log_of_its_source(
    world: World, client: Client, key: str
) -> None:
    answer = post_events(client, key, event := an_event())
    assert answer.json()["log"] == world.system.log.origin
    foreign = post_events(client, a_source_key(world.foreign), event)
    assert foreign.status_code == 201  # an id is unique per log, not beyond
    assert foreign.json()["log"] == world.foreign.log.origin


def test_a_clock_that_went_back_stores_nothing_and_says_so(
    world: World, client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_events(client, key, an_event())
    past = timezone.now() - timedelta(hours=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: past)
    event = an_event(occurred_at=(past - timedelta(minutes=1)).isoformat())
    answer = post_events(client, key, event)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert size(world) == 2


def test_receipt_times_never_decrease(
    world: World, client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    post_events(client, key, an_event())
    monkeypatch.setattr("django.utils.timezone.now", lambda: now - timedelta(minutes=1))
    post_events(client, key, an_event(occurred_at=(now - timedelta(1)).isoformat()))
    rows = Entry.objects.filter(log=world.system.log).order_by("idx")
    times = list(rows.values_list("received_at", flat=True))
    assert times == sorted(times)


def test_what_may_have_to_be_erased_is_not_in_the_leaf(
    world: World, client: Client, key: str
) -> None:
    secret = {
        "input": {"name": "Kari Nordmann"},
        "features": {"secret": 4711},
        "output": "denied",
        "confidence": 0.123456,
        "subject": "person 31",
        "segment": "pensioners",
        "endpoint": "/score",
    }
    post_events(client, key, an_event(**secret))
    leaf = bytes(Entry.objects.get(log=world.system.log, idx=1).entry).decode()
    for word in ("Kari", "4711", "denied", "0.123456", "person 31", "pensioners"):
        assert word not in leaf
    fields = json.loads(leaf)
    assert leaf == json.dumps(fields, sort_keys=True, separators=(",", ":"))
    roles = {part["role"] for part in fields["pay"]}
    assert roles == {"input", "output", "person", "operation"}

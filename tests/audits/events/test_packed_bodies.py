"""Packed bodies: unpacked within one limit, and refused when they are not whole."""

import gzip
import json
import os
import tracemalloc
import zlib
from typing import Any

import pytest
from backports import zstd
from django.test import Client

from audits.log.models import Head
from tests.factories import World, a_source_key, an_event

MEBIBYTE = 1024 * 1024


@pytest.fixture
def key(world: World) -> str:
    return a_source_key(world.system)


def send(
    client: Client, key: str, body: bytes, encoding: str, path: str = "events"
) -> Any:
    return client.post(
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {key}", "content-encoding": encoding},
    )


def size(world: World) -> int:
    return Head.objects.get(log=world.system.log).size


def test_a_packed_event_is_the_same_event(
    world: World, client: Client, key: str
) -> None:
    body = json.dumps(an_event()).encode()
    answers = [
        send(client, key, gzip.compress(body), "gzip"),
        send(client, key, zstd.compress(body), "zstd"),
        send(client, key, gzip.compress(body, 1), "GZIP"),
        send(client, key, body, "identity"),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    assert {answer.json()["events"][0]["index"] for answer in answers} == {1}
    assert size(world) == 2


@pytest.mark.parametrize(("pack", "encoding"), [(gzip, "gzip"), (zstd, "zstd")])
def test_what_unpacks_to_more_than_the_limit_is_not_unpacked(
    world: World, client: Client, key: str, pack: Any, encoding: str
) -> None:
    bomb = pack.compress(bytes(64 * MEBIBYTE))
    assert len(bomb) < 70_000
    tracemalloc.start()
    answer = send(client, key, bomb, encoding)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MEBIBYTE
    assert answer.status_code == 413
    assert "unpacked" in answer.json()["detail"]
    event = an_event(input="x" * (4 * MEBIBYTE - 1000))
    fits = pack.compress(json.dumps(event).encode())
    assert send(client, key, fits, encoding).status_code == 201
    over = pack.compress(json.dumps({**event, "input": "x" * 4 * MEBIBYTE}).encode())
    assert send(client, key, over, encoding).status_code == 413
    assert size(world) == 2


def broken(pack: Any) -> dict[str, bytes]:
    whole = pack.compress(json.dumps(an_event()).encode())
    return {
        "something else": b'{"id": 1}',
        "nothing": b"",
        "cut": whole[:-5],
        "goes on": whole + b"x",
        "twice": whole + whole,
        "damaged": bytes([whole[0] ^ 1]) + whole[1:],
    }


@pytest.mark.parametrize(("pack", "encoding"), [(gzip, "gzip"), (zstd, "zstd")])
@pytest.mark.parametrize("fault", list(broken(gzip)))
def test_a_packing_that_is_not_whole_is_refused_with_a_reason(
    world: World, client: Client, key: str, pack: Any, encoding: str, fault: str
) -> None:
    answer = send(client, key, broken(pack)[fault], encoding)
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert size(world) == 1


def test_a_checksum_of_gzip_that_does_not_hold_is_refused(
    world: World, client: Client, key: str
) -> None:
    whole = gzip.compress(json.dumps(an_event()).encode())
    damaged = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    assert send(client, key, damaged, "gzip").status_code == 400
    assert size(world) == 1


def test_a_zstd_window_beyond_eight_megabytes_is_refused(
    world: World, client: Client, key: str
) -> None:
    options = {zstd.CompressionParameter.window_log: 27}
    packer = zstd.ZstdCompressor(options=options)
    body = packer.compress(os.urandom(1000)) + packer.flush()
    assert send(client, key, body, "zstd").status_code == 400


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "x" * 300, ""])
def test_other_packings_are_named_with_those_that_are_read(
    world: World, client: Client, key: str, encoding: str
) -> None:
    answer = send(client, key, zlib.compress(b"{}"), encoding)
    assert answer.status_code == 415
    assert answer["Accept-Encoding"] == "gzip, zstd"
    assert encoding[:40] in answer.json()["detail"]
    assert size(world) == 1


def test_a_body_in_chunks_is_told_what_it_lacks(client: Client, key: str) -> None:
    answer = client.generic(
        "POST",
        "/api/v1/events",
        b"",
        content_type="application/json",
        headers={"authorization": f"Bearer {key}", "transfer-encoding": "chunked"},
        CONTENT_LENGTH="",
    )
    assert answer.status_code == 411


def test_a_review_may_be_packed_too(world: World, client: Client, key: str) -> None:
    answer = send(client, key, gzip.compress(b"{}"), "gzip", "oversight")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "id"

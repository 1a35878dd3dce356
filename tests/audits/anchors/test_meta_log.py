"""The meta-log: what all logs stated, cosigned by witnesses who may be hostile."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audits.anchors import post, seal
from audits.anchors.models import Anchored, Cosignature, MetaLog
from audits.anchors.selectors import cosigned_note
from audits.anchors.tasks import anchor
from audits.log.models import Log
from audits.log.seal import save_checkpoint
from audits.tlog import note
from audits.tlog.checkpoint import open_checkpoint, parse
from audits.tlog.note import COSIGNATURE, cosign, parse_note, parse_vkey
from audits.tlog.witness import parse_request
from registry.predictions.build import check_rows
from tests.audits.tlog.naive import signer
from tests.factories import World, a_source_key, an_event, post_events

WITNESS = signer("witness.example/w", b"\x09" * 32)
VKEY = note.vkey(WITNESS.name, WITNESS.public, COSIGNATURE)
Reply = Callable[[bytes], tuple[int, bytes]]


def good(body: bytes) -> tuple[int, bytes]:
    """What a witness answers that is content with everything."""
    text = parse_note(parse_request(body).note).text
    return 200, cosign(text, WITNESS, 1_795_000_000).line().encode()


@contextmanager
def witness(settings: Any, *replies: Reply) -> Iterator[list[bytes]]:
    """A witness that gives these replies in turn; yields the requests it got."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = replies[min(len(asked), len(replies)) - 1](asked[-1])
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_line: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    settings.WITNESSES = [f"http://127.0.0.1:{server.server_port}/w {VKEY}"]
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def grow(world: World, count: int = 3) -> None:
    """Let the system's log grow, and save a checkpoint of it."""
    key = a_source_key(world.system, f"source {timezone.now()}")
    post_events(Client(), key, *(an_event() for _ in range(count)))
    save_checkpoint(log=world.system.log, at=timezone.now())


def meta() -> Log:
    return MetaLog.objects.get().log


def leaves() -> list[dict[str, Any]]:
    rows = meta().entry_set.order_by("idx").values_list("entry", flat=True)
    return [json.loads(bytes(row)) for row in rows]


def test_a_log_s_opening_and_each_newest_checkpoint_become_leaves(world: World) -> None:
    grow(world)
    anchor()
    anchor()
    grow(world)
    grow(world)
    anchor()
    found = [leaf for leaf in leaves() if leaf["log"] == world.system.log.origin]
    assert [leaf["type"] for leaf in found] == ["opened", "checkpoint", "checkpoint"]
    assert found[0]["vkey"] == world.system.log.vkey
    assert [leaf["size"] for leaf in found[1:]] == [4, 10]
    rows = Anchored.objects.filter(log=world.system.log).order_by("size")
    at = [n for n, leaf in enumerate(leaves()) if leaf in found[1:]]
    assert list(rows.values_list("size", "idx")) == list(zip([4, 10], at, strict=True))
    of_itself = [leaf for leaf in leaves() if leaf["log"] == meta().origin]
    assert {leaf["type"] for leaf in of_itself} == {"key_added"}
    assert check_rows(meta(), lambda *_: None).holds


def test_nothing_configured_asks_nobody(world: World) -> None:
    grow(world)
    anchor()
    assert not Cosignature.objects.exists()
    found = parse_note((cosigned_note(meta()) or "").encode()).signatures
    assert {each.name for each in found} == {meta().origin}


def test_the_cosigned_checkpoint_is_served_as_any_other(
    world: World, settings: Any, signed_in: Callable[[Any], Client]
) -> None:
    grow(world)
    with witness(settings, good) as asked:
        anchor()
    assert parse_request(asked[0]).old == 0
    address = f"/log/{meta().origin}/checkpoint"
    served = signed_in(world.alice).get(address)
    keys = parse_vkey(meta().vkey), [parse_vkey(VKEY)]
    opened = open_checkpoint(served.content, *keys)
    assert opened.note.times == {WITNESS.name: 1_795_000_000}
    assert Client().get(address).status_code == 401
    tile = f"/log/{meta().origin}/tile/entries/000.p/1"
    assert signed_in(world.alice).get(tile).status_code == 404


def test_a_prediction_s_page_says_what_vouches_for_it(
    world: World, settings: Any, signed_in: Callable[[Any], Client]
) -> None:
    event = an_event()
    post_events(Client(), a_source_key(world.system, "scoring"), event)
    page = f"/systems/{world.system.pk}/predictions/{event['id']}/"

    def said() -> str:
        return signed_in(world.alice).get(page).content.decode()

    assert "Not anchored yet" in said()
    assert "No witness, no time stamp" in said()
    save_checkpoint(log=world.system.log, at=timezone.now())
    with witness(settings, lambda _body: (503, b""), good):
        anchor()
        assert "checkpoint over 2 entries" in said()
        assert "Nobody has cosigned or time-stamped it yet." in said()
        anchor()
        assert "by witness.example/w at " in said()
        assert "It is not time-stamped: nobody is asked for that." in said()


def test_the_command_shows_both_sides(
    world: World, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("witness")
    said = capsys.readouterr().out
    [address] = re.findall(r"at http://testserver(\S+), as others name it", said)
    asked = Client().post(f"{address}/add-checkpoint", b"", "text/plain")
    assert asked.status_code == 400
    assert "WITNESS_FOR is empty" in said
    assert "WITNESSES is empty" in said
    grow(world)
    with witness(settings, good):
        settings.WITNESS_FOR = [world.system.log.vkey]
        anchor()
        call_command("witness")
    said = capsys.readouterr().out
    assert f"cosigns {world.system.log.origin}, seen up to size 0" in said
    assert f"has cosigned size {Cosignature.objects.get().size}" in said


def test_the_next_checkpoint_comes_with_the_proof_from_the_last_one(
    world: World, settings: Any
) -> None:
    with witness(settings, good) as asked:
        for _ in range(3):
            grow(world)
            anchor()
        anchor()
    requests = [parse_request(body) for body in asked]
    sizes = [parse(parse_note(each.note).text).size for each in requests]
    assert [each.old for each in requests] == [0, *sizes[:-1]]
    assert requests[2].proof


def test_a_witness_that_has_another_size_is_asked_again_from_there(
    world: World, settings: Any
) -> None:
    with witness(settings, good):
        grow(world)
        anchor()
    size = Cosignature.objects.get().size
    grow(world)
    with witness(settings, lambda _body: (409, b"%d\n" % size), good) as asked:
        anchor()
    assert [parse_request(body).old for body in asked] == [size, size]
    assert Cosignature.objects.count() == 2


BAD: list[tuple[str, Reply]] = [
    ("503", lambda _body: (503, b"")),
    ("redirect", lambda _body: (302, b"")),
    ("empty", lambda _body: (200, b"")),
    ("noise", lambda _body: (200, b"\xff\x00" * 400)),
    ("endless", lambda _body: (200, b"\n" * (seal.MAX_ANSWER + 2))),
    ("of another text", lambda _body: (200, cosign("x\n", WITNESS, 1).line().encode())),
    ("of another key", lambda body: (200, cosign(
        parse_note(parse_request(body).note).text, signer("witness.example/x"), 1
    ).line().encode())),
    ("no size", lambda _body: (409, b"many\n")),
    ("a size that never ends", lambda _body: (409, b"9" * 5000 + b"\n")),
    ("a larger size than ours", lambda _body: (409, b"900000\n")),
    ("always 409", lambda _body: (409, b"0\n")),
]  # fmt: skip


@pytest.mark.parametrize("reply", [each[1] for each in BAD], ids=[e[0] for e in BAD])
def test_a_hostile_answer_is_no_cosignature_and_stops_nothing(
    world: World, settings: Any, reply: Reply
) -> None:
    grow(world)
    with witness(settings, reply) as asked:
        anchor()
        assert 1 <= len(asked) <= 2
    assert not Cosignature.objects.exists()
    with witness(settings, good):
        anchor()
    assert Cosignature.objects.count() == 1


def test_a_witness_that_never_ends_its_answer_is_hung_up_on(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "WHOLE", 0.2)
    monkeypatch.setattr(post, "TIMEOUT", 5.0)
    grow(world)
    with silent_server() as url:
        settings.WITNESSES = [f"{url} {VKEY}"]
        anchor()
    assert not Cosignature.objects.exists()


@contextmanager
def silent_server() -> Iterator[str]:
    """It takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_witness_that_is_not_there_stops_nothing(world: World, settings: Any) -> None:
    settings.WITNESSES = [f"http://127.0.0.1:1 {VKEY}"]
    grow(world)
    anchor()
    assert leaves()

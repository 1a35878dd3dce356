"""The canary: its event goes in as everybody's, and its receipt is held to its word."""

import json
from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone

from audits.canary import build
from audits.canary.build import sing
from audits.canary.models import Canary
from audits.canary.selectors import LATE, is_well, the_canary
from audits.events.models import SourceKey
from audits.log.models import Head
from audits.metrics.models import DayFigure
from audits.metrics.tasks import roll_up
from registry.systems.models import AISystem


class Quiet(WSGIRequestHandler):
    def log_message(self, *_line: object) -> None:
        """Say nothing."""


@pytest.fixture
def door(own_database: str, settings: Any) -> Iterator[None]:
    """The product's own web application, behind a socket."""
    application = get_wsgi_application()

    def closing(environ: Any, start: Any) -> Any:
        yield from application(environ, start)
        connections.close_all()

    server = make_server("127.0.0.1", 0, closing, handler_class=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    settings.CANARY_URL = f"http://127.0.0.1:{server.server_port}"
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def the_one() -> Canary:
    found = the_canary()
    assert found is not None
    return found


def test_a_canary_sings_and_nobody_s_figures_hear_it(door: None) -> None:
    sing()
    first = the_one()
    assert (first.trouble, is_well(first, timezone.now())) == ("", True)
    assert not SourceKey.objects.exists()
    sing()
    second = the_one()
    assert (second.trouble, second.note != first.note) == ("", True)
    assert Head.objects.get(log=second.log).size == 2
    roll_up()
    assert not DayFigure.objects.exists()
    assert not AISystem.objects.exists()
    assert not is_well(second, timezone.now() + LATE * 2)


def event(answer: dict[str, Any], **other: object) -> dict[str, Any]:
    return answer | {"events": [answer["events"][0] | other]}


LIES: dict[str, Any] = {
    "is no receipt": lambda a: a | {"events": []},
    "another event's": lambda a: event(a, id="x"),
    "not a signature line": lambda a: (
        a | {"checkpoint": a["checkpoint"].replace("—", "-")}
    ),
    "text or the signature was changed": lambda a: (
        a | {"checkpoint": a["checkpoint"].replace("\n", "\n1", 1)}
    ),
    "root": lambda a: event(a, leaf_hash="ab" * 32),
}


def test_a_receipt_that_lies_is_not_believed(
    door: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = build._post
    for said, lie in LIES.items():

        def forged(*sent: Any, lie: Any = lie) -> bytes:
            return json.dumps(lie(json.loads(post(*sent)))).encode()

        monkeypatch.setattr(build, "_post", forged)
        sing()
        assert said in the_one().trouble, the_one().trouble
        assert not is_well(the_one(), timezone.now())


def test_a_door_that_is_shut_and_a_log_set_back_are_told(
    door: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(2):
        sing()
    two = the_one()
    settings.CANARY_URL = "http://127.0.0.1:1"
    sing()
    assert "Connection refused" in the_one().trouble
    assert the_one().note == two.note
    ahead = two.note.replace("\n2\n", "\n9\n")
    Canary.objects.update(note=ahead)
    with pytest.raises(build.ProofInvalid, match="set back"):
        build._hold_growth(
            the_one(), build.parse(build.parse_note(two.note.encode()).text)
        )

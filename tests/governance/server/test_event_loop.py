"""Events on the event loop: what the ordinary view answers, and nothing lost."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client

from audits.events import turns
from audits.log.models import Log
from tests.audits.events.test_concurrent_posting import check_answer
from tests.audits.events.test_group_commit import SOON, held, leaves_of, until
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

THREADS = 4


def server() -> Any:
    """The application; it looks at the database when it is imported."""
    return import_module("governance.asgi")


Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


@pytest.fixture(autouse=True)
def _own_threads(monkeypatch: pytest.MonkeyPatch, own_database: str) -> Iterator[None]:
    """Threads that are gone, with their connections, before the database is."""
    pages = WSGIMiddleware(server().as_wsgi, workers=1)
    monkeypatch.setattr(server(), "pages", pages)
    with ThreadPoolExecutor(THREADS) as pool, pages.executor:
        monkeypatch.setattr(turns, "THREADS", pool)
        monkeypatch.setattr(turns, "_held", {})
        yield
        pages.executor.submit(connections.close_all)
        all_of_them = Barrier(THREADS)
        for _ in range(THREADS):
            pool.submit(lambda: (all_of_them.wait(SOON), connections.close_all()))


@pytest.fixture
def log_and_key() -> tuple[Log, str]:
    system = a_system(an_organisation())
    return system.log, a_source_key(system)


class Answer:
    """What was sent by the application."""

    def __init__(self) -> None:
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        self.body += message.get("body", b"")

    def json(self) -> Any:
        return json.loads(self.body)


def whole(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def post(
    key: str, body: bytes, *, receive: Receive | None = None, **more: Any
) -> Answer:
    """Post a body as a server hands it on; `more` goes into the scope."""
    headers = {
        b"authorization": f"Bearer {key}".encode(),
        b"content-type": b"application/json",
        b"content-length": str(len(body)).encode(),
        **more.pop("headers", {}),
    }
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/events", "scheme": "http",
        "query_string": b"", "http_version": "1.1", "headers": list(headers.items()),
        "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 40000), **more,
    }  # fmt: skip
    answer = Answer()
    await server().application(scope, receive or whole(body), answer.send)
    return answer


def run(*asked: Coroutine[Any, Any, Answer]) -> list[Answer]:
    async def together() -> list[Answer]:
        return list(await asyncio.gather(*asked))

    return asyncio.run(asyncio.wait_for(together(), SOON))


def encoded(*events: dict[str, Any]) -> bytes:
    return json.dumps(list(events)).encode()


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is not answered on the loop fails."""

    async def nobody(*_given: Any) -> None:
        raise AssertionError("left to the ordinary view")

    nobody.executor = server().pages.executor  # type: ignore[attr-defined]
    monkeypatch.setattr(server(), "pages", nobody)


def test_many_at_once_share_commits_and_each_gets_its_receipt(
    log_and_key: tuple[Log, str], no_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, key = log_and_key
    groups = []
    plain = turns.signed_checkpoints
    monkeypatch.setattr(
        turns, "signed_checkpoints", lambda some: groups.append(some) or plain(some)
    )
    answers = run(*(post(key, encoded(an_event())) for _ in range(60)))
    assert {answer.status for answer in answers} == {201}
    leaves = leaves_of(log)
    for answer in answers:
        check_answer(answer.json(), leaves, log.vkey)
    assert len(leaves) == 61
    assert len(groups) < 20


GOOD = an_event()


@pytest.mark.parametrize(
    "body",
    [
        encoded(GOOD),
        encoded(GOOD, GOOD),
        encoded({**GOOD, "output": {"other": 1}}),
        encoded({**GOOD, "model_version": "\x00"}),
        b'{"id": 1, "id": 2}',
        b"[]",
        b"\xff",
    ],
)
def test_the_answer_is_that_of_the_ordinary_view(
    log_and_key: tuple[Log, str], no_pages: None, body: bytes
) -> None:
    _log, key = log_and_key
    assert post_events(Client(), key, GOOD).status_code == 201
    [found] = run(post(key, body))
    plain = Client().post(
        "/api/v1/events", body, content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert (found.status, found.body) == (plain.status_code, plain.content)
    assert heads(found.headers) == heads(dict(plain.items()))


def heads(headers: dict[str, str]) -> dict[str, str]:
    own = {"x-request-id", "content-length"}  # no two answers share the first
    return {k.lower(): v for k, v in headers.items() if k.lower() not in own}


def test_a_proof_is_that_of_the_ordinary_view(
    log_and_key: tuple[Log, str], no_pages: None
) -> None:
    _log, key = log_and_key
    assert post_events(Client(), key, GOOD).status_code == 201
    path = f"/api/v1/events/{GOOD['id']}/proof"
    [found] = run(post(key, b"", method="GET", path=path))
    plain = Client().get(path, headers={"authorization": f"Bearer {key}"})
    assert (found.status, found.body) == (200, plain.content)
    assert heads(found.headers) == heads(dict(plain.items()))


def test_a_stranger_is_not_let_in(log_and_key: tuple[Log, str], no_pages: None) -> None:
    log, _key = log_and_key
    [answer] = run(post("wrong.key", encoded(an_event())))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert len(leaves_of(log)) == 1


def test_what_is_seldom_asked_for_is_answered_too(log_and_key: tuple[Log, str]) -> None:
    log, key = log_and_key
    dry, large = run(
        post(key, encoded(an_event()), query_string=b"dry_run=true"),
        post(key, encoded(*(an_event() for _ in range(200)))),
    )
    assert dry.json()["dry_run"] is True
    assert (dry.status, large.status) == (200, 201)
    assert len(leaves_of(log)) == 201


def test_a_fault_on_the_loop_is_left_to_the_ordinary_view(
    log_and_key: tuple[Log, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log, key = log_and_key

    async def fails(*_given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(server(), "post_events", fails)
    [answer] = run(post(key, encoded(an_event())))
    assert answer.status == 201
    assert len(leaves_of(log)) == 2


def test_who_leaves_in_the_midst_posts_nothing(log_and_key: tuple[Log, str]) -> None:
    log, key = log_and_key
    for size in (1, 200):  # on the loop, and in a thread
        body = encoded(*(an_event() for _ in range(size)))
        came: Iterator[Message] = iter(
            [{"type": "http.request", "body": body, "more_body": True}]
        )

        async def receive(came: Iterator[Message] = came) -> Message:
            return next(came, {"type": "http.disconnect"})

        [answer] = run(post(key, body + b" ", receive=receive))
        assert answer.status in (0, 400)
    assert len(leaves_of(log)) == 1


def test_a_header_that_looks_like_another_is_dropped(
    log_and_key: tuple[Log, str],
) -> None:
    _log, key = log_and_key
    seen = {}

    def as_wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    server().pages.app = as_wsgi
    run(post(key, b"", path="/", headers={b"x_forwarded_for": b"1.2.3.4"}))
    assert "HTTP_AUTHORIZATION" in seen
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_a_log_that_hangs_sends_away_and_takes_what_comes_again(
    log_and_key: tuple[Log, str], no_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.05)
    log, key = log_and_key
    bodies = [encoded(an_event()) for _ in range(2)]

    async def both() -> tuple[Answer, Answer]:
        with held(log):
            stuck = asyncio.ensure_future(post(key, bodies[0]))
            await asyncio.to_thread(until, lambda: log.pk in turns._held)
            sent_away = await post(key, bodies[1])
        return await stuck, sent_away

    stuck, sent_away = asyncio.run(asyncio.wait_for(both(), SOON))
    assert (stuck.status, sent_away.status) == (201, 429)
    assert int(sent_away.headers["Retry-After"]) >= 1
    [again] = run(post(key, bodies[1]))
    assert again.status == 201
    assert len(leaves_of(log)) == 3


def test_who_must_come_by_https_is_sent_there(
    log_and_key: tuple[Log, str], settings: Any
) -> None:
    log, key = log_and_key
    settings.SECURE_SSL_REDIRECT = True
    pages = WSGIMiddleware(get_wsgi_application(), workers=1)
    server()._secured.cache_clear()
    with pages.executor:
        server().pages, before = pages, server().pages
        [sent_on] = run(post(key, encoded(an_event()), headers={b"host": b"a.example"}))
        server().pages = before
    [taken] = run(post(key, encoded(an_event()), scheme="https"))
    server()._secured.cache_clear()
    assert sent_on.status == 301
    assert sent_on.headers["location"] == "https://a.example/api/v1/events"
    assert taken.status == 201
    assert len(leaves_of(log)) == 2

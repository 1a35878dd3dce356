"""The ASGI entry point: machines on the event loop, all else as WSGI in threads.

Django's own ASGI handler is not used: it spends more time on a request than a thread
does. `governance.wsgi` alone serves the same product, only slower.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any

from a2wsgi import WSGIMiddleware
from django.db import close_old_connections, connections
from structlog import get_logger


def _as_wsgi() -> Any:
    """The product for WSGI, once it has seen that the database is as it should be."""
    application = import_module("governance.wsgi").application
    connections.close_all()
    return application


# Most servers import this on their event loop, where Django refuses to ask a database.
with ThreadPoolExecutor(1) as apart:
    as_wsgi = apart.submit(_as_wsgi).result()

# Django's apps are ready only now.
from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.middleware.security import SecurityMiddleware  # noqa: E402

from audits.events.api.loop import Reply, is_usual, post_events  # noqa: E402
from governance.machines import finished  # noqa: E402
from registry.predictions.api.machines import Asked, read_proof  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = Mapping[bytes, bytes]
Pairs = list[tuple[bytes, bytes]]

log = get_logger(__name__)
EVENTS = "/api/v1/events"
# By which header a proxy says that it was asked by https.
PROXY: str = (getattr(settings, "SECURE_PROXY_SSL_HEADER", None) or [""])[0]
FORWARDED = PROXY.removeprefix("HTTP_").replace("_", "-").lower().encode()
# LIMIT: a connection to the database each; pages take tens of milliseconds.
pages: Any = WSGIMiddleware(as_wsgi, workers=12)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    receive = _until_it_ends(receive)
    headers = dict(scope["headers"])
    secured = _secured(scope["scheme"], headers.get(FORWARDED))
    if secured is not None and _is_usual_event(scope, headers):
        try:
            body = await _whole(receive)
        except ConnectionResetError:
            return  # nobody waits for an answer
        reply = await _tried(post_events(headers, body))
        receive = _again(body)
    elif secured is not None and (asked := _asked(scope, headers)).event_id:
        reply = await _tried(_proof(asked))
    else:
        reply = None
    if reply is None:
        await pages(_without_lookalikes(scope), receive, _to_whoever_listens(send))
    else:
        await _send(send, reply, finished(reply.status, scope["path"]), secured or [])


def _is_usual_event(scope: Scope, headers: Headers) -> bool:
    return (
        scope["method"] == "POST"
        and scope["path"] == EVENTS
        and not scope["query_string"]
        and is_usual(headers)
    )


def _asked(scope: Scope, headers: Headers) -> Asked:
    return Asked(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        headers.get(b"authorization", b"").decode("latin-1"),
        headers.get(b"accept", b"").decode("latin-1"),
    )


async def _proof(asked: Asked) -> Reply | None:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pages.executor, _read_proof, asked)


def _read_proof(asked: Asked) -> Reply | None:
    close_old_connections()  # as at the begin of each request: one may have broken
    found = read_proof(asked)
    if found is None:
        return None
    return Reply(found.status_code, dict(found.items()), found.content)


async def _tried(reply: Awaitable[Reply | None]) -> Reply | None:
    """None when something is wrong: the ordinary view answers, and says what."""
    try:
        return await reply
    except Exception:
        log.exception("not_answered_on_the_loop")
        return None


async def _whole(receive: Receive) -> bytes:
    """A body that is known to be short."""
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


async def _send(send: Send, reply: Reply, more: dict[str, str], secured: Pairs) -> None:
    found = {**reply.headers, **more}
    headers = [(name.encode(), value.encode()) for name, value in found.items()]
    length = (b"content-length", b"%d" % len(reply.body))
    start = {"type": "http.response.start", "status": reply.status}
    await send({**start, "headers": [*headers, length, *secured]})
    await send({"type": "http.response.body", "body": reply.body})


def _without_lookalikes(scope: Scope) -> Scope:
    """The request without headers that WSGI would take for others.

    SECURITY: `X_Forwarded_For` and `X-Forwarded-For` are one name in WSGI, and a proxy
    that sets the second lets the first pass.
    """
    headers = [pair for pair in scope["headers"] if b"_" not in pair[0]]
    return {**scope, "headers": headers}


def _until_it_ends(receive: Receive) -> Receive:
    """Raises ConnectionResetError, where a body seems to end, when its sender left."""

    async def received() -> dict[str, Any]:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionResetError("the sender left before its request ended")
        return message

    return received


def _to_whoever_listens(send: Send) -> Send:
    """What is sent to somebody who has left is lost, and no thread waits for it."""

    async def sent(message: dict[str, Any]) -> None:
        with suppress(OSError, RuntimeError):
            await send(message)

    return sent


def _again(body: bytes) -> Receive:
    async def received() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return received


@lru_cache(maxsize=16)
def _secured(scheme: str, forwarded: bytes | None) -> Pairs | None:
    """What Django's SecurityMiddleware adds to an answer; None when it redirects."""
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": EVENTS, "wsgi.input": BytesIO(),
        "wsgi.url_scheme": scheme,
    }  # fmt: skip
    if forwarded is not None:
        environ[PROXY] = forwarded.decode("latin-1")
    security = SecurityMiddleware(lambda _request: HttpResponse())
    request = WSGIRequest(environ)
    if security.redirect and not request.is_secure():
        return None
    answer = security.process_response(request, HttpResponse())
    return [
        (name.lower().encode(), value.encode())
        for name, value in answer.items()
        if name != "Content-Type"
    ]

"""The ASGI entry point: events on the event loop, everything else as WSGI in threads.

Django's own ASGI handler is not used: it spends more time on a request than a thread
does. `governance.wsgi` alone serves the same product, only slower.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any

from a2wsgi import WSGIMiddleware
from django.db import connections
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

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Pairs = list[tuple[bytes, bytes]]

log = get_logger(__name__)
EVENTS = "/api/v1/events"
# By which header a proxy says that it was asked by https.
PROXY: str = (getattr(settings, "SECURE_PROXY_SSL_HEADER", None) or [""])[0]
FORWARDED = PROXY.removeprefix("HTTP_").replace("_", "-").lower().encode()
pages: Callable[..., Awaitable[None]] = WSGIMiddleware(as_wsgi, workers=16)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    receive = _until_it_ends(receive)
    if scope["method"] == "POST" and scope["path"] == EVENTS:
        headers = dict(scope["headers"])
        secured = _secured(scope["scheme"], headers.get(FORWARDED))
        if secured is not None and not scope["query_string"] and is_usual(headers):
            try:
                body = await _whole(receive)
            except ConnectionResetError:
                return  # nobody waits for an answer
            reply = await _answer(headers, body)
            if reply is not None:
                await _send(send, reply, secured)
                return
            receive = _again(body)
    await pages(_without_lookalikes(scope), receive, _to_whoever_listens(send))


async def _answer(headers: dict[bytes, bytes], body: bytes) -> Reply | None:
    """None when something is wrong here: the ordinary view answers, and says what."""
    try:
        return await post_events(headers, body)
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


async def _send(send: Send, reply: Reply, secured: Pairs) -> None:
    found = {**reply.headers, **finished(reply.status, EVENTS)}
    headers = [(name.encode(), value.encode()) for name, value in found.items()]
    headers.append((b"content-length", b"%d" % len(reply.body)))
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": headers + secured,
        }
    )
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

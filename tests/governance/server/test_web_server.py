"""The web server itself: what it does with heads that never end."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from uvicorn import Config, Server

from governance.stack.web import MOST_HEAD_BYTES, LimitedHead, listen

SOON = 20


async def hello(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def address() -> Iterator[Any]:
    config = Config(
        hello, http=LimitedHead, lifespan="off", ws="none", log_config=None,
        log_level="critical",
    )  # fmt: skip
    server, listening = Server(config), listen("127.0.0.1", 0)
    listening.listen()  # whoever comes before the server is up waits
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join(SOON)
    assert not thread.is_alive()


def answer(stream: socket.socket) -> bytes:
    found = b""
    while chunk := stream.recv(1 << 16):
        found += chunk
    return found


@pytest.mark.parametrize("begin", [b"X: ", b"X: a\r\nY: "])
def test_a_head_that_never_ends_is_refused(address: Any, begin: bytes) -> None:
    with socket.create_connection(address, SOON) as stream:
        stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + begin)
        # It closes, and the kernel takes a little more.
        with pytest.raises(ConnectionError):
            send_without_end(stream)


def send_without_end(stream: socket.socket) -> None:
    for _ in range(200):
        stream.sendall(b"x" * MOST_HEAD_BYTES)


def test_heads_of_many_requests_on_one_connection_are_no_long_head(
    address: Any,
) -> None:
    request = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1000 + b"\r\n\r\n"
    count = 2 * MOST_HEAD_BYTES // len(request)
    with socket.create_connection(address, SOON) as stream:
        for _ in range(count):
            stream.sendall(request)
            assert stream.recv(1 << 16).startswith(b"HTTP/1.1 200")
        stream.sendall(request.replace(b"Host: a", b"Host: a\r\nConnection: close"))
        assert answer(stream).startswith(b"HTTP/1.1 200")


def test_a_long_body_is_no_long_head(address: Any) -> None:
    body = b"x" * 4 * MOST_HEAD_BYTES
    head = (
        b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    )
    with socket.create_connection(address, SOON) as stream:
        stream.sendall(head % len(body) + body)
        assert answer(stream).startswith(b"HTTP/1.1 200")

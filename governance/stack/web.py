"""`python -m governance.stack.web --port 8000`: a web server on a shared port.

The kernel spreads connections among the servers that listen on a port for themselves
(SO_REUSEPORT), so one for each core is started and none of them waits for another.
"""

import argparse
import ctypes
import socket
from contextlib import suppress

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# LIMIT: as most proxies have it; the longest header of ours is a session cookie.
MOST_HEAD_BYTES = 1 << 16
MOST_REQUESTS = 1024
KEEP_ALIVE_SECONDS = 75  # longer than the clients that keep connections keep them
STOP_SECONDS = 5


class LimitedHead(HttpToolsProtocol):
    """HTTP/1.1 whose requests begin with a head of limited length.

    SECURITY: the parser keeps what came of a head until it ends, however long it is.
    """

    _head = 0
    _is_in_head = True

    def data_received(self, data: bytes) -> None:
        if self._is_in_head:
            if self._head > MOST_HEAD_BYTES:
                self.send_400_response("The head of the request is too long.")
                return
            self._head += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_in_head, self._head = True, 0
        super().on_message_complete()


def listen(host: str, port: int) -> socket.socket:
    """A socket on a port on which others listen too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind((host, port))
    return found


def share_memory() -> None:
    """Have glibc keep memory for two threads at a time instead of sixteen.

    Each thread would keep what the largest body that it ever read took, for good.
    """
    m_arena_max = -8
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(m_arena_max, 2)


def main() -> None:
    """Serve until SIGTERM; what was begun has a few seconds to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    share_memory()
    config = Config(
        "governance.asgi:application",
        loop="uvloop", http=LimitedHead, ws="none", lifespan="off",
        # Django looks at what proxies say, and only where the settings allow it.
        proxy_headers=False, server_header=False,
        access_log=False, log_config=None, log_level="error",
        limit_concurrency=MOST_REQUESTS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )  # fmt: skip
    config.load()
    Server(config).run([listen(asked.host, asked.port)])


if __name__ == "__main__":
    main()

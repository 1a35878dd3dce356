"""Asking a signer over its socket, from any thread of any process."""

import os
import socket
import threading
from typing import Any

import orjson

# LIMIT: a signer that was away for long reads all that it missed before it answers;
# who waits longer is told to ask again, and it goes on meanwhile.
PATIENCE = 15.0  # seconds
RECEIVE = 1 << 16


class SignerAway(Exception):
    """The signer does not answer now; what was to be signed is as good as before."""


class Client:
    """A connection per thread, kept open, and opened again when it broke."""

    def __init__(self, path: str) -> None:
        """Connects only when something is asked."""
        self._path = path
        self._kept = threading.local()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request; SignerAway when there is none, even at a second try.

        Trying again is safe: nothing is signed that a first try did not get signed.
        """
        line = orjson.dumps(request) + b"\n"
        try:
            answer = self._exchange(line)
        except TimeoutError as error:
            raise SignerAway(f"the signer at {self._path} takes too long") from error
        except OSError:
            answer = self._exchange_again(line)
        found: dict[str, Any] = orjson.loads(answer)
        if "away" in found:
            raise SignerAway(found["away"])
        if "wrong" in found:
            raise ValueError(found["wrong"])
        return found

    def _exchange_again(self, line: bytes) -> bytes:
        """On a new connection: the signer may have been started anew."""
        try:
            return self._exchange(line)
        except OSError as error:
            raise SignerAway(f"no signer answers at {self._path}: {error}") from error

    def _exchange(self, line: bytes) -> bytes:
        kept = self._connection()
        try:
            kept.socket.sendall(line)
            answer = bytearray()
            while not answer.endswith(b"\n"):
                answer += _received(kept.socket)
        except BaseException:
            # SECURITY: half an answer must never become the next request's.
            self._kept.connection = None
            raise
        return bytes(answer)

    def _connection(self) -> "_Connection":
        kept: _Connection | None = getattr(self._kept, "connection", None)
        # A forked process must not talk over its parent's connection.
        if kept is None or kept.pid != os.getpid():
            self._kept.connection = kept = _Connection(self._path)
        return kept


class _Connection:
    """A thread's socket, which is closed when its thread has ended."""

    def __init__(self, path: str) -> None:
        self.pid = os.getpid()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)

    def __del__(self) -> None:
        self.socket.close()


def _received(connection: socket.socket) -> bytes:
    chunk = connection.recv(RECEIVE)
    if not chunk:
        raise ConnectionResetError("it closed the connection")
    return chunk

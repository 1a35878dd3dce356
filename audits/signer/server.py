"""The signer's socket: one thread, and whatever came together is signed together.

While one group is read, hashed and written down, the next requests gather in their
sockets. So a lone request waits for nobody, and many share one write to the disk.
"""

import os
import selectors
import socket
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from audits.signer.keys import KeyRefused
from audits.signer.protocol import MOST_BYTES, Answer

Answerer = Callable[[Sequence[bytes]], list[Answer]]
# LIMIT: several web processes with some dozen threads each, and the worker's.
MOST_CONNECTIONS = 1024
# LIMIT: what somebody may leave unread before the line is cut.
MOST_UNREAD = 1 << 20
RECEIVE = 1 << 16


@dataclass(eq=False, slots=True)
class _Caller:
    """One connection: what came of a line, and what is still to be sent."""

    socket: socket.socket
    came: bytearray = field(default_factory=bytearray)
    unsent: bytearray = field(default_factory=bytearray)
    is_slow: bool = False
    """Whether we wait until it takes what is unsent."""

    def lines(self) -> list[bytes]:
        """The whole lines that came; ValueError when one is too long."""
        *lines, rest = bytes(self.came).split(b"\n")
        if max(map(len, (*lines, rest))) > MOST_BYTES:
            raise ValueError("a line is too long")
        self.came[:] = rest
        return lines


class Server:
    """Answers on a Unix socket until `stop` is called."""

    def __init__(self, path: Path, answer: Answerer) -> None:
        """Listen; KeyRefused when others could connect."""
        if path.parent.stat().st_mode & stat.S_IRWXO:
            raise KeyRefused(
                f"Everybody on this machine can open {path.parent}, and so ask for "
                f"signatures. Run: chmod o-rwx {path.parent}"
            )
        self._answer = answer
        self._path = path
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o117)  # the folder decides who of our group comes near
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(128)
        self._listener.settimeout(0)
        self._alarm, self._bell = os.pipe()
        os.set_blocking(self._bell, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._selector.register(self._alarm, selectors.EVENT_READ, self)
        self._callers: set[_Caller] = set()

    def stop(self) -> None:
        """Make `run` return after the group at work; safe in a signal handler."""
        os.write(self._bell, b".")

    def run(self) -> None:
        """Answer until stopped, then take the socket away."""
        try:
            while self._turn():
                pass
        finally:
            self._path.unlink(missing_ok=True)
            for caller in list(self._callers):
                self._drop(caller)
            self._listener.close()
            self._selector.close()

    def _turn(self) -> bool:
        group: list[tuple[_Caller, bytes]] = []
        for key, events in self._selector.select():
            if key.data is self:
                return False
            if key.data is None:
                self._accept()
            elif events & selectors.EVENT_WRITE:
                self._send(key.data)
            else:
                group += [(key.data, line) for line in self._received(key.data)]
        if group:
            self._answer_all(group)
        return True

    def _answer_all(self, group: Sequence[tuple[_Caller, bytes]]) -> None:
        answers = self._answer([line for _caller, line in group])
        for (caller, _line), answer in zip(group, answers, strict=True):
            caller.unsent += orjson.dumps(answer) + b"\n"
        for caller in {caller for caller, _line in group}:
            self._send(caller)

    def _accept(self) -> None:
        try:
            connection, _address = self._listener.accept()
        except BlockingIOError:
            return  # it left again
        if len(self._callers) >= MOST_CONNECTIONS:
            connection.close()
            return
        connection.settimeout(0)
        caller = _Caller(connection)
        self._callers.add(caller)
        self._selector.register(connection, selectors.EVENT_READ, caller)

    def _received(self, caller: _Caller) -> list[bytes]:
        try:
            chunk = caller.socket.recv(RECEIVE)
            caller.came += chunk
            lines = caller.lines()
        except BlockingIOError:
            return []
        except (OSError, ValueError):
            self._drop(caller)
            return []
        if not chunk:
            self._drop(caller)
        return lines

    def _send(self, caller: _Caller) -> None:
        if caller not in self._callers:
            return
        try:
            sent = caller.socket.send(caller.unsent)
            del caller.unsent[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(caller)
            return
        if len(caller.unsent) > MOST_UNREAD:
            self._drop(caller)
            return
        if bool(caller.unsent) != caller.is_slow:
            caller.is_slow = not caller.is_slow
            more = selectors.EVENT_WRITE if caller.is_slow else 0
            self._selector.modify(caller.socket, selectors.EVENT_READ | more, caller)

    def _drop(self, caller: _Caller) -> None:
        if caller in self._callers:
            self._callers.discard(caller)
            self._selector.unregister(caller.socket)
            caller.socket.close()

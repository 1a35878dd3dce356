"""Ends what the supervisor started, when the supervisor itself was killed.

It reads orders, one JSON object a line, from a pipe that the supervisor alone
holds. When the pipe closes without the order to leave, the supervisor is dead:
then every session that is still watched is asked to end, and later made to.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from governance.stack.process import (
    is_running,
    send,
    session_members,
    signal_session,
)

GRACE = 10.0  # seconds until what does not end by itself is killed
PATIENCE = 15.0  # seconds until even that is given up: the kernel holds a process
PAUSE = 0.05  # seconds between two looks


def guard(orders: Iterable[str]) -> None:
    """Follow the orders until they end, then clean up unless told to leave."""
    sessions: dict[int, signal.Signals] = {}
    leftovers: list[Path] = []
    for line in orders:
        order = json.loads(line)
        if "watch" in order:
            sessions[order["watch"]] = signal.Signals(order["signal"])
        elif "forget" in order:
            sessions.pop(order["forget"], None)
        elif "remove" in order:
            leftovers.append(Path(order["remove"]))
        else:
            return
    end_sessions(sessions)
    for path in leftovers:
        _remove(path)


def end_sessions(sessions: dict[int, signal.Signals]) -> None:
    """Ask each session's first process to end, wait, and kill what remains.

    What outlives the first process of its session is an orphan and killed at once.
    """
    for leader, number in sessions.items():
        if is_running(leader):
            send(leader, number)
    start = time.monotonic()
    while any(_has_members(each) for each in sessions):
        if time.monotonic() > start + PATIENCE:
            return
        for each in sessions:
            if not is_running(each) or time.monotonic() > start + GRACE:
                signal_session(each, signal.SIGKILL)
        time.sleep(PAUSE)


def _has_members(session: int) -> bool:
    return any(True for _ in session_members(session))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.chdir("/")
    guard(sys.stdin)

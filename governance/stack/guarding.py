"""The supervisor's end of the pipe to its guardian."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from governance.stack.configuration import ROOT


class Guard:
    """Keeps a guardian informed of what has to end if we are killed."""

    def __init__(self, lock: int) -> None:
        # The guardian holds the lock of VAR_DIR too: until it is done, no other
        # supervisor may touch the data.
        self._lock = lock
        self._watched: dict[int, signal.Signals] = {}
        self._leftovers: list[Path] = []
        self._process = self._start()

    def watch(self, session: int, number: signal.Signals) -> None:
        self._watched[session] = number
        self._order({"watch": session, "signal": int(number)})

    def forget(self, session: int) -> None:
        self._watched.pop(session, None)
        self._order({"forget": session})

    def remove_at_end(self, path: Path) -> None:
        self._leftovers.append(path)
        self._order({"remove": str(path)})

    def check(self) -> None:
        """Start another guardian if somebody ended this one."""
        if self._process.poll() is None:
            return
        self._process = self._start()
        for session, number in self._watched.items():
            self._order({"watch": session, "signal": int(number)})
        for path in self._leftovers:
            self._order({"remove": str(path)})

    def leave(self) -> None:
        """Dismiss the guardian: everything has ended as it should."""
        self._order({"leave": True})
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "governance.stack.guardian"],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
            stdin=subprocess.PIPE,
            pass_fds=[self._lock],
            start_new_session=True,
        )

    def _order(self, order: dict[str, object]) -> None:
        pipe = self._process.stdin
        if pipe is None or self._process.poll() is not None:
            return  # check() will start another and repeat everything
        try:
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            return

"""Runs of the stack as processes of their own, ended after each test."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from governance.stack.process import is_running, send, session_members
from governance.stack.testing import free_port

ROOT = Path(__file__).resolve().parents[3]
FAKE = Path(__file__).with_name("fake_product.py")
PATIENCE = 30.0  # seconds


def until(condition: Callable[[], Any], what: str) -> Any:
    """Return the condition's first true value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"never: {what}")


@dataclass
class Run:
    """One supervisor with everything below it."""

    process: subprocess.Popen[str]
    var_dir: Path
    port: int
    stale: int = 0  # the ready.json of a killed run

    def ready(self) -> dict[str, Any]:
        """Wait for ready.json and return it."""
        path = self.var_dir / "ready.json"
        until(
            lambda: (
                written_at(path) not in (0, self.stale)
                or self.process.poll() is not None
            ),
            "ready or dead",
        )
        assert path.exists(), self.process.communicate()[0]
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    def descendants(self) -> list[int]:
        """Every process below the supervisor."""
        below = [self.process.pid]
        for pid in below:
            # One that ends while we look has no children any more.
            with suppress(FileNotFoundError, ProcessLookupError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    below += map(int, (task / "children").read_text().split())
        return below[1:]

    def child(self, words: str) -> int:
        """The supervisor's own child whose command has these words."""
        for pid in self.descendants():
            with suppress(FileNotFoundError, ProcessLookupError):
                said = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
                if words.encode() in said and pid in session_members(pid):
                    return pid
        raise AssertionError(f"no child {words}")

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return status and output once it has ended."""
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    """Start the fake product on a VAR_DIR; whatever is left is ended."""
    runs: list[Run] = []

    def start_one(var_dir: Path, **environment: str) -> Run:
        port = int(environment.setdefault("PORT", str(free_port())))
        process = subprocess.Popen(
            [sys.executable, FAKE],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "VAR_DIR": str(var_dir),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        runs.append(Run(process, var_dir, port, written_at(var_dir / "ready.json")))
        return runs[-1]

    yield start_one
    for run in runs:
        below = run.descendants() if run.process.poll() is None else []
        run.process.kill()
        run.process.communicate()
        for pid in below:
            until(lambda pid=pid: not is_running(pid), f"process {pid} ends")


def written_at(path: Path) -> int:
    """When the file was written, in nanoseconds; 0 when there is none."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def kill(pid: int) -> None:
    assert send(pid, signal.SIGKILL)

"""One process under the supervisor: its life, its output, its deaths."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from governance.stack.errors import StackError
from governance.stack.guarding import Guard
from governance.stack.log_files import LogFile
from governance.stack.process import Program, signal_session, spawn

QUICK_DEATH = 10.0  # seconds: a process that lives longer has started
MOST_QUICK_DEATHS = 4
FIRST_PAUSE = 0.5  # seconds before the first restart; doubled at each quick death
CHUNK = 65_536


@dataclass(frozen=True)
class Service:
    """A program to be kept running.

    `is_ready` says when others may count on it; `before` runs before each start.
    """

    program: Program
    is_ready: Callable[[], bool] | None = None
    before: Callable[[], None] | None = None


class Child:
    """A service, or a program that runs once, with its log file."""

    def __init__(self, service: Service, *, logs: Path, guard: Guard) -> None:
        self.service, self.program = service, service.program
        self.log = LogFile(logs, service.program.name)
        self.process: subprocess.Popen[bytes] | None = None
        self.output: int | None = None
        self.restart_at: float | None = None
        self._guard = guard
        self._started_at = 0.0
        self._quick_deaths = 0

    def start(self) -> None:
        """Start the program; its output is then to be read from `output`."""
        if self.service.before:
            self.service.before()
        self.restart_at = None
        self._started_at = time.monotonic()
        self.output, write_end = os.pipe()
        os.set_blocking(self.output, False)
        try:
            self.process = spawn(self.program, output=write_end)
        except OSError as error:
            raise StackError(
                f"{self.program.name} cannot be started: {error}. Run `make setup`."
            ) from error
        finally:
            os.close(write_end)
        self._guard.watch(self.process.pid, self.program.stop_signal)

    def read(self) -> list[str]:
        """Return the lines that it has written since; its end closes `output`."""
        if self.output is None:
            return []
        try:
            chunk = os.read(self.output, CHUNK)
        except BlockingIOError:
            # Something that left the session still holds the other end.
            chunk = b""
        if not chunk:
            os.close(self.output)
            self.output = None
        return self.log.write(chunk)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def has_ended(self) -> int | None:
        """Return its exit status once it has ended, else None."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Signal the program itself; it tells its own children."""
        if self.process is not None and self.is_running:
            self.process.send_signal(number)

    def bury(self) -> list[str]:
        """Forget the process, after killing what is left of its session.

        Returns the lines that nobody had read yet.
        """
        if self.process is None:
            return []
        signal_session(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._guard.forget(self.process.pid)
        self.process = None
        lines: list[str] = []
        while self.output is not None:
            lines += self.read()
        return lines

    def plan_restart(self) -> float:
        """Return the pause before the next start; give up after several deaths."""
        now = time.monotonic()
        is_quick = now - self._started_at < QUICK_DEATH
        self._quick_deaths = self._quick_deaths + 1 if is_quick else 1
        if self._quick_deaths > MOST_QUICK_DEATHS:
            raise StackError(
                f"{self.program.name} ended {self._quick_deaths} times in a row "
                f"right after its start. Its last lines ({self.log.path}):\n"
                f"{self.log.tail()}"
            )
        pause: float = FIRST_PAUSE * 2 ** (self._quick_deaths - 1)
        self.restart_at = now + pause
        return pause


def ending(status: int) -> str:
    """Say in words how a process ended."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"

"""The terminal and the log files of the processes under the supervisor."""

import re
import time
from collections import deque
from pathlib import Path

LARGEST_LOG = 5_000_000  # bytes; then the file becomes NAME.log.1
KEPT_LINES = 20
MATTERS = re.compile(
    r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|\"level\": ?\"(error|critical)\""
)


class LogFile:
    """One process's output: in a file, its last lines in memory."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / f"{name}.log"
        self.last: deque[str] = deque(maxlen=KEPT_LINES)
        self._rest = b""
        self._fails = False

    def write(self, output: bytes) -> list[str]:
        """Append output to the file; return the lines that it completed.

        A disk that is full costs the file its lines, never the run its life: that it
        cannot be written is then said once among the lines.
        """
        *lines, self._rest = (self._rest + output).split(b"\n")
        complete = [line.decode(errors="replace").rstrip() for line in lines]
        try:
            self._rotate()
            with self.path.open("ab") as file:
                file.write(output)
        except OSError as error:
            if not self._fails:
                complete.append(f"ERROR: cannot write {self.path}: {error.strerror}")
            self._fails = True
        else:
            self._fails = False
        self.last.extend(complete)
        return complete

    def tail(self) -> str:
        """Return the last lines, for a report of why the process ended."""
        rest = [self._rest.decode(errors="replace")] if self._rest else []
        return "\n".join(f"  {self.name} | {line}" for line in [*self.last, *rest])

    def _rotate(self) -> None:
        if self.path.exists() and self.path.stat().st_size > LARGEST_LOG:
            self.path.rename(self.path.with_suffix(".log.1"))


class Terminal:
    """Says what happens, with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._is_gone = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def step(self, text: str) -> None:
        self.say(f"[{self.seconds:6.1f} s] {text}")

    def say(self, text: str) -> None:
        if self._is_gone:
            return
        try:
            print(text, flush=True)
        except OSError:
            # The product goes on without its terminal; the logs remain.
            self._is_gone = True

    def relay(self, name: str, lines: list[str], *, everything: bool) -> None:
        """Show a process's lines: all of them, or those that report a failure."""
        for line in lines:
            if everything or MATTERS.search(line):
                self.say(f"  {name} | {line}")

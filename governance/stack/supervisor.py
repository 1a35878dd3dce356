"""Keeps the product's processes running, and ends them together.

One thread and one loop: signals, the end of a process and its output all wake the
same `select`. Children are started from this thread alone, because the kernel ties
a child's parent-death signal to the thread that started it.
"""

import os
import select
import signal
import time
from pathlib import Path
from typing import Self

from governance.stack.children import Child, Service, ending
from governance.stack.errors import StackError
from governance.stack.guarding import Guard
from governance.stack.log_files import Terminal
from governance.stack.process import Program

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# `make` passes SIGTERM on to us although the whole group was signalled already.
SAME_REQUEST = 0.2  # seconds
TICK = 0.5  # seconds; ends and output wake us at once
PROBE = 0.05  # seconds between two looks at a condition
SLOWEST_START = 300.0  # seconds: a database may have to recover first
GRACE = 8.0  # seconds that the product's own processes have to end
SERVER_GRACE = 4.0  # seconds that the database and the broker have after them


class StopRequested(Exception):
    """Somebody asked the supervisor to end."""


class Supervisor:
    """A context in which programs are kept; leaving it ends them all."""

    def __init__(self, logs: Path, guard: Guard, terminal: Terminal) -> None:
        self._logs, self._guard, self._terminal = logs, guard, terminal
        self._groups: list[list[Child]] = []
        self._passing: list[Child] = []
        self._stops: list[tuple[float, int]] = []
        self._alarm, self._bell = os.pipe()

    def __enter__(self) -> Self:
        for end in (self._alarm, self._bell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._bell, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            # A run under nohup goes on when its terminal closes.
            if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        return self

    def __exit__(self, *reason: object) -> None:
        self._end(self._passing, grace=0)
        for group in reversed(self._groups):
            is_server = group is self._groups[0]
            self._end(group, grace=SERVER_GRACE if is_server else GRACE)
        signal.set_wakeup_fd(-1)

    def keep(self, *services: Service) -> None:
        """Start services that belong together and restart those that end.

        Returns when all are ready. The group that was started last is ended first,
        and the first group has least time: it holds the servers of the others.
        """
        group = [Child(each, logs=self._logs, guard=self._guard) for each in services]
        self._groups.append(group)
        for child in group:
            child.start()
        for child in group:
            self._wait_for(child)

    def run(self, program: Program, label: str) -> list[str]:
        """Run a program to its end, showing its lines; return the last of them."""
        self._terminal.step(label)
        child = Child(Service(program), logs=self._logs, guard=self._guard)
        self._passing.append(child)
        child.start()
        while (status := child.has_ended()) is None:
            self._turn(TICK)
        self._terminal.relay(program.name, child.bury(), everything=True)
        self._passing.remove(child)
        if status:
            raise StackError(
                f"{label}: {program.name} {ending(status)}. What it said stands "
                f"above and in {child.log.path}."
            )
        return list(child.log.last)

    def watch(self) -> None:
        """Keep everything running until somebody asks for the end."""
        while True:
            self._turn(TICK)

    def _wait_for(self, child: Child) -> None:
        until = time.monotonic() + SLOWEST_START
        is_ready = child.service.is_ready
        while is_ready is not None and not is_ready():
            if time.monotonic() > until:
                raise StackError(
                    f"{child.program.name} was not ready after {SLOWEST_START:.0f} s. "
                    f"Its last lines ({child.log.path}):\n{child.log.tail()}"
                )
            self._turn(PROBE)
        self._terminal.step(f"{child.program.name} is running")

    def _turn(self, seconds: float) -> None:
        """Wait for something to happen, at most so long, and see to it."""
        self._listen(seconds)
        if self._stops:
            raise StopRequested
        self._guard.check()
        for child in self._kept():
            self._restart_if_dead(child)

    def _listen(self, seconds: float) -> None:
        everyone = [*self._kept(), *self._passing]
        outputs = {child.output: child for child in everyone if child.output}
        ready, _, _ = select.select([self._alarm, *outputs], [], [], seconds)
        for descriptor in ready:
            if descriptor == self._alarm:
                os.read(self._alarm, 1024)
            else:
                child = outputs[descriptor]
                is_passing = child in self._passing
                self._terminal.relay(
                    child.program.name, child.read(), everything=is_passing
                )

    def _kept(self) -> list[Child]:
        return [child for group in self._groups for child in group]

    def _restart_if_dead(self, child: Child) -> None:
        if child.restart_at is not None:
            if time.monotonic() >= child.restart_at:
                child.start()
            return
        status = child.has_ended()
        if status is None:
            return
        child.bury()
        pause = child.plan_restart()
        self._terminal.step(
            f"{child.program.name} {ending(status)}; it starts again in {pause:g} s. "
            f"Its last lines ({child.log.path}):\n{child.log.tail()}"
        )

    def _end(self, group: list[Child], *, grace: float) -> None:
        """Ask a group to end; kill what has not when the time is up."""
        for child in group:
            child.signal(child.program.stop_signal)
        until = time.monotonic() + grace
        while any(child.is_running for child in group):
            if time.monotonic() > until or self._is_impatient():
                break
            self._listen(PROBE)
        for child in group:
            if child.is_running:
                self._terminal.step(f"{child.program.name} did not end and is killed")
            child.bury()

    def _note_stop(self, number: int, frame: object) -> None:
        self._stops.append((time.monotonic(), number))

    def _is_impatient(self) -> bool:
        return any(
            number != signal.SIGTERM or at > self._stops[0][0] + SAME_REQUEST
            for at, number in self._stops[1:]
        )

"""A whole installation under the real supervisor, to be hurt; and its processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
from celery import Celery

from governance.stack.process import Program, is_running, send, spawn
from governance.stack.testing import free_port
from tests.faults.poster import Source

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0  # seconds, on a machine that has other work too
# Of memory: small enough to be filled, unless so much is posted that it fills itself.
DISK = os.environ.get("TORTURE_DISK", "500M")
# A log for each test, so that it knows of every event in it.
LOGS = ("steps", "random", "full", "pool", "clock", "many")
STEPS, RANDOM, FULL, POOL, CLOCK, MANY = LOGS


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Return the condition's first true value; AssertionError when it stays away."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"never within {patience} s: {what}")


@dataclass(frozen=True)
class Process:
    """One of the product's processes: whose, and how deep below its program."""

    pid: int
    program: str
    depth: int


@dataclass
class Installation:
    """A supervisor on a disk of its own, seen from outside of that disk."""

    supervisor: subprocess.Popen[bytes]
    folder: Path
    port: int
    logs: list[dict[str, str]] = field(default_factory=list)

    @property
    def var(self) -> Path:
        """The supervisor's VAR_DIR, which only its own processes see by its name."""
        return Path(f"/proc/{self.supervisor.pid}/root{self.folder}/var")

    @property
    def faults(self) -> Path:
        return self.folder / "faults"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a command of its operator runs with."""
        found = json.loads((self.var / "runtime.json").read_text())
        inside = str(self.folder / "var")
        secrets = {
            f"{name.upper().replace('-', '_')}_FILE": str(self.var / "secrets" / name)
            for name in ("secret-key", "idempotency-secret", "payload-kek")
        }
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "governance.settings.local",
            "VAR_DIR": str(self.var),
            **secrets,
            **{
                name: text.replace(inside, str(self.var))
                for name, text in found.items()
            },
        }

    def run(self, *command: str) -> str:
        """Run a Python command of the operator; return what it printed."""
        found = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout

    def log(self, name: str) -> dict[str, str]:
        """The origin, the verifier key and a source's key of a log."""
        return self.logs[LOGS.index(name)]

    def source(self, log: str) -> Source:
        return Source(self.url, self.log(log)["key"])

    def connect(self) -> psycopg.Connection[Any]:
        """Come to the database as the application does."""
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def ring(self, task: str) -> None:
        """Have a task done now, which beat rings for only now and then."""
        with Celery(broker=self.environment["BROKER_URL"]) as app:
            app.conf.task_routes = {"audits.log.tasks.*": {"queue": "soon"}}
            app.send_task(task)

    def arm(self, place: str) -> Path:
        """Have a process die at a place: `PROCESS MODULE:FUNCTION before`, or after."""
        armed = self.faults / place
        armed.touch()
        return armed

    def processes(self) -> Iterator[Process]:
        """Everything below the supervisor but its guardian, as it is just now."""
        for pid in children(self.supervisor.pid):
            name = program(pid)
            if name:
                yield Process(pid, name, 0)
                yield from descendants(pid, name)

    def is_well(self) -> bool:
        """Whether it takes events again."""
        try:
            return self.source(STEPS).attempt(b"[]")[0] == 422
        except (OSError, HTTPException):
            return False

    def said(self) -> str:
        return (self.folder / "output").read_text(errors="replace")[-6000:]


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        pass  # it has just ended
    return found


def descendants(pid: int, name: str, depth: int = 1) -> Iterator[Process]:
    for child in children(pid):
        yield Process(child, name, depth)
        yield from descendants(child, name, depth + 1)


def program(pid: int) -> str:
    """The name under which the supervisor started a process."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    names = [each[15:] for each in environment if each.startswith(b"FAULTS_PROCESS=")]
    # Valkey writes its title over its environment.
    return names[0].decode() if names else "broker" * (b"valkey" in command)


@contextmanager
def installation(folder: Path, places: list[str]) -> Iterator[Installation]:
    """Start everything in the folder, with a log for each test; end it again."""
    (folder / "faults").mkdir()
    port = free_port()
    with (folder / "output").open("wb") as output:
        supervisor = spawn(
            Program(
                "stack",
                (sys.executable, "-m", "tests.faults.stack"),
                ROOT,
                {
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": str(ROOT),
                    "VAR_DIR": str(folder / "var"),
                    "PORT": str(port),
                    "SAMPLE": "0",
                    "DISK": DISK,
                    "FAULTS": str(folder / "faults"),
                    "FAULTS_AT": " ".join(places),
                },
            ),
            output=output,
        )
    found = Installation(supervisor, folder, port)
    try:
        until(
            lambda: (found.var / "ready.json").exists() or supervisor.poll(),
            "it is ready",
        )
        assert supervisor.poll() is None, found.said()
        made = found.run("-m", "tests.faults.world", *LOGS)
        found.logs = json.loads(made.splitlines()[-1])
        yield found
    finally:
        ended = [each.pid for each in found.processes()]
        send(supervisor.pid, signal.SIGTERM)
        try:
            supervisor.wait(30)
        finally:
            supervisor.kill()
            supervisor.wait()
            for pid in ended:
                until(lambda pid=pid: not is_running(pid), f"process {pid} ends")

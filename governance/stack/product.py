"""The product's own processes: how each is started, and how one sees it is up."""

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from governance.stack.configuration import ROOT, SIGNER_LOGIN
from governance.stack.errors import StackError
from governance.stack.process import Program

ADDRESS = "127.0.0.1"
MOST_WORKERS = 4
PROBE_TIMEOUT = 2  # seconds
# SECURITY: whose logins no process has that answers somebody.
OTHERS = frozenset({"DATABASE_OWNER_URL", SIGNER_LOGIN})


@dataclass(frozen=True)
class Product:
    """Commands of one installation, all with the same environment."""

    environment: Mapping[str, str]
    var_dir: Path
    port: int

    def prepare(self) -> Program:
        """Return the command that migrates and grants: it has all roles' logins."""
        return self._as_owner(self.manage("prepare"))

    def manage(self, *arguments: str) -> Program:
        """Return a management command, named after its first word."""
        return self._program(arguments[0], sys.executable, "manage.py", *arguments)

    def webs(self) -> list[Program]:
        """Return a web server for each core, all of them on the same port.

        Workers that share a socket share a queue, out of which the one that is awake
        takes all that are there, and leaves the other cores idle.
        """
        count = max(2, min(os.cpu_count() or 1, MOST_WORKERS))
        return [self._web(f"web-{number}") for number in range(1, count + 1)]

    def _web(self, name: str) -> Program:
        return self._program(
            name,
            *(sys.executable, "-m", "governance.stack.web"),
            *("--host", ADDRESS, "--port", str(self.port)),
        )

    def worker(self) -> Program:
        return self._celery(
            "worker",
            *("--concurrency", "2", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
        )

    def soon(self) -> Program:
        """Return the worker of what must not wait behind a long job."""
        return self._celery(
            "worker",
            *("--queues", "soon", "--pool", "threads", "--concurrency", "3"),
            *("--hostname", "soon@%h", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
            name="soon",
        )

    def beat(self) -> Program:
        schedule = self.var_dir / "beat-schedule"
        return self._celery("beat", "--schedule", str(schedule), "--pidfile=")

    def is_answering(self) -> bool:
        """Say whether the web server and its database answer."""
        connection = http.client.HTTPConnection(ADDRESS, self.port, PROBE_TIMEOUT)
        try:
            connection.request("GET", "/readyz")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return status == http.client.OK

    def nobody_can_sign_in(self) -> bool:
        """Say whether no account has a password yet ("!" marks one without)."""
        query = (
            "SELECT NOT EXISTS (SELECT 1 FROM registry_user "
            "WHERE is_active AND password <> '' AND password NOT LIKE '!%')"
        )
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            row = connection.execute(query).fetchone()
        return row is not None and bool(row[0])

    def check_port(self) -> None:
        """Refuse a port that somebody else listens on."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, self.port))
            except OSError as error:
                raise StackError(
                    f"Port {self.port} of {ADDRESS} cannot be used: {error.strerror}. "
                    f"Choose another, for example: make run PORT={self.port + 1}"
                ) from error

    def _celery(self, command: str, *options: str, name: str = "") -> Program:
        application = ("celery", "-A", "governance.celery", command)
        return self._program(
            name or command, sys.executable, "-m", *application, *options
        )

    def _program(self, name: str, *arguments: str) -> Program:
        environment = {
            key: value for key, value in self.environment.items() if key not in OTHERS
        }
        return Program(name, arguments, ROOT, environment)

    def _as_owner(self, program: Program) -> Program:
        return replace(program, environment=self.environment)

"""Throw-away servers for tests and benchmarks, each in a folder of its own."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from governance.stack.configuration import Configuration
from governance.stack.errors import StackError
from governance.stack.postgres import Cluster
from governance.stack.postgres_roles import ensure_database, ensure_roles
from governance.stack.process import spawn
from governance.stack.signer import SignerProcess


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL with the product's roles and no database yet."""

    cluster: Cluster

    def owner_url(self, database: str) -> str:
        return self.cluster.owner.url(database)

    def app_url(self, database: str) -> str:
        return self.cluster.app.url(database)

    def signer_url(self, database: str) -> str:
        return self.cluster.signer.url(database)

    def superuser_url(self, database: str = "postgres") -> str:
        return self.cluster.bootstrap.url(database)

    def create_database(self, name: str, template: str | None = None) -> None:
        ensure_database(self.cluster.bootstrap, name, template)


@contextmanager
def embedded_postgres(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """Run PostgreSQL below `folder`; its owner role may create databases.

    Not durable means that a crash of the machine may lose data: fit for tests.
    """
    cluster = Cluster.prepare(folder, durable=durable)
    cluster.clear_stale_lock()
    with (folder / "postgres.log").open("ab") as log:
        process = spawn(cluster.program(), output=log)
    try:
        cluster.wait_until_ready(process.poll)
        ensure_roles(cluster.bootstrap, cluster.working.values(), tests=True)
        yield Server(cluster)
    finally:
        _end(process, cluster)


@contextmanager
def signer(folder: Path, database_url: str, **environment: str) -> Iterator[Path]:
    """Run a signer with keys of its own below `folder`; yields its socket.

    It reads with the login of `database_url`, unless SIGNER_DATABASE_URL is given.
    """
    configuration = {**environment, "VAR_DIR": str(folder)}
    found = SignerProcess.prepare(Configuration.from_environment(configuration))
    program = found.program({"DATABASE_URL": database_url, **environment})
    with (folder / "signer.log").open("ab") as log:
        process = spawn(program, output=log)
    try:
        while not found.is_ready():
            if process.poll() is not None:
                raise StackError((folder / "signer.log").read_text())
            time.sleep(0.02)
        yield found.socket
    finally:
        process.terminate()
        process.wait(timeout=30)
        found.remove_sockets()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end(process: subprocess.Popen[bytes], cluster: Cluster) -> None:
    process.send_signal(cluster.program().stop_signal)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise StackError(f"PostgreSQL in {cluster.folder} did not end.") from error
    finally:
        cluster.remove_sockets()

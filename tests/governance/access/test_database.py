"""The role of the database: what refuses to start, and what the application may do."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

from governance.access.database import UnsafeDatabaseRole, grant, refuse_unsafe_role
from governance.settings import env
from governance.stack.testing import Server

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = "probatum_template"


def connected(url: str, monkeypatch: pytest.MonkeyPatch) -> DatabaseWrapper:
    """A connection of its own to the address."""
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        found = env.database("DATABASE_URL")
    return DatabaseWrapper({**connection.settings_dict, **found}, "default")


def refused(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Connect by the address as the product would; what it says, or nothing."""
    other = connected(url, monkeypatch)
    try:
        refuse_unsafe_role(other)
    except UnsafeDatabaseRole as why:
        return str(why)
    finally:
        other.close()
    return ""


def test_the_application_s_own_role_is_accepted(db: None) -> None:
    refuse_unsafe_role(connection)


def test_superuser_and_owner_are_refused_with_the_sql_that_mends_it(
    postgres: Server, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refused(postgres.superuser_url(own_database), monkeypatch)
    assert "is a superuser" in said
    assert "ALTER ROLE probatum_bootstrap NOSUPERUSER;" in said
    said = refused(postgres.owner_url(own_database), monkeypatch)
    assert "owns the audit table" in said
    assert "CREATE ROLE probatum_app LOGIN" in said
    assert "manage.py prepare" in said


@pytest.mark.parametrize(
    ("spoil", "reason", "mend"),
    [
        ("GRANT probatum_owner TO probatum_app", "owns the audit table", "REASSIGN"),
        ("ALTER ROLE probatum_app CREATEROLE", "may make roles", "NOCREATEROLE"),
        ("GRANT UPDATE ON audits_entry TO probatum_app", "may change rows", "REVOKE"),
        ("GRANT TRUNCATE ON audits_trail TO PUBLIC", "may change rows", "PUBLIC"),
    ],
)
def test_a_role_that_was_given_more_is_refused(
    postgres: Server,
    own_database: str,
    monkeypatch: pytest.MonkeyPatch,
    spoil: str,
    reason: str,
    mend: str,
) -> None:
    undo = {
        "GRANT probatum_owner": "REVOKE probatum_owner FROM probatum_app",
        "ALTER ROLE": "ALTER ROLE probatum_app NOCREATEROLE",
    }
    address = postgres.superuser_url(own_database)
    with psycopg.connect(address, autocommit=True) as root:
        root.execute(spoil)
        try:
            said = refused(postgres.app_url(own_database), monkeypatch)
        finally:
            for begin, statement in undo.items():
                if spoil.startswith(begin):
                    root.execute(statement)
    assert reason in said
    assert mend in said


@pytest.mark.parametrize("module", ["governance.wsgi"])
def test_the_product_does_not_start_as_owner(postgres: Server, module: str) -> None:
    def start(url: str) -> subprocess.CompletedProcess[str]:
        settings = "governance.settings.test"
        return subprocess.run(
            [sys.executable, "-c", f"import {module}"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )

    assert start(postgres.app_url(TEMPLATE)).returncode == 0
    ended = start(postgres.owner_url(TEMPLATE))
    assert ended.returncode == 78
    assert "CREATE ROLE probatum_app" in ended.stderr


def test_the_application_reads_the_console_s_views_and_writes_nothing_there(
    postgres: Server, own_database: str
) -> None:
    with psycopg.connect(postgres.app_url(own_database), autocommit=True) as app:
        for view in ("audits_entry_view", "audits_trail_view"):
            app.execute(sql.SQL("TABLE {}").format(sql.Identifier(view)))
            rights = "INSERT, UPDATE, DELETE, TRUNCATE"
            held = app.execute(
                "SELECT has_table_privilege(current_user, %s, %s)", [view, rights]
            ).fetchone()
            assert held == (False,)


def test_granting_again_takes_back_what_is_too_much(
    postgres: Server, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(postgres.owner_url(own_database), autocommit=True) as owner:
        owner.execute("GRANT DELETE ON audits_entry TO probatum_app")
    assert refused(postgres.app_url(own_database), monkeypatch)
    other = connected(postgres.owner_url(own_database), monkeypatch)
    grant(other, "probatum_app")
    other.close()
    assert refused(postgres.app_url(own_database), monkeypatch) == ""

"""The roles and the database of an embedded PostgreSQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from governance.stack.folders import kept_secret

BOOTSTRAP_ROLE = "probatum_bootstrap"
OWNER_ROLE = "probatum_owner"
APP_ROLE = "probatum_app"
SIGNER_ROLE = "probatum_signer"
DATABASE = "probatum"


@dataclass(frozen=True)
class Login:
    """How one role reaches the server: over its Unix socket, with a password."""

    role: str
    password: str
    socket_folder: Path

    def url(self, database: str) -> str:
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{self.role}:{self.password}@/{database}?host={host}"


def login(role: str, *, secret_folder: Path, socket_folder: Path) -> Login:
    """Return the login of a role; its password is made on first use."""
    name = "postgres-" + role.removeprefix("probatum_")
    return Login(role, kept_secret(secret_folder, name), socket_folder)


def ensure_roles(bootstrap: Login, working: Iterable[Login], *, tests: bool) -> None:
    """Create the working roles, or set their rights and passwords anew.

    `tests` lets the owner create databases, which nothing else may.
    """
    with psycopg.connect(bootstrap.url("postgres"), autocommit=True) as connection:
        for account in working:
            may_create = tests and account.role == OWNER_ROLE
            _ensure_role(connection, account, may_create=may_create)


def ensure_database(bootstrap: Login, name: str, template: str | None = None) -> None:
    """Create a database of the owner's that only the working roles can enter.

    One that is there already lets in those that it does not know yet.
    """
    parts = {
        "name": sql.Identifier(name),
        "template": sql.Identifier(template or "template0"),
        "owner": sql.Identifier(OWNER_ROLE),
        "app": sql.Identifier(APP_ROLE),
        "signer": sql.Identifier(SIGNER_ROLE),
    }
    statements: list[LiteralString] = [
        "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO {app}, {signer}",
    ]
    with psycopg.connect(bootstrap.url("postgres"), autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        is_there = connection.execute(query, [name]).fetchone() is not None
        for statement in statements[int(is_there) :]:
            connection.execute(sql.SQL(statement).format(**parts))


def _ensure_role(
    connection: psycopg.Connection, account: Login, *, may_create: bool
) -> None:
    role = sql.Identifier(account.role)
    query = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    if not connection.execute(query, [account.role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    connection.execute(
        sql.SQL(
            "ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION "
            "NOBYPASSRLS {create} PASSWORD {password}"
        ).format(
            role=role,
            create=sql.SQL("CREATEDB" if may_create else "NOCREATEDB"),
            password=sql.Literal(account.password),
        )
    )

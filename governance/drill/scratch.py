"""A scratch database with roles of its own, made on a server and dropped again.

The drill attacks this database alone. Its name and its roles are random, so that no
statement of the drill names anything that was there before.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from django.db import connection
from django.test import override_settings
from psycopg import sql

from governance.settings import env

DROP_DATABASE: LiteralString = "DROP DATABASE IF EXISTS {name} WITH (FORCE)"


class DrillRefused(Exception):
    """The drill cannot be held with this login. Nothing was changed."""


@dataclass
class Scratch:
    """Databases of one drill, by the role that enters them."""

    server: str
    superuser: psycopg.Connection
    name: str = field(default_factory=lambda: f"drill_{secrets.token_hex(6)}")
    password: str = field(default_factory=lambda: secrets.token_hex(24))
    databases: set[str] = field(default_factory=set)
    keys: Path = field(default_factory=lambda: Path(tempfile.mkdtemp()))
    """Keys and state of the drill's own signer: no database brings them back."""

    @property
    def owner(self) -> str:
        return f"{self.name}_owner"

    @property
    def app(self) -> str:
        return f"{self.name}_app"

    @property
    def signer(self) -> str:
        return f"{self.name}_signer"

    @property
    def roles(self) -> tuple[str, ...]:
        return self.owner, self.app, self.signer

    def database(self, label: str) -> str:
        return f"{self.name}_{label}"

    def url(self, label: str, role: str | None = None) -> str:
        """The address of a database of ours: for one of our roles, or the superuser."""
        parts = urlsplit(self.server)
        user, _, host = parts.netloc.rpartition("@")
        if role is not None:
            user = f"{quote(role)}:{self.password}"
        changed = parts._replace(
            netloc=f"{user}@{host}", path=f"/{self.database(label)}"
        )
        return changed.geturl()

    def make(self, label: str, like: str | None = None) -> None:
        """Make a database, empty or as another one of ours is; an older one goes."""
        name = self.database(label)
        connection.close()
        self.databases.add(name)
        self._run(DROP_DATABASE, name=name)
        template = self.database(like) if like else "template0"
        create = "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}"
        self._run(create, name=name, owner=self.owner, template=template)
        self._run("REVOKE ALL ON DATABASE {name} FROM PUBLIC", name=name)
        let_in = "GRANT CONNECT ON DATABASE {name} TO {app}, {signer}"
        self._run(let_in, name=name, app=self.app, signer=self.signer)

    def another_signer(self) -> Path:
        """A folder of its own for one attack: what the signer knew before them all."""
        folder = Path(tempfile.mkdtemp(dir=self.keys))
        for path in self.keys.iterdir():
            if path.is_file():
                shutil.copy2(path, folder)
        return folder

    def make_roles(self) -> None:
        rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        for role in self.roles:
            self._run(f"CREATE ROLE {{role}} {rights}", role=role)
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(self.password)
            )
            self.superuser.execute(statement)

    def drop(self) -> None:
        """Drop everything that was made here, and nothing else."""
        connection.close()
        for name in self.databases:
            self._run(DROP_DATABASE, name=name)
        shutil.rmtree(self.keys)
        for role in self.roles:
            self._run("DROP ROLE IF EXISTS {role}", role=role)

    def _run(self, statement: LiteralString, **names: str) -> None:
        found = {key: sql.Identifier(name) for key, name in names.items()}
        self.superuser.execute(sql.SQL(statement).format(**found))


@contextmanager
def scratch(server: str) -> Iterator[Scratch]:
    """Our roles on a server, and what is made with them, until the block ends.

    Raises DrillRefused unless the address is a superuser's.
    """
    try:
        superuser = psycopg.connect(server, autocommit=True)
    except psycopg.OperationalError as error:
        raise DrillRefused(f"The server cannot be reached: {error}") from error
    with superuser:
        if superuser.execute("SHOW is_superuser").fetchone() != ("on",):
            raise DrillRefused(
                "The drill needs a superuser's login: it attacks as one, in a database "
                "that it makes and drops. Nothing was changed."
            )
        made = Scratch(server, superuser)
        try:
            made.make_roles()
            yield made
        finally:
            made.drop()


@contextmanager
def pointed_at(made: Scratch, label: str) -> Iterator[None]:
    """Make the product work on a database of the drill, as another installation."""
    before = dict(connection.settings_dict)
    try:
        connection.close()
        connection.settings_dict.update(env.database_at(made.url(label, made.app)))
        # SECURITY: the installation's own signer never hears of the drill.
        with override_settings(
            SIGNER_SOCKET="", SIGNER_DIR=made.keys, LOG_HOST="drill.invalid"
        ):
            yield
    finally:
        connection.close()
        connection.settings_dict.update(before)

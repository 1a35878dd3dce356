"""The tests' world: a throw-away PostgreSQL, migrated once as its owner.

Tests connect as the application's own role, as the product does. An ordinary
test runs in a transaction that is rolled back; one that must commit asks for
``own_database``, a copy of the template, because evidence cannot be flushed.
"""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

from governance.settings import env
from governance.stack.testing import Server, embedded_postgres

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "probatum_template"
pytest_plugins = ["tests.factories", "tests.scheduling"]


@pytest.fixture(scope="session", autouse=True)
def _signer(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys and state for what is signed in the tests' own process and in children."""
    folder = tmp_path_factory.mktemp("signer")
    folder.chmod(0o700)
    settings.SIGNER_DIR = folder
    os.environ["SIGNER_DIR"] = str(folder)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stack")
    with embedded_postgres(folder, durable=False) as server:
        server.create_database(TEMPLATE)
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            check=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "governance.settings.test",
                "DATABASE_URL": server.app_url(TEMPLATE),
                "DATABASE_OWNER_URL": server.owner_url(TEMPLATE),
                "SIGNER_DATABASE_URL": server.signer_url(TEMPLATE),
            },
        )
        yield server


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a missing folder, and a warning fails a test."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def point_at(url: str) -> None:
    """Connect to another database from here on."""
    os.environ["DATABASE_URL"] = url
    connection = connections["default"]
    connection.close()
    found = env.database("DATABASE_URL")
    connection.settings_dict.update(found)
    settings.DATABASES["default"].update(found)


@pytest.fixture(scope="session")
def django_db_setup(postgres: Server, django_db_blocker: object) -> Iterator[None]:
    postgres.create_database("probatum_tests", TEMPLATE)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(postgres.app_url("probatum_tests"))
        yield
        connections.close_all()


_numbers = itertools.count()


@pytest.fixture
def own_database(
    postgres: Server, django_db_setup: None, django_db_blocker: object
) -> Iterator[str]:
    """A database of this test alone, in which it may commit. Yields its name."""
    before = os.environ["DATABASE_URL"]
    name = f"own_{next(_numbers)}"
    postgres.create_database(name, TEMPLATE)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(postgres.app_url(name))
        yield name
        point_at(before)


@pytest.fixture
def owner_url(postgres: Server) -> str:
    """The owner's login to the database that the test is connected to."""
    return postgres.owner_url(urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/"))


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"  # type: ignore[attr-defined]

"""The tests' databases: a throw-away PostgreSQL, migrated once as its owner.

Tests connect as the application's own role, as the product does. An ordinary
test runs in a transaction that is rolled back; one that must commit asks for
``own_database``, a copy of the template, because evidence cannot be flushed. The world
of factories.py is committed once, to a database of the tests that ask for it.
"""

import fcntl
import itertools
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from governance.settings import env
from governance.stack.testing import Server, embedded_postgres
from tests.factories import KeptWorld, a_world

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "probatum_template"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this worker alone, on a copy of the cluster with the template."""
    folder = tmp_path_factory.mktemp("stack")
    subprocess.run(["cp", "-a", f"{_prepared(tmp_path_factory)}/.", folder], check=True)
    with embedded_postgres(folder, durable=False) as server:
        yield server


def _prepared(temporary: pytest.TempPathFactory) -> Path:
    """A cluster with the template, stopped. The first worker that asks makes it."""
    common = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    folder, done = common / "prepared", common / "prepared.done"
    with (common / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            with embedded_postgres(folder, durable=False) as server:
                server.create_database(TEMPLATE)
                _prepare(server)
            done.touch()
    return folder


def _prepare(server: Server) -> None:
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


def point_at(url: str) -> None:
    """Connect to another database from here on."""
    os.environ["DATABASE_URL"] = url
    connection = connections["default"]
    connection.close()
    found = env.database("DATABASE_URL")
    connection.settings_dict.update(found)
    settings.DATABASES["default"].update(found)


# The databases of the tests that are rolled back: an empty one, and one with the world
# in it. Which of them a test gets has to stand before its first fixture begins.
_urls: dict[bool, str] = {}
_in_the_world = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[_in_the_world] = "world" in getattr(item, "fixturenames", ())
    _turn(item.config)


def _turn(config: pytest.Config) -> None:
    """Connect to the database of the test that is about to run."""
    url = _urls.get(config.stash[_in_the_world])
    if url and url != os.environ["DATABASE_URL"]:
        point_at(url)


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: Server, django_db_blocker: object, request: pytest.FixtureRequest
) -> Iterator[None]:
    postgres.create_database("probatum_tests", TEMPLATE)
    _urls[False] = postgres.app_url("probatum_tests")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(_urls[False])
        _turn(request.config)
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def kept_world(
    postgres: Server,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> KeptWorld:
    """The world, made and committed once, with what the signer knows of its logs."""
    folder = tmp_path_factory.mktemp("signer-of-the-world")
    postgres.create_database("probatum_world", TEMPLATE)
    _urls[True] = postgres.app_url("probatum_world")
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(SIGNER_DIR=folder),
    ):
        point_at(_urls[True])
        found = KeptWorld(pickle.dumps(a_world()), folder)
        _turn(request.config)
    return found


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

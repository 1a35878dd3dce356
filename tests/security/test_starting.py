"""Web, worker and beat: each starts with the application's role and with no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audits.payloads.selectors import keys_of
from governance.stack.testing import Server
from tests.factories import an_organisation

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = {
    "web": ["-c", "import governance.wsgi"],
    "worker": ["-m", "celery", "-A", "governance.celery", "worker", "--pool", "solo"],
    "beat": ["-m", "celery", "-A", "governance.celery", "beat", "--pidfile="],
}


@pytest.mark.parametrize("name", PROCESSES)
def test_no_process_of_the_product_starts_as_owner(
    postgres: Server, tmp_path: Path, name: str
) -> None:
    schedule = ["--schedule", str(tmp_path / "beat")] if name == "beat" else []
    ended = subprocess.run(
        [sys.executable, *PROCESSES[name], *schedule],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "governance.settings.test",
            "DATABASE_URL": postgres.owner_url("probatum_template"),
            "BROKER_URL": "memory://",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "CREATE ROLE probatum_app" in ended.stderr
    assert ended.returncode == 78


@pytest.mark.parametrize(
    "module",
    ["governance.api", "governance.parsers", "governance.urls", "rest_framework.views"],
)
def test_whatever_is_imported_first_the_settings_of_the_api_can_be_read(
    postgres: Server, module: str
) -> None:
    code = (
        f"import django; django.setup(); import {module}, governance.urls;"
        "from rest_framework.settings import api_settings as s;"
        "print(s.DEFAULT_PARSER_CLASSES, s.DEFAULT_PAGINATION_CLASS)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "governance.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "BoundedJSON" in ended.stdout


def test_preparing_says_at_once_that_the_application_must_not_own_its_tables(
    postgres: Server, own_database: str
) -> None:
    """One reason and the SQL that mends it, before any process is started."""
    owner = postgres.owner_url(own_database)
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": owner, "DATABASE_OWNER_URL": owner},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "probatum_owner" in done.stderr
    assert "CREATE ROLE" in done.stderr


def test_the_web_does_not_start_with_a_key_that_opens_no_payload(
    own_database: str, tmp_path: Path
) -> None:
    keys_of(an_organisation().log)
    names = ("SECRET_KEY", "IDEMPOTENCY_SECRET", "PAYLOAD_KEK")
    secrets = dict.fromkeys(names, "not the key that wrapped them 0123456789")
    ended = subprocess.run(
        [sys.executable, *PROCESSES["web"]],
        cwd=ROOT,
        env={
            **os.environ,
            **secrets,
            "DJANGO_SETTINGS_MODULE": "governance.settings.local",
            "VAR_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "PAYLOAD_KEK" in ended.stderr
    assert ended.returncode == 78

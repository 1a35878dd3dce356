"""What every test stands on: keys to sign with, folders of its own."""

import os
from pathlib import Path

import pytest
from django.conf import settings

pytest_plugins = ["tests.factories", "tests.databases", "tests.scheduling"]


@pytest.fixture(scope="session", autouse=True)
def _signer(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys and state for what is signed in the tests' own process and in children."""
    folder = tmp_path_factory.mktemp("signer")
    folder.chmod(0o700)
    settings.SIGNER_DIR = folder
    os.environ["SIGNER_DIR"] = str(folder)


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a missing folder, and a warning fails a test."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = tmp_path / "documents"  # type: ignore[attr-defined]

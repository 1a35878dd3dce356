"""What the tests of the log's command line share."""

from pathlib import Path

import pytest

from audits.tlog.zipapp_build import build_verifier
from tests.audits.tlog.evidence import write_log


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier as one file."""
    path = tmp_path_factory.mktemp("verifier") / "verifier.pyz"
    build_verifier(path)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A whole log of 600 entries in a folder, to be broken."""
    return write_log(tmp_path / "log")

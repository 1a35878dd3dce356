"""What the tests of the log's command line and of its page share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audits.tlog.zipapp_build import build_verifier
from tests.audits.tlog import evidence
from tests.audits.tlog.browser import Opened, browsing, opened
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def tab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened(browser, tmp_path_factory.mktemp("page"))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "event.json"
    file.write_bytes(evidence.event_bundle(7, "input", "output").to_bytes())
    return file

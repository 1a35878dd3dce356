"""One installation for all faults: it has to outlive them one after another."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installation
from tests.faults.steps import PLACES

HERE = Path(__file__).parent


def pytest_itemcollected(item: pytest.Item) -> None:
    if HERE in item.path.parents:
        item.add_marker("journey")


@pytest.fixture(scope="session")
def outlives() -> Iterator[Installation]:
    # Directly below /tmp: what is long cannot be a socket's path.
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    try:
        with installation(folder, PLACES) as found:
            yield found
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def hurt(outlives: Installation) -> Iterator[Installation]:
    """It runs under the supervisor, on a disk of its own, and is never started anew."""
    yield outlives
    assert outlives.supervisor.poll() is None, outlives.said()

"""The documented bank of worlds.py, in the test's own transaction."""

import pytest

from tests.governance.dossiers.worlds import Bank, a_bank


@pytest.fixture
def bank(db: None) -> Bank:
    return a_bank()

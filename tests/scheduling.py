"""How tests are shared out between processes: the journeys go to one of them.

They share one running product. pytest-xdist has `--dist loadgroup` for that, but it
groups by changing the ids of tests, which pytest 9.2 no longer allows, and then it
shares them out one by one without a word (pytest-xdist issue 1386).
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"


class JourneysTogether(LoadScopeScheduling):
    """Every test on its own, but for the journeys."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    return JourneysTogether(config, log)

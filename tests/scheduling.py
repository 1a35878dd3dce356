"""How tests are shared out between processes: journeys and faults each go to one.

Each of the two shares one running product. pytest-xdist has `--dist loadgroup` for
that, but it groups by changing the ids of tests, which pytest 9.2 no longer allows, and
then it shares them out one by one without a word (pytest-xdist issue 1386).
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/journeys/", "tests/faults/")


class ProductsTogether(LoadScopeScheduling):
    """Every test on its own, but for those that share a product."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (folder for folder in TOGETHER if nodeid.startswith(folder))
        return next(shared, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    return ProductsTogether(config, log)

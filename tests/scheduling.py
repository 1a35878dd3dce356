"""How tests are shared out between processes: file by file, what takes long first.

The tests of a file share what it makes for them all, those of the journeys and of the
faults one running product each, and those of the dossiers one dossier. pytest-xdist has
`--dist loadgroup` for that, but it groups by changing the ids of tests, which pytest
9.2 no longer allows, and then it shares them out one by one without a word
(pytest-xdist issue 1386).
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = ("tests/journeys/", "tests/faults/", "tests/governance/dossiers/")
# Begun last, one of them would be waited for by all other processes.
FIRST = (
    *TOGETHER,
    "tests/governance/drill/test_drill.py",
    "tests/architecture/test_access_table.py",
    "clients/python/tests/test_real_server.py",
    "tests/architecture/test_query_budgets.py",
    "tests/security/test_starting.py",
)


class FileByFile(LoadScopeScheduling):
    """Files with many tests before those with few, but for what takes long."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (folder for folder in TOGETHER if nodeid.startswith(folder))
        return next(shared, nodeid.partition("::")[0])

    def _assign_work_unit(self, node: WorkerController) -> None:
        waiting = (scope for scope in FIRST if scope in self.workqueue)
        if longest := next(waiting, None):
            self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    return FileByFile(config, log)

"""What the product's processes hold in memory, shared pages divided among them."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.stage import Stage


def memory(stage: Stage) -> dict[str, float]:
    """Megabytes of the web servers and of PostgreSQL, each with all its children."""
    postmaster = stage.server.cluster.folder / "postgres" / "postmaster.pid"
    roots = {
        "web": [process.pid for process in stage.webs],
        "postgres": [int(postmaster.read_text().split()[0])],
    }
    return {
        name: sum(_share(pid) for root in pids for pid in _tree(root)) / 1024
        for name, pids in roots.items()
    }


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def _share(pid: int) -> int:
    """Kilobytes: its own pages, and its part of those that it shares (Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"/proc/{pid}/smaps_rollup has no Pss")

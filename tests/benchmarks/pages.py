"""Pages of a system with a million events; the limit is 150 ms in the server."""

import time
from http.client import HTTPConnection
from statistics import median

from tests.benchmarks.load import batches, timed
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage, signed_in_cookie

EVENTS = 1_000_000
LIMIT_MS = 150.0
TRIES = 15


def pages_at_a_million(stage: Stage) -> list[Row]:
    """Wall time per page on loopback, which is more than the server's own."""
    _fill(stage)
    cookie = signed_in_cookie(stage)
    base = f"/systems/{stage.system}"
    pages = {
        "home": "/",
        "systems": "/systems/",
        "overview": f"{base}/",
        "predictions": f"{base}/predictions/",
        "predictions_deep": f"{base}/predictions/?before=500000",
        "predictions_version": f"{base}/predictions/?version=credit-1",
        "oversight": f"{base}/oversight/",
        "queue": "/oversight/",
        "trail": f"{base}/trail/",
        "dossiers": f"{base}/dossiers/",
    }
    rows = []
    for name, path in pages.items():
        found = _time(stage.port, path, cookie)
        rows.append(
            Row(f"page_{name}", found, "ms", LIMIT_MS, found / LIMIT_MS,
                "median of 15, 1,000,000 events in the log / limit")
        )  # fmt: skip
    return rows


def _fill(stage: Stage) -> None:
    for _ in range(EVENTS // 50_000):
        bodies = batches(50, 1000)
        lanes = [(stage.keys[-1], bodies[n::2]) for n in range(2)]
        timed(stage.port, "/api/v1/events", lanes, 2)
    stage.manage("shell", "-v0", "-c", (
        "from audits.metrics.build import roll_up_log, BATCH\n"
        "from audits.log.models import Log\n"
        "for log in Log.objects.all():\n"
        "    while roll_up_log(log) == BATCH: pass\n"
    ))  # fmt: skip


def _time(port: int, path: str, cookie: str) -> float:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for attempt in range(TRIES + 2):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        if attempt >= 2:  # two to warm up
            taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)

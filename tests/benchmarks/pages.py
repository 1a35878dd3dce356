"""Pages of a system with millions of events; the limit is 150 ms in the server."""

import time
from http.client import HTTPConnection
from statistics import median

from tests.benchmarks.load import EVENTS, batches, timed
from tests.benchmarks.memory import memory
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage, signed_in_cookie

MILLION = 1_000_000
SOME = 100_000  # events whose rate is measured: the first and the last of ten million
LIMIT_MS = 150.0
TRIES = 15


def pages_at_a_million(stage: Stage) -> list[Row]:
    """Wall time per page on loopback, which is more than the server's own."""
    _fill(stage, MILLION)
    _roll_up(stage)
    return _pages(stage, "", "1,000,000")


def one_million(stage: Stage) -> list[Row]:
    """What an event and a page cost at a million, and what memory grew; minutes."""
    return _long(stage, MILLION, "1m", "one million")


def ten_million(stage: Stage) -> list[Row]:
    """The same with ten million of them; about half an hour."""
    return _long(stage, 10 * MILLION, "10m", "ten million")


def _long(stage: Stage, events: int, suffix: str, words: str) -> list[Row]:
    _fill(stage, SOME)  # the servers are warm and the tables no longer empty
    first = SOME / _fill(stage, SOME)
    before = memory(stage)
    _fill(stage, events - 3 * SOME)
    last = SOME / _fill(stage, SOME)
    after = memory(stage)
    _roll_up(stage)
    rows = [
        Row(f"ingest_at_{suffix}", last, "events/s", first, last / first,
            f"batches of 1,000, the last 100,000 of {words} / the second 100,000"),
        Row(f"ingest_cost_at_{suffix}", 1e6 / last, "us", 1e6 / first, first / last,
            "what one of them costs / what one of the second 100,000 did"),
        *(
            Row(f"memory_{name}_{suffix}", after[name], "MB", before[name],
                after[name] / before[name], f"{name}, after {words} / after 200,000")
            for name in before
        ),
    ]  # fmt: skip
    return [*rows, *_pages(stage, f"_{suffix}", f"{events:,}")]


def _pages(stage: Stage, suffix: str, events: str) -> list[Row]:
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
            Row(f"page_{name}{suffix}", found, "ms", LIMIT_MS, found / LIMIT_MS,
                f"median of 15, {events} events in the log / limit")
        )  # fmt: skip
    return rows


def _fill(stage: Stage, events: int) -> float:
    """Post so many events in batches of 1,000; returns the seconds it took."""
    seconds = 0.0
    for _ in range(events // 50_000):
        bodies = batches(50, 1000)
        lanes = [(stage.keys[-1], bodies[n::2]) for n in range(2)]
        seconds += timed(stage.port, EVENTS, lanes, 2, 4)
    return seconds


def _roll_up(stage: Stage) -> None:
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

"""What recording costs the service that predicts, and what an outage loses."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from probatum_client import Client, Prediction, Recorder
from probatum_client.notes import read_checkpoint

from governance.stack.testing import free_port
from tests.benchmarks.load import event
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage

LIMIT_US = 100.0
RATE, SECONDS = 500, 10  # predictions per second, as in the promise
WAITING = 60_000  # two minutes of it, recorded as fast as it goes


def client_record(stage: Stage) -> list[Row]:
    """Recording at 500/s with a server and without; then what waited is sent."""
    key, vkey = stage.keys[7], stage.vkeys[7]
    folder, nowhere = stage.folder / "spool", f"http://127.0.0.1:{free_port()}"
    before = entries(stage, key, vkey)
    # Without heartbeats, which are entries too and would hide a lost event.
    with Recorder(stage.url, key, folder / "up", vkey=vkey, heartbeat=None) as log:
        up = _pace(log)
    with Recorder(nowhere, key, folder / "down", heartbeat=None) as log:
        down = _pace(log)
        for _ in range(WAITING):
            log.record(_prediction())
        log.close(timeout=1)
    sent = _send(stage, key, vkey, folder / "down")
    recorded = 2 * RATE * SECONDS + WAITING
    lost = recorded - (entries(stage, key, vkey) - before)
    return [
        _row("client_record", median(up), "median of record() at 500/s / limit"),
        _row("client_record_p99", _p99(up), "99th percentile of it / median's limit"),
        _row("client_record_down", median(down), "median of record(), server down"),
        Row("client_lost", lost, "events", recorded, lost / recorded,
            "of those recorded, most of them while the server was down"),
        Row("client_drain", sent, "events/s", RATE, sent / RATE,
            "sending what waited, receipts checked and kept / 500 per second"),
    ]  # fmt: skip


def _row(name: str, found: float, what: str) -> Row:
    return Row(name, found, "us", LIMIT_US, found / LIMIT_US, what)


def _prediction() -> Prediction:
    fields = json.loads(event(datetime.now(UTC).isoformat()))
    for name in ("id", "type", "occurred_at"):
        fields.pop(name)
    return Prediction(**fields)


def _pace(log: Recorder) -> list[float]:
    """Microseconds of each of the records, made at the promised rate."""
    taken = []
    begun = time.perf_counter()
    for number in range(RATE * SECONDS):
        wait = begun + number / RATE - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        made = _prediction()
        at = time.perf_counter()
        log.record(made)
        taken.append((time.perf_counter() - at) * 1e6)
    return taken


def _send(stage: Stage, key: str, vkey: str, folder: Path) -> float:
    begun = time.perf_counter()
    with Recorder(stage.url, key, folder, vkey=vkey, heartbeat=None) as log:
        log.close(timeout=600)
    return (WAITING + RATE * SECONDS) / (time.perf_counter() - begun)


def entries(stage: Stage, key: str, vkey: str) -> int:
    """The size of a log, as its signed checkpoint says it."""
    with Client(stage.url, key) as client:
        return read_checkpoint(client.checkpoint(vkey.partition("+")[0]))[1]


def _p99(taken: list[float]) -> float:
    return sorted(taken)[len(taken) * 99 // 100]

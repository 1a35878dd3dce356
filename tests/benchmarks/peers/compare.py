"""Our figures beside those of the peers, in one run, with the same events."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from governance.stack.testing import free_port
from tests.benchmarks.client import entries
from tests.benchmarks.ingest import CONNECTIONS, batch_rate, single_rate
from tests.benchmarks.load import EVENTS, batches, timed
from tests.benchmarks.peers.environments import NotInstalled, environment
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import ROOT, Stage

# module: (environment, the distribution whose version is named)
PEERS = {
    "pghistory": ("django", "django-pghistory"),
    "simple_history": ("django", "django-simple-history"),
    "auditlog": ("django", "django-auditlog"),
    "rest_framework": ("django", "djangorestframework"),
    "tracking": ("mlflow", "mlflow"),
    "chain": ("django", "psycopg"),
}
PATIENCE = 180.0  # seconds for one peer, its start included
WRITERS, EACH = 32, 100


# Nothing of the product's own environment, and no word to anybody outside.
PLAIN = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
}


class Failed(Exception):
    """A peer could not be measured; the text says why."""


def peers(stage: Stage) -> list[Row]:
    """Each peer between two measurements of ours, so that a slow minute meets both."""
    batch, single = [batch_rate(stage)], [_single(stage)]
    measured: dict[str, dict[str, Any] | str] = {}
    for module, (name, package) in PEERS.items():
        try:
            measured[module] = _measure(stage, module, environment(name), package)
        except NotInstalled as error:
            measured[module] = f"{package} did not install: {error}"
        except Failed as error:
            measured[module] = f"{package} was not measured: {error}"
        batch.append(batch_rate(stage))
        single.append(_single(stage))
    rows = []
    for module, found in measured.items():
        if isinstance(found, str):
            rows.append(Row(f"peer_{module}", 0, "", 0, 0, found))
        else:
            rows += _rows(module, found, median(batch), median(single))
    return [*rows, *_ours_by_32(stage)]


def _rows(module: str, found: dict[str, Any], batch: float, single: float) -> list[Row]:
    name = f"{found['name']} {found['version']}"
    one, ours = found["one_by_one"], "ours in batches of 1,000 over HTTP"
    rows = [
        Row(f"peer_{module}", batch, "events/s", one, batch / one,
            f"{ours} / {name}, one by one: {found['one_by_one_is']}"),
        Row(f"peer_{module}_single", single, "events/s", one, single / one,
            f"ours one by one over 32 connections / {name}, one by one"),
    ]  # fmt: skip
    if bulk := found.get("bulk"):
        rows.append(
            Row(f"peer_{module}_bulk", batch, "events/s", bulk, batch / bulk,
                f"{ours} / {name}: {found['bulk_is']}")
        )  # fmt: skip
    taken, lost = found["taken"], found["lost"]
    if lost:
        rows.append(
            Row(f"peer_{module}_lost", lost, "events", taken, lost / taken,
                f"{name}: lost without an error / handed over")
        )  # fmt: skip
    if found["forked"]:
        count, forks = found["forked"]
        rows.append(
            Row(f"peer_{module}_forked", forks, "rows", count, forks / count,
                f"{found['name']}, 32 writers at once: rows that fork it / rows")
        )  # fmt: skip
    return rows


def _single(stage: Stage) -> float:
    return single_rate(stage.port, EVENTS, stage.keys[:1] * CONNECTIONS)


def _ours_by_32(stage: Stage) -> list[Row]:
    """Single events by 32 writers at once into one log: what is lost, what forks."""
    key, vkey, sent = stage.keys[6], stage.vkeys[6], WRITERS * EACH
    before = entries(stage, key, vkey)
    timed(stage.port, EVENTS, [(key, batches(sent, 1))], 1, WRITERS)
    lost = sent - (entries(stage, key, vkey) - before)
    folder = stage.folder / "by-32-writers"
    stage.manage("exportlog", vkey.partition("+")[0], str(folder))
    faults = len(_fsck(folder, vkey)["faults"])
    return [
        Row("ours_lost", lost, "events", sent, lost / sent,
            "ours, 32 connections to one log: not in it / answered with 201"),
        Row("ours_forked", faults, "faults", sent, faults / sent,
            "faults that fsck names in its export / its events"),
    ]  # fmt: skip


def _fsck(folder: Path, vkey: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "audits.tlog", "fsck", folder, "--vkey", vkey, "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measure(stage: Stage, module: str, python: Path, package: str) -> dict[str, Any]:
    """Let a peer run in a session of its own, on a database of its own, and end it."""
    database, folder = f"peer_{module}", stage.folder / f"peer-{module}"
    stage.server.create_database(database)
    folder.mkdir()
    process = subprocess.Popen(
        [python, "-m", "tests.benchmarks.peers.process", module, package],
        cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={
            **PLAIN,
            "PEER_DATABASE_URL": stage.server.owner_url(database),
            "PEER_PORT": str(free_port()),
            "PEER_FOLDER": str(folder),
        },
    )  # fmt: skip
    try:
        said, told = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"it was not done within {PATIENCE:.0f} s") from error
    finally:
        with suppress(ProcessLookupError):  # its own server is of the same session
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise Failed((told.strip().splitlines() or ["it gave no reason"])[-1])
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found

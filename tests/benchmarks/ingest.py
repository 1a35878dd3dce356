"""Intake against PostgreSQL's own best, and single events against a bare view."""

import time
import uuid
from statistics import median

import psycopg

from governance.stack.testing import free_port
from tests.benchmarks.load import EVENTS, batches, event, timed
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import BARE, Stage, web

BATCHES, BATCH = 24, 1000
SINGLES = 100  # per connection and round
CONNECTIONS = 32
ROUNDS = 3
WIDTH = 4  # connections of each of the two posting processes


def ingest_batch_vs_copy(stage: Stage) -> list[Row]:
    """Batches of 1,000 over HTTP into one log, against a bare binary COPY."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(batch_rate(stage))
        bare.append(_copy(stage))
    value, baseline = median(ours), median(bare)
    return [
        Row("ingest_batch_vs_copy", value, "events/s", baseline, value / baseline,
            "batches of 1,000 over HTTP, one log, 8 connections / bare binary COPY")
    ]  # fmt: skip


def batch_rate(stage: Stage) -> float:
    """Events a second in batches of 1,000 into one log."""
    bodies = batches(BATCHES, BATCH)
    lanes = [(stage.keys[0], bodies[n::2]) for n in range(2)]
    return BATCHES * BATCH / timed(stage.port, EVENTS, lanes, 2, WIDTH)


def _copy(stage: Stage) -> float:
    body = event("2026-01-01T00:00:00Z")
    with psycopg.connect(
        stage.server.owner_url("bench"), autocommit=True
    ) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_copy")
        connection.execute("CREATE TABLE bare_copy (id uuid PRIMARY KEY, body bytea)")
        begun = time.perf_counter()
        for _ in range(BATCHES):
            with connection.transaction(), connection.cursor() as cursor:  # noqa: SIM117
                with cursor.copy("COPY bare_copy FROM STDIN BINARY") as copy:
                    copy.set_types(["uuid", "bytea"])
                    for _ in range(BATCH):
                        copy.write_row((uuid.uuid4(), body))
        return BATCHES * BATCH / (time.perf_counter() - begun)


def ingest_single(stage: Stage) -> list[Row]:
    """One event per request over 32 connections: to 8 logs, and to one."""
    port = free_port()
    environment = {
        **stage.environment,
        "BARE_DATABASE_URL": stage.server.owner_url("bench"),
    }
    with psycopg.connect(
        stage.server.owner_url("bench"), autocommit=True
    ) as connection:
        connection.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body bytea)")
    eight, one, bare = [], [], []
    with web(BARE, port, environment):
        for _ in range(ROUNDS):
            eight.append(
                single_rate(stage.port, EVENTS, stage.keys[:8] * (CONNECTIONS // 8))
            )
            one.append(single_rate(stage.port, EVENTS, stage.keys[:1] * CONNECTIONS))
            bare.append(single_rate(port, "/insert", [""] * CONNECTIONS))
    baseline = median(bare)
    return [
        Row("ingest_single_8_logs", median(eight), "events/s", baseline,
            median(eight) / baseline, "32 connections to 8 logs / bare view"),
        Row("ingest_single_1_log", median(one), "events/s", baseline,
            median(one) / baseline, "32 connections to one log / bare view"),
    ]  # fmt: skip


def single_rate(port: int, path: str, keys: list[str]) -> float:
    """Events a second, one in each request, over a connection for each key."""
    lanes = [(key, batches(SINGLES, 1)) for key in keys]
    return len(keys) * SINGLES / timed(port, path, lanes, 2)

"""Comparing and re-assessing 10,000 systems after a change of the law, by Celery."""

import json
import subprocess
import sys
import time

from governance.stack.broker import Broker
from governance.stack.process import spawn
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import ROOT, Stage

LIMIT_S = 60.0
SYSTEMS, EVERY = 10_000, 10  # the findings of one in so many move
WORKER = (
    "-m", "celery", "-A", "governance.celery", "worker", "--concurrency", "2",
    "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
)  # fmt: skip


def reassess(stage: Stage) -> list[Row]:
    """All systems have answers of their own; broker and worker are the product's."""
    broker = Broker.prepare(stage.folder)
    said = stage.folder / "reassess.log"
    environment = {**stage.environment, "BROKER_URL": broker.url}
    with said.open("ab") as log:
        server = spawn(broker.program(), output=log)
        while not broker.is_ready():
            time.sleep(0.05)
        worker = subprocess.Popen(
            [sys.executable, *WORKER], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.reassess_world",
                 str(SYSTEMS), str(EVERY)],
                cwd=ROOT, env=environment, check=True, text=True,
                stdout=subprocess.PIPE,
            )  # fmt: skip
        finally:
            for process in (worker, server):
                process.terminate()
            for process in (worker, server):
                process.wait(timeout=30)
            broker.remove_sockets()
    found = json.loads(done.stdout.splitlines()[-1])
    opened = f"{found['opened']:,.0f} re-assessments opened"
    return [
        Row("law_change_compared", found["compared"], "s", LIMIT_S,
            found["compared"] / LIMIT_S,
            f"what moves for {SYSTEMS:,} systems, each with its own answers / limit"),
        Row("law_change_reassessed", found["reassessed"], "s", LIMIT_S,
            found["reassessed"] / LIMIT_S,
            f"re-assess {SYSTEMS:,} systems, {opened} / limit"),
    ]  # fmt: skip

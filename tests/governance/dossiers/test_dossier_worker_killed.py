"""Real workers, a real broker: what kill -9 leaves, another worker finishes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from audits.trail.models import TrailEntry
from governance.dossiers.models import Dossier
from governance.stack.broker import Broker
from governance.stack.process import Program, spawn
from registry.documents.services import read_bytes
from tests.governance.dossiers.opened import page_texts
from tests.governance.dossiers.worlds import a_bank

ROOT = Path(__file__).resolve().parents[3]
CELERY = (sys.executable, "-m", "celery", "-A", "governance.celery")
# LIMIT: generous, because other work may share the machine; nothing waits this long.
SECONDS = 120.0


def eventually(condition: Callable[[], bool]) -> bool:
    """Ask until it is true; False when it was not within SECONDS."""
    ends = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


class Workshop:
    """Workers that share one broker, one database and one folder of documents."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.output = (folder / "workers.log").open("ab")
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "governance.settings.test",
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "BROKER_URL": broker.url,
            "VAR_DIR": str(folder),
            "SIGNER_DIR": os.environ["SIGNER_DIR"],
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        program = Program("worker", (*CELERY, *arguments), ROOT, self.environment)
        self.processes.append(spawn(program, output=self.output))
        return self.processes[-1]

    def worker(self) -> subprocess.Popen[bytes]:
        options = ("--concurrency", "1", "--without-gossip", "--without-mingle")
        return self.start("worker", *options)

    def call(self, task: str, *arguments: str) -> None:
        assert self.start("call", task, *arguments).wait(SECONDS) == 0

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children at once; each has a session of its own."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        self.output.close()


@pytest.fixture
def workshop(own_database: str, settings: object, tmp_path: Path) -> Iterator[Workshop]:
    settings.DOCUMENTS_DIR = tmp_path / "documents"  # type: ignore[attr-defined]
    broker = Broker.prepare(tmp_path)
    with (tmp_path / "broker.log").open("ab") as log:
        server = spawn(broker.program(), output=log)
    workshop = Workshop(tmp_path, broker)
    try:
        assert eventually(broker.is_ready)
        yield workshop
    finally:
        workshop.close()
        server.terminate()
        server.wait(30)
        broker.remove_sockets()


def test_a_worker_killed_half_way_is_followed_by_another(workshop: Workshop) -> None:
    asked = a_bank(events=12, reviews=4).ask()
    rows = Dossier.objects.filter(pk=asked.pk)
    first = workshop.worker()
    workshop.call(
        "governance.dossiers.tasks.build_dossier",
        "--kwargs",
        f'{{"dossier_id": "{asked.pk}"}}',
    )

    # Half-way: what is known was gathered, and the pages are being set.
    half_way = eventually(lambda: rows.filter(steps_done=1).exists())
    workshop.kill(first)
    left = rows.get()
    # Its lease runs out: nobody renews it any more.
    rows.update(claimed_until=timezone.now())
    workshop.worker()
    workshop.call("governance.dossiers.tasks.sweep")
    finished = eventually(lambda: rows.filter(state=Dossier.State.READY).exists())

    assert half_way
    assert left.state == Dossier.State.BUILDING
    assert finished
    made = rows.get()
    entries = TrailEntry.objects.filter(
        subject=f"dossier:{asked.pk}", verb="dossier.generated"
    )
    assert made.attempts == 2
    assert [entry.details["sha256"] for entry in entries] == [made.pdf_sha256]
    assert "How to verify this file" in page_texts(read_bytes(made.pdf_sha256))[-1]

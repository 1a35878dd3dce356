"""A process that dies is started again, or ends the run with its reason."""

import signal
from collections.abc import Callable
from pathlib import Path

import psycopg

from governance.stack.process import is_running
from governance.stack.runtime import runtime_environment
from tests.governance.stack.conftest import Run, kill, until

Start = Callable[..., Run]


def worker_pids(var_dir: Path) -> list[int]:
    return [int(pid) for pid in (var_dir / "worker.pids").read_text().split()]


def test_a_dead_worker_is_replaced_and_takes_its_children_along(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path)
    run.ready()
    leader, child = until(lambda: worker_pids(tmp_path), "the worker has started")
    kill(leader)
    until(lambda: worker_pids(tmp_path)[:1] not in ([], [leader]), "a new worker")
    assert not is_running(child)
    status, output = run.end(signal.SIGTERM)
    assert status == 0
    assert "worker was ended by SIGKILL; it starts again" in output


def test_a_dead_database_comes_back_with_its_data(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path)
    run.ready()
    url = runtime_environment(tmp_path)["DATABASE_OWNER_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill(run.child("pginstall/bin/postgres"))

    def answer() -> object:
        try:
            with psycopg.connect(url) as connection:
                return connection.execute("SELECT answer FROM kept").fetchone()
        except psycopg.OperationalError:
            return None

    assert until(answer, "the database is back") == (42,)
    assert run.end(signal.SIGTERM)[0] == 0


def test_a_dead_guardian_is_replaced_and_still_guards(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path)
    run.ready()
    guardian = run.child("governance.stack.guardian")
    kill(guardian)
    until(lambda: _guardian(run) not in (0, guardian), "another guardian")
    below = run.descendants()
    kill(run.process.pid)
    for pid in below:
        until(lambda pid=pid: not is_running(pid), f"{pid} ends")


def test_a_process_that_cannot_start_ends_the_run_with_its_last_lines(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path, BEAT_FAILS="1")
    output, _ = run.process.communicate(timeout=40)
    assert run.process.returncode == 1
    reason = output[output.index("Probatum stops:") :]
    assert "beat ended 5 times in a row right after its start" in reason
    assert "beat | beat: no such schedule" in reason
    assert not (tmp_path / "ready.json").exists()


def _guardian(run: Run) -> int:
    try:
        return run.child("governance.stack.guardian")
    except (AssertionError, FileNotFoundError):
        return 0


def test_a_full_disk_costs_a_log_its_lines_and_not_the_run_its_life(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "prepare.log").symlink_to("/dev/full")
    run = start(tmp_path)
    run.ready()
    status, output = run.end(signal.SIGTERM)
    assert status == 0
    assert "did prepare" in output
    assert f"cannot write {tmp_path}/logs/prepare.log: No space left" in output

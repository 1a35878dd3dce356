"""A run begins, says so, ends as asked, and begins again with the same data."""

import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from governance.stack.process import is_running
from governance.stack.runtime import runtime_environment
from tests.governance.stack.conftest import Run, kill, until

Start = Callable[..., Run]


def test_ready_json_says_what_a_script_needs_and_goes_with_the_run(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path)
    ready = run.ready()
    assert list(ready) == ["url", "users", "api_key", "dossier", "logs", "seconds"]
    assert ready["url"] == f"http://127.0.0.1:{run.port}"
    assert ready["users"][0]["email"] == "alice@sample.example"
    assert stat.S_IMODE((tmp_path / "ready.json").stat().st_mode) == 0o600
    status, output = run.end(signal.SIGINT)
    assert status == 0, output
    assert "Sample dossier: /a/dossier.pdf" in output
    assert not (tmp_path / "ready.json").exists()
    assert not (tmp_path / "runtime.json").exists()


def test_without_a_sample_it_offers_nothing_but_prints_the_first_invitation(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path, SAMPLE="0")
    ready = run.ready()
    assert ready["users"] == ready["logs"] == []
    assert ready["api_key"] is None
    assert ready["dossier"] is None
    _, output = run.end(signal.SIGTERM)
    assert "did invite admin@localhost --organisation My organisation" in output


def test_start_stop_start_stop_keeps_the_data(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path)
    first.ready()
    found = runtime_environment(tmp_path)
    with psycopg.connect(found["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    secret = (tmp_path / "signer" / "master").read_text()
    assert first.end(signal.SIGTERM)[0] == 0

    second = start(tmp_path)
    second.ready()
    again = runtime_environment(tmp_path)
    with psycopg.connect(again["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert (tmp_path / "signer" / "master").read_text() == secret
    assert second.end(signal.SIGINT)[0] == 0


def test_a_second_run_on_the_same_folder_is_refused(
    start: Start, tmp_path: Path
) -> None:
    first = start(tmp_path)
    first.ready()
    second = start(tmp_path)
    output, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert f"already runs on {tmp_path} (process {first.process.pid})" in output
    assert (tmp_path / "ready.json").exists()
    assert first.end(signal.SIGINT)[0] == 0


def test_a_taken_port_is_named_with_another_to_choose(
    start: Start, tmp_path: Path
) -> None:
    first = start(tmp_path / "one")
    first.ready()
    second = start(tmp_path / "two", PORT=str(first.port))
    output, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert f"make run PORT={first.port + 1}" in output


def test_a_start_on_a_full_disk_says_so(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path, SAMPLE="0", DISK_FULL="1")
    output, _ = run.process.communicate(timeout=60)
    assert run.process.returncode == 1
    assert f"Probatum stops: No space left on device where {tmp_path} lies" in output
    assert "Traceback" not in output


def test_everything_dies_with_a_killed_supervisor_and_the_database_cleanly(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path)
    run.ready()
    below = run.descendants()
    assert len(below) > 8
    kill(run.process.pid)
    for pid in below:
        until(lambda pid=pid: not is_running(pid), f"{pid} ends")
    assert not (tmp_path / "ready.json").exists()

    second = start(tmp_path)
    second.ready()
    log = (tmp_path / "logs" / "postgres.log").read_text()
    assert log.count("database system was shut down") == 2
    assert "was interrupted" not in log
    assert second.end(signal.SIGTERM)[0] == 0


def test_a_run_right_after_a_killed_one_waits_for_its_end(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path)
    run.ready()
    kill(run.process.pid)
    run.process.wait()
    second = start(tmp_path)
    second.ready()
    assert second.end(signal.SIGINT)[0] == 0


def test_a_stubborn_child_is_killed_in_time_and_at_once_when_asked_twice(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path, STUBBORN="1")
    run.ready()
    below = run.descendants()
    begin = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    until(lambda: not (_is_alive(run, "http.server")), "the web server has ended")
    status, output = run.end(signal.SIGINT)
    assert status == 0, output
    assert time.monotonic() - begin < 5
    assert "worker did not end and is killed" in output
    for pid in below:
        until(lambda pid=pid: not is_running(pid), f"{pid} ends")


def _is_alive(run: Run, words: str) -> bool:
    try:
        run.child(words)
    except AssertionError:
        return False
    return True

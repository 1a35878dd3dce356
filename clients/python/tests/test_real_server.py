"""The client against the product's own web server and database, stopped and killed."""

import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from probatum_client import (
    Client,
    Follower,
    Prediction,
    ReceiptInvalid,
    Recorder,
    Refused,
    check_proof,
    kept_receipts,
)
from probatum_client.__main__ import main
from probatum_client.notes import read_checkpoint
from probatum_client.spool.kept import set_aside
from probatum_client.trees import leaf_hash

from tests.benchmarks.stage import Stage, installation, served

SOURCE = Path(__file__).parents[1] / "src"
_systems = count()


@pytest.fixture(scope="module")
def installed() -> Iterator[Stage]:
    with installation(durable=False) as found:
        yield found


class System:
    """A system of the installation that no other test posts to."""

    def __init__(self, installed: Stage) -> None:
        number = next(_systems)
        self.url, self.key = installed.url, installed.keys[number]
        self.vkey = installed.vkeys[number]
        self.origin = self.vkey.partition("+")[0]

    def recorder(self, spool: Path, **options) -> Recorder:
        return Recorder(
            self.url, self.key, spool, vkey=self.vkey, linger=0.01, **options
        )

    def entries(self) -> list[dict]:
        """The whole log, read as anybody reads it, and held against its checkpoint."""
        with Client(self.url, self.key) as client:
            _, size, _ = read_checkpoint(client.checkpoint(self.origin))
            found: list[dict] = []
            for first in range(0, size, 256):
                width = min(256, size - first)
                path = f"tile/entries/{first // 256:03d}"
                data = client.tile(
                    self.origin, path if width == 256 else f"{path}.p/{width}"
                )
                while data:
                    length = int.from_bytes(data[:2], "big") + 2
                    found.append(json.loads(data[2:length]))
                    data = data[length:]
            assert len(found) == size
            return found

    def events(self) -> list[dict]:
        return [entry for entry in self.entries() if entry["kind"] == "event"]


@pytest.fixture
def system(installed: Stage) -> System:
    return System(installed)


def until(condition: Callable[[], bool]) -> None:
    """Look again and again, for a minute at most."""
    pause = Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("never within a minute")


def a_prediction(output=1, **fields) -> Prediction:
    return Prediction(model_version="credit-1", output=output, **fields)


def test_an_outage_a_killed_producer_and_a_killed_server_lose_nothing(
    installed: Stage, system: System, tmp_path: Path
) -> None:
    """An hour at 500/s is 1.8 million events; here 12,000, and everything is killed."""
    spool, recorded = tmp_path / "spool", 12_000
    code = f"""
import os, sys; sys.path.insert(0, {str(SOURCE)!r})
from probatum_client import Prediction, Recorder
log = Recorder({system.url!r}, {system.key!r}, {str(spool)!r}, vkey={system.vkey!r})
for n in range({recorded // 2}):
    log.record(Prediction(model_version="credit-1", output=n))
os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    # The server is down, and the producer is killed.
    producer = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE)
    assert producer.returncode == -signal.SIGKILL
    with system.recorder(spool) as log:
        for n in range(recorded // 2, recorded):
            log.record(a_prediction(n))
        waited = log.waiting_bytes
        # The servers come, are killed as soon as they took some, and come back.
        with served(installed) as servers:
            until(lambda: log.waiting_bytes < waited)
            for server in servers:
                os.killpg(server.pid, signal.SIGKILL)
        assert log.waiting_bytes > 0
        with served(installed):
            last = log.log_or_fail(a_prediction("last"), timeout=60)
            events = system.events()
            log.close()
    assert events[-1]["eid"] == last.id
    assert [event["seq"] for event in events] == list(range(1, recorded + 2))
    assert len({event["ep"] for event in events}) == 1
    assert len({event["eid"] for event in events}) == recorded + 1
    receipts = {receipt.id: receipt for receipt in kept_receipts(spool)}
    assert set(receipts) == {event["eid"] for event in events}
    assert set_aside(spool / "lane-0") == []


def test_receipts_proofs_and_the_growth_of_the_log_check(
    installed: Stage, system: System, tmp_path: Path
) -> None:
    with served(installed), Client(system.url, system.key) as client:
        follower = Follower(client, system.origin, system.vkey, tmp_path / "seen")
        with system.recorder(tmp_path / "spool") as log:
            for n in range(700):
                log.record(a_prediction(n))
            last = log.log_or_fail(a_prediction("last"), timeout=30)
        assert follower.look().old == 0
        entry = b64decode(client.event(last.id)["entry_base64"])
        assert last.check(system.vkey, entry).signature == "valid"
        assert leaf_hash(entry) == last.leaf_hash
        check = check_proof(client.proof(last.id), entry, system.vkey)
        assert check.index == last.index
        for receipt in kept_receipts(tmp_path / "spool"):
            assert receipt.check(system.vkey).signature == "valid"
        client.log_many(a_prediction(n) for n in range(300))
        growth = follower.look()
        assert growth.new == growth.old + 300
        seen = (tmp_path / "seen").read_text()
        bent = seen.replace(f"\n{growth.new}\n", f"\n{growth.new - 1}\n")
        (tmp_path / "seen").write_text(bent)
        with pytest.raises(ReceiptInvalid, match="signature"):
            follower.look()


def test_what_the_server_refuses_is_set_aside_and_the_others_are_taken(
    installed: Stage, system: System, tmp_path: Path
) -> None:
    first = a_prediction("first")
    with system.recorder(tmp_path, send=False) as log:
        log.record(first)
        log.record(a_prediction("no such confidence", confidence="high"))
        log.record(a_prediction("another body", id=first.id))
        log.record({"model_version": "credit-1", "output": 1, "colour": "red"})
        log.record({"type": "prediction", "model_version": "credit-1", "output": 2})
    with served(installed), system.recorder(tmp_path) as log:
        with pytest.raises(Refused, match="occurred_at"):
            log.log_or_fail({"type": "prediction", "model_version": "1", "output": 3})
        log.log_or_fail(a_prediction("last"))
        events = system.events()
    # The first recorder was closed: the second one began to count anew.
    assert [event["seq"] for event in events] == [1, 2]
    reasons = [each["reason"] for each in set_aside(tmp_path / "lane-0")]
    assert len(reasons) == 5
    assert sum("another body" in reason for reason in reasons) == 1
    assert sum("colour" in reason for reason in reasons) == 1


def test_a_sender_of_its_own_serves_services_that_do_not_send(
    installed: Stage, system: System, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "PROBATUM_URL": system.url,
        "PROBATUM_KEY": system.key,
    }
    command = [sys.executable, "-m", "probatum_client"]
    with served(installed), system.recorder(tmp_path, send=False) as log:
        ids = [log.record(a_prediction(n)) for n in range(50)]
        send = [*command, "send", str(tmp_path), "--vkey", system.vkey]
        with subprocess.Popen(send, env=environment) as sender:
            until(lambda: sender.poll() is not None or not log.waiting_bytes)
            sender.terminate()
        assert sender.returncode == 0
        assert [event["eid"] for event in system.events()] == ids
    verify = [*command, "verify", str(tmp_path), "--vkey", system.vkey]
    told = subprocess.run(verify, env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "50 of 50 receipts hold" in told.stdout


def test_a_log_is_followed_by_the_command(
    installed: Stage, system: System, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("PROBATUM_KEY", system.key)
    monkeypatch.setenv("PROBATUM_URL", system.url)
    follow = ["follow", system.origin, "--vkey", system.vkey, "--once"]
    follow += ["--state", str(tmp_path / "seen")]
    with served(installed):
        assert main(follow) == 0
        with Client(system.url, system.key) as client:
            client.log_many(a_prediction(n) for n in range(10))
        assert main(follow) == 0
        assert "the first 1 of them are those" in capsys.readouterr().out
        # What was seen is kept when something does not hold: here, another log.
        other = System(installed)
        seen = (tmp_path / "seen").read_text()
        assert main([*follow[:1], other.origin, *follow[2:]]) == 1
        assert (tmp_path / "seen").read_text() == seen
    assert main(follow) == 1
    assert "No answer from the server" in capsys.readouterr().err

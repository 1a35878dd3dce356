"""The signer as a process: killed, asked nonsense, and left without its state."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from audits.anchors.tasks import anchor
from audits.log.keys import status
from audits.log.models import Entry
from audits.log.seal import SignerAway, save_checkpoint
from audits.signer.client import Client as Caller
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.note import parse_vkey
from governance.stack.testing import Server, signer
from registry.systems.models import AISystem
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

ROOT = Path(django_settings.ROOT)


@pytest.fixture
def start(
    postgres: Server, own_database: str, tmp_path: Path, settings: Any
) -> Iterator[Callable[..., ExitStack]]:
    """Start the process on the test's database; its end stops it."""
    started: list[ExitStack] = []

    def one(**environment: str) -> ExitStack:
        stack = ExitStack()
        started.append(stack)
        environment["SIGNER_DATABASE_URL"] = postgres.signer_url(own_database)
        settings.SIGNER_SOCKET = str(
            stack.enter_context(signer(tmp_path, "", **environment))
        )
        return stack

    yield one
    for stack in started:
        stack.close()


def pids(tmp_path: Path) -> list[int]:
    """The signer processes that work in this folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if b"audits.signer" in words and os.fsencode(tmp_path) in words:
                found.append(int(folder.name))
    return found


def a_log() -> tuple[AISystem, str]:
    system = a_system(an_organisation())
    return system, a_source_key(system)


def test_what_was_stored_while_the_signer_was_killed_gets_its_receipt_later(
    start: Callable[..., ExitStack], tmp_path: Path
) -> None:
    start()
    system, key = a_log()
    events = [an_event() for _ in range(3)]
    first = post_events(Client(), key, events[0])
    assert first.status_code == 201
    [pid] = pids(tmp_path)
    os.kill(pid, signal.SIGKILL)
    away = post_events(Client(), key, *events)
    assert away.status_code == 503
    assert away["Content-Type"] == "application/problem+json"
    assert away["Retry-After"] == "2"
    assert "stored, but not yet signed" in away.json()["detail"]
    assert Entry.objects.filter(log=system.log).count() == 4
    with pytest.raises(SignerAway):
        save_checkpoint(log=system.log, at=timezone.now())
    page = Client(raise_request_exception=False).get(
        f"/log/{system.log.origin}/checkpoint",
        headers={"authorization": f"Bearer {key}"},
    )
    assert page.status_code == 503
    start()
    again = post_events(Client(), key, *events)
    assert again.status_code == 200
    assert [event["index"] for event in again.json()["events"]] == [1, 2, 3]
    vkey = parse_vkey(system.log.vkey)
    note = again.json()["checkpoint"].encode()
    assert open_checkpoint(note, vkey).checkpoint.size == 4
    assert Entry.objects.filter(log=system.log).count() == 4


def refusal(folder: Path, **environment: str) -> tuple[int, str]:
    """Start the process by hand; how it ended, and what it said."""
    (folder.parent / "signer-socket").mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "audits.signer", "--folder", str(folder), "--socket",
         str(folder.parent / "signer-socket" / "by-hand.sock")],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_lost_state_is_never_begun_anew_in_silence(
    start: Callable[..., ExitStack], tmp_path: Path, owner_url: str
) -> None:
    running = start()
    system, key = a_log()
    post_events(Client(), key, *(an_event() for _ in range(300)))
    save_checkpoint(log=system.log, at=timezone.now())
    running.close()
    for path in (tmp_path / "signer").glob("state.sqlite*"):
        path.unlink()
    code, said = refusal(tmp_path / "signer")
    assert code == 78
    assert "--accept-new-state" in said
    start(ACCEPT_NEW_STATE="1")
    assert post_events(Client(), key, an_event()).status_code == 201
    [accepted] = status()["accepted"]
    assert [system.log.origin, 301] in accepted["trees"]
    # For ever, and where everybody sees it; once.
    anchor()
    anchor()
    [said] = Entry.objects.filter(type="signer_state_accepted")
    listed = json.loads(bytes(said.entry))["logs"]
    assert {"log": system.log.origin, "size": 301} in listed
    # It took over the tree, not only its size.
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_entry DISABLE TRIGGER no_change")
        owner.execute(
            "DELETE FROM audits_entry WHERE log_id = %s AND idx = 301", [system.log.pk]
        )
    refused = Client().get(
        f"/log/{system.log.origin}/checkpoint",
        headers={"authorization": f"Bearer {key}"},
    )
    assert refused.status_code == 200  # the head has its signature already
    assert status()["logs"] >= 1


def test_an_installation_without_a_signer_keeps_its_keys(
    own_database: str, tmp_path: Path
) -> None:
    secret = "Qe7-" + os.urandom(30).hex()
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "log-master-secret").write_text(secret)
    with signer(tmp_path, os.environ["DATABASE_URL"]) as path:
        vkey = Caller(str(path)).ask({"do": "open", "origin": "log.example/a"})["vkey"]
    # HKDF-SHA256 of the secret, as the web process derived its keys.
    assert not (folder / "log-master-secret").exists()
    assert (tmp_path / "signer" / "master").read_text() == secret
    assert (tmp_path / "signer" / "master").stat().st_mode & 0o777 == 0o600
    with signer(tmp_path, os.environ["DATABASE_URL"]) as path:
        again = Caller(str(path)).ask({"do": "open", "origin": "log.example/a"})["vkey"]
    assert again == vkey


@pytest.mark.parametrize(
    "line",
    [
        b"\n", b"{}\n", b"[]\n", b"\xff\n", b'{"do": "sign"}\n',
        b'{"do": "sign", "trees": [["log.example/a", true, "00"]]}\n',
        b'{"do": "sign", "trees": [["a b", 1, "' + b"00" * 32 + b'"]]}\n',
        b'{"do": "open", "origin": "' + b"a" * 300 + b'"}\n',
        b'{"do": "cosign", "body": "?"}\n',
    ],
)  # fmt: skip
def test_nonsense_is_told_so(line: bytes, asked: Callable[[bytes], bytes]) -> None:
    assert asked(line).startswith(b'{"wrong":')


def test_a_line_without_end_is_cut_off_and_others_are_served(
    asked: Callable[[bytes], bytes],
) -> None:
    assert asked(b"x" * 300_000) == b""
    assert b'"logs"' in asked(b'{"do": "status"}\n')


@pytest.fixture(scope="module")
def asked(
    postgres: Any, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[bytes], bytes]]:
    """One signer for what is no request; the answer to some bytes."""
    folder = tmp_path_factory.mktemp("nonsense")

    def ask(line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(path))
            try:
                connection.sendall(line)
                return connection.recv(4096)
            except (BrokenPipeError, ConnectionResetError):
                return b""

    with signer(folder, os.environ["DATABASE_URL"]) as path:
        yield ask

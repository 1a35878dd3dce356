"""A log over HTTP (C2SP tlog-tiles), and the same log as exported files."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash

from audits.log.models import LogClass
from audits.log.services import open_log
from audits.tlog.fsck import Audit
from audits.tlog.note import parse_vkey
from audits.tlog.report import Report
from registry.people.models import User
from registry.systems.models import AISystem
from tests.factories import (
    World,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

SignIn = Callable[[User], Client]
ROOT = Path(__file__).resolve().parents[3]


def fill(system: AISystem, *sizes: int) -> None:
    """Post batches of events; the log then has their sum and one act."""
    key, client = a_source_key(system, f"source {sizes}"), Client()
    for size in sizes:
        answer = post_events(client, key, *(an_event() for _ in range(size)))
        assert answer.status_code == 201


class Served:
    """The log's files as this client is served them (a Source of audits.tlog)."""

    def __init__(self, client: Client, origin: str) -> None:
        self.client, self.origin = client, origin

    def get(self, path: str, limit: int) -> bytes | None:
        answer = self.client.get(f"/log/{self.origin}/{path}")
        return answer.content[: limit + 1] if answer.status_code == 200 else None


def test_the_served_files_give_the_signed_root(world: World, signed_in: SignIn) -> None:
    log = world.system.log
    fill(world.system, 300, 1, 411)
    report = Report("fsck")
    source = Served(signed_in(world.alice), log.origin)
    Audit(source, report, lambda _done, _size: None).run(parse_vkey(log.vkey))
    assert report.holds, report.faults
    assert report.facts["size"] == 713


def test_tiles_come_with_the_types_and_caching_of_the_format(
    world: World, signed_in: SignIn
) -> None:
    fill(world.system, 300)
    client = signed_in(world.alice)
    checkpoint = client.get(f"/log/{world.system.log.origin}/checkpoint")
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint["Cache-Control"] == "private, no-cache"
    assert checkpoint.content.decode().startswith(f"{world.system.log.origin}\n301\n")
    tile = client.get(f"/log/{world.system.log.origin}/tile/0/000")
    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]
    assert len(tile.content) == 8192
    cut = client.get(f"/log/{world.system.log.origin}/tile/0/000.p/7")
    assert cut.content == tile.content[: 7 * 32]


@pytest.mark.parametrize(
    "path",
    [
        "0/001",  # not full yet
        "0/001.p/46",  # one hash beyond the head
        "0/002.p/1",
        "1/000",
        "1/000.p/2",
        "2/000.p/1",
        "entries/001",
        "entries/001.p/46",
        "0/000.p/0",
        "0/000.p/256",
        "0/0",
        "0/x000/000",
        "64/000",
        "8/0/000",
        "entries/-01",
    ],
)
def test_a_tile_that_the_log_does_not_have_is_404(
    world: World, signed_in: SignIn, path: str
) -> None:
    fill(world.system, 300)  # and the registration: 301 entries
    client = signed_in(world.alice)
    base = f"/log/{world.system.log.origin}/tile/"
    assert client.get(base + "0/001.p/45").status_code == 200
    assert client.get(base + path).status_code == 404


def test_logs_are_read_only_by_those_who_may(world: World, signed_in: SignIn) -> None:
    system = f"/log/{world.system.log.origin}/checkpoint"
    organisation = f"/log/{world.acme.log.origin}/checkpoint"
    for path in (system, organisation):
        assert signed_in(world.alice).get(path).status_code == 200
        for stranger in (world.charlie, world.dana):
            assert signed_in(stranger).get(path).status_code == 404
        assert Client().get(path).status_code == 401
    key = {"authorization": f"Bearer {a_source_key(world.system)}"}
    assert Client().get(system, headers=key).status_code == 200
    assert Client().get(organisation, headers=key).status_code == 404
    assert signed_in(world.alice).get("/log/no/such/checkpoint").status_code == 404


def python(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of the product in a process of its own, on this database."""
    settings = {"DJANGO_SETTINGS_MODULE": "governance.settings.test"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_holds_under_our_verifier_and_under_one_that_is_not_ours(
    own_database: str, tmp_path: Path
) -> None:
    system = a_system(an_organisation())
    fill(system, 1000, 300, 20)
    log, folder = system.log, tmp_path / "export"
    exported = python("manage.py", "exportlog", log.origin, str(folder))
    assert exported.returncode == 0, exported.stderr
    ours = python("-m", "audits.tlog", "fsck", str(folder), "--vkey", log.vkey)
    assert ours.returncode == 0, ours.stdout + ours.stderr

    theirs = TilesReader(LocalBackend(folder))
    checkpoint = theirs.get_checkpoint()
    assert checkpoint.size == 1321
    checkpoint.verify(Vkey.from_string(log.vkey))
    assert theirs.calculate_root_hash() == checkpoint.root_hash
    for index in (0, 255, 256, 1279, 1280, 1320):
        proof = theirs.get_inclusion_proof(index, checkpoint.size)
        entry = theirs.get_entry(index)
        proof.check(leaf_hash(entry), checkpoint.root_hash)


def test_an_empty_log_is_exported_too(world: World, tmp_path: Path) -> None:
    log = open_log(
        path="empty", title="x", log_class=LogClass.EVIDENCE, at=timezone.now()
    )
    call_command("exportlog", log.origin, str(tmp_path / "empty"))
    names = {path.name for path in (tmp_path / "empty").iterdir()}
    assert names == {"checkpoint", "vkey.txt"}


def test_an_export_refuses_a_folder_with_files_and_an_unknown_log(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "precious").write_text("keep me")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("exportlog", world.system.log.origin, str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
    with pytest.raises(CommandError, match=world.system.log.origin):
        call_command("exportlog", "no/such/log", str(tmp_path / "new"))

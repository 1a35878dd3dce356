"""A log's key is changed: with the signer as a process, and verified by strangers."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from django.core.management import call_command
from django.test import Client
from tlog_scales.signing import NoteSignature, Vkey
from tlog_scales.tlog import Checkpoint as Stated

from audits.anchors.models import MetaLog
from audits.anchors.tasks import anchor
from audits.log.models import Checkpoint, Entry, Log, LogKey
from audits.log.selectors import ml_dsa_vkeys, newest_checkpoint, vkeys
from audits.log.tasks import save_checkpoints
from audits.payloads.selectors import read_parts
from audits.tlog.checkpoint import parse
from audits.tlog.encoding import from_base64
from audits.tlog.note import parse_note, parse_vkey
from audits.tlog.subtree import subtree
from registry.predictions.build import check_rows
from registry.predictions.contents.event import bundle_of, contents_of
from tests.audits.signer.test_signer_process import ROOT, a_log, pids, start
from tests.audits.tlog.evidence import run_here
from tests.factories import a_source_key, an_event, post_events

__all__ = ["start"]

BY = ("--by", "Ada Example", "--reason", "yearly change")


def rotate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask for new keys, as the signer's user does."""
    return subprocess.run(
        [sys.executable, "-m", "audits.signer", "rotate", "--folder",
         str(folder / "signer"), *arguments],
        cwd=ROOT, env={**os.environ}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def keys(log: Log) -> list[str]:
    """The log's keys as they are now, by their age."""
    return vkeys(Log.objects.get(pk=log.pk))


def signers(note: str, log: Log) -> list[int]:
    """Which of the log's keys signed a note, by their age; each line must be good."""
    opened = [parse_vkey(each) for each in keys(log)]
    found = []
    for signature in parse_note(note.encode()).signatures:
        for at, key in enumerate(opened):
            if key.signed(signature):
                key.check(parse_note(note.encode()).text, signature)
                found.append(at)
    return found


def recorded(log: Log) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(log=log, type="key_rotated").order_by("idx")
    return [json.loads(bytes(row.entry)) for row in rows]


def test_two_keys_sign_for_a_while_and_whoever_knows_one_can_tell_the_other(
    start: Callable[..., ExitStack], tmp_path: Path, capsys: Any
) -> None:
    start()
    system, key = a_log()
    log, client = system.log, Client()
    old_receipt = post_events(client, key, an_event()).json()
    save_checkpoints()
    anchor()
    for unsaid in ([log.origin, "--now", *BY[:3], " "], ["--now", *BY]):
        assert rotate(tmp_path, *unsaid).returncode == 2
    done = rotate(tmp_path, log.origin, "--overlap", "30d", *BY)
    assert "master.2" in done.stdout, done.stderr
    # Nothing changes until the log records it.
    assert signers(post_events(client, key, an_event()).json()["checkpoint"], log) == [
        0
    ]
    anchor()
    [said], [in_meta] = recorded(log), recorded(MetaLog.objects.get().log)
    old, new = keys(log)
    for each in (said, in_meta):
        assert (each["log"], each["old"], each["new"]) == (log.origin, old, new)
        assert each["size"] == 4
        assert "Ada" not in json.dumps(each)
    shown = {part.role: part.value() for part in read_parts(log, 3)}
    assert shown == {
        "act": {"reason": "yearly change"}, "person": {"name": "Ada Example"}
    }  # fmt: skip
    anchor()  # what is recorded is recorded once, and the name is only there
    assert len(recorded(log)) == 1
    assert (tmp_path / "signer" / "master.2").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "signer" / "state.sqlite") as state:
        assert state.execute("SELECT person, reason FROM log_key").fetchall() == [
            ("", "")
        ]
    # A signer that is killed goes on with both.
    [pid] = pids(tmp_path)
    os.kill(pid, signal.SIGKILL)
    start()
    event = an_event()
    both = post_events(client, key, event).json()
    assert signers(both["checkpoint"], log) == [0, 1]
    # At once: the old key signs the tree that says so, and nothing after it; nor does
    # the one before that, whose overlap had not ended.
    assert rotate(tmp_path, log.origin, "--now", *BY).returncode == 0
    anchor()
    newest = post_events(client, key, an_event()).json()["checkpoint"]
    assert signers(newest, log) == [2]
    bridge = Checkpoint.objects.get(log=log, size=LogKey.objects.last().idx + 1)
    assert signers(bridge.note, log) == [1, 2]
    save_checkpoints()
    anchor()
    assert check_rows(log, lambda *_: None).faults == []
    for each in (log, MetaLog.objects.get().log):
        call_command("exportlog", each.origin, tmp_path / each.origin[-6:])
    capsys.readouterr()
    folder = tmp_path / log.origin[-6:]
    for vkey in keys(log):
        found = run_here("fsck", folder, "--vkey", vkey, "--jobs", "1", "--json")
        assert found.status == 0, found.out
        steps = [held for held in found.report["held"] if "hands" in held]
        assert len(steps) == 2, steps
        warned = [u for u in found.report["not_checked"] if "if it leaked" in u]
        assert bool(warned) == (vkey != keys(log)[-1])
    assert (folder / "vkey.txt").read_text().split() == keys(log)
    entry = Entry.objects.get(log=log, event_id=old_receipt["events"][0]["id"])
    made = bundle_of(contents_of(log, entry)).to_bytes()
    (tmp_path / "b.json").write_bytes(made)
    for vkey in (old, keys(log)[-1]):
        found = run_here("verify", tmp_path / "b.json", "--vkey", vkey, "--json")
        assert found.status == 0, found.out
    # A step that one of the keys did not sign leads nowhere.
    forged = json.loads(made)
    forged["rotations"] = forged["rotations"][:1]
    forged["rotations"][0]["entry"] = forged["entry"]
    (tmp_path / "f.json").write_text(json.dumps(forged))
    found = run_here("verify", tmp_path / "f.json", "--vkey", old, "--json")
    assert found.status == 1
    over_http = client.get(
        f"/log/{log.origin}/rotations.json", headers={"authorization": f"Bearer {key}"}
    )
    assert over_http.content == (folder / "rotations.json").read_bytes()


def test_an_anchored_checkpoint_has_an_ml_dsa_line_that_others_accept(
    world: Any, tmp_path: Path
) -> None:
    post_events(Client(), a_source_key(world.system), an_event())
    save_checkpoints()
    anchor()
    meta = MetaLog.objects.get().log
    [vkey] = ml_dsa_vkeys(meta)
    saved = newest_checkpoint(meta)
    assert saved is not None
    stated = parse(parse_note(saved.note.encode()).text)
    assert len(parse_note(saved.note.encode()).signatures) == 2
    line = saved.note.splitlines()[-1]
    # With the library itself, over the message as the specification has it.
    value = from_base64(line.split(" ")[2], "the line")[4:]
    at, public = int.from_bytes(value[:8], "big"), parse_any(vkey)
    message = subtree(meta.origin, at, stated)
    MLDSA44PublicKey.from_public_bytes(public).verify(value[8:], message)
    changed = subtree(meta.origin, at + 1, stated)
    with pytest.raises(InvalidSignature):
        MLDSA44PublicKey.from_public_bytes(public).verify(value[8:], changed)
    # With somebody else's program.
    theirs = Vkey.from_string(vkey).get_verifier()
    tree = Stated(meta.origin, stated.size, stated.root, [])
    theirs.verify_note(NoteSignature.from_line(line), tree)
    # Readers that do not know the key skip it, and name what checks it.
    (tmp_path / "note").write_text(saved.note)
    found = run_here("verify", tmp_path / "note", "--vkey", meta.vkey, "--json")
    assert found.status == 0
    assert [each for each in found.report["not_checked"] if "tlog-scales" in each]
    # A log's own checkpoints have none, and the key stands in the meta-log.
    own = newest_checkpoint(world.system.log)
    assert own is not None
    assert len(parse_note(own.note.encode()).signatures) == 1
    [added] = Entry.objects.filter(log=meta, type="key_added")
    assert json.loads(bytes(added.entry))["vkey"] == vkey
    call_command("exportlog", world.system.log.origin, tmp_path / "export")
    keys = (tmp_path / "export" / "meta-vkey.txt").read_text().split()
    assert keys == [meta.vkey, vkey]


def parse_any(vkey: str) -> bytes:
    return from_base64(vkey.split("+", 2)[2], "the key")[1:]

"""What vouches for an entry travels with it: on a page, in a bundle, in a folder."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audits.anchors.models import MetaLog, TimeStamp
from audits.anchors.selectors import anchor_file, anchor_of
from audits.anchors.tasks import anchor
from audits.log.models import Entry
from audits.log.seal import save_checkpoint
from audits.tlog import bundle
from audits.tlog.encoding import to_base64
from audits.tlog.timestamp import parse_stamp
from registry.people.models import User
from tests.audits.anchors.authority import NAME, Authority, serving
from tests.audits.anchors.test_meta_log import VKEY as WITNESS
from tests.audits.anchors.test_meta_log import good, grow, meta, witness
from tests.audits.tlog.evidence import run_here
from tests.factories import World, a_source_key, an_event, post_events

SignIn = Callable[[User], Client]
KEYS = ("--witness", WITNESS)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def vouched(world: World, settings: Any, authority: Authority) -> Iterator[str]:
    """An event of a log that is cosigned and stamped; its id."""
    settings.TSA_ROOTS = [authority.roots]
    event = an_event()
    post_events(Client(), a_source_key(world.system, "scoring"), event)
    save_checkpoint(log=world.system.log, at=timezone.now())
    with witness(settings, good), serving(authority.good) as (settings.TSA_URL, _):
        anchor()
        grow(world)
        anchor()
        yield event["id"]


def openssl(stamp: str, data: str, authority: Authority) -> bool:
    command = ["openssl", "ts", "-verify", "-in", stamp, "-data", data]
    said = subprocess.run([*command, "-CAfile", authority.roots], capture_output=True)
    return said.returncode == 0


def test_the_page_says_who_vouches_since_when_and_what_that_proves(
    world: World, signed_in: SignIn, vouched: str
) -> None:
    page = f"/systems/{world.system.pk}/predictions/{vouched}/"
    said = signed_in(world.alice).get(page).content.decode()
    assert "checkpoint over 2 entries" in said
    assert "Cosigned" in said
    assert f"by {NAME} at " in said
    assert "existed, as it is, at the latest on " in said
    first = TimeStamp.objects.order_by("size").first()
    found = anchor_of(world.system.log, 1)
    assert found.stamp is not None
    assert first is not None
    assert found.stamp.at == first.gen_time


def test_a_bundle_carries_it_all_and_what_needs_openssl_is_not_called_good(
    world: World, signed_in: SignIn, vouched: str, authority: Authority, tmp_path: Path
) -> None:
    client = signed_in(world.alice)
    (tmp_path / "b.json").write_bytes(
        client.get(f"/api/v1/events/{vouched}/bundle").content
    )
    command = ["verify", tmp_path / "b.json", "--vkey", world.system.log.vkey, *KEYS]
    found = run_here(
        *command, "--meta", meta().vkey, "--unpack", tmp_path / "out", "--json"
    )
    assert found.status == 0, found.out
    held, open_ = "\n".join(found.report["held"]), found.report["not_checked"]
    assert "states" in held
    assert "cosigned by witness.example/w at 2026-" in held
    assert "time stamp" not in held
    [line] = [each for each in open_ if "openssl ts -verify" in each]
    [told] = found.report["anchors"]
    assert told["time_stamp"]["signer"] == "not checked"
    words = line.partition("openssl ts ")[2].split()
    assert openssl(words[2], words[4], authority)
    assert "came with the file" in str(run_here(*command, "--json").report)


def changed(data: bytes, **parts: Any) -> bytes:
    document = json.loads(data)
    document["anchor"].update(parts)
    return json.dumps(document).encode()


def test_an_anchor_that_was_changed_or_exchanged_does_not_hold(
    world: World, signed_in: SignIn, vouched: str, tmp_path: Path
) -> None:
    log = world.system.log
    grow(world, 1)
    data = signed_in(world.alice).get(f"/api/v1/events/{vouched}/bundle").content
    own, later = anchor_file(log, 1), anchor_file(log, 4)
    assert own is not None
    assert later is not None
    other = [bytes(e.entry) for e in Entry.objects.filter(log=meta())]
    cases = {
        "another time stamp": changed(data, stamp=to_base64(later.stamp or b"")),
        "no time stamp": changed(data, stamp=to_base64(b"\x30\x00")),
        "another leaf": changed(data, leaf=to_base64(other[0])),
        "another checkpoint": changed(data, checkpoint=later.checkpoint.decode()),
        "another place": changed(data, path=[]),
        "another meta-log": changed(data, meta=log.vkey),
        "more than it has": changed(data, trusted=True),
    }
    for case, bad in cases.items():
        (tmp_path / "b.json").write_bytes(bad)
        found = run_here("verify", tmp_path / "b.json", "--vkey", log.vkey, "--json")
        assert found.status == 1, case
        assert "anchor" in str(found.report["faults"]), case
    assert bundle.parse(data).anchor == own
    assert bundle.parse(bundle.parse(data).to_bytes()) == bundle.parse(data)


def test_exported_logs_come_with_it_and_fsck_looks(
    world: World, vouched: str, authority: Authority, tmp_path: Path
) -> None:
    for log in (world.system.log, MetaLog.objects.get().log):
        folder = tmp_path / str(log.pk)
        call_command("exportlog", log.origin, str(folder))
        command = ["fsck", folder, "--vkey", log.vkey, *KEYS, "--json"]
        found = run_here(*command)
        assert found.status == 0, found.report["faults"]
        [told] = found.report["anchors"]
        assert told["witnesses"][0]["name"] == "witness.example/w"
        words = told["time_stamp"]["check"].split()
        assert openssl(words[4], words[6], authority)
        assert "not the log" not in found.out
        stamp = Path(words[4])
        wrong = TimeStamp.objects.order_by("pk").first()
        assert wrong is not None
        assert parse_stamp(bytes(wrong.token))
        stamp.write_bytes(bytes(wrong.token))
        assert run_here(*command).status == 1

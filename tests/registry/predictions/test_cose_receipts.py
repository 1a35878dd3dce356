"""COSE receipts over the API: the same proofs, for those who have COSE tools."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from scitt_cose import verify_receipt

from audits.log.models import Entry, Log
from audits.log.selectors import head_checkpoint
from audits.tlog import cose
from audits.tlog.__main__ import main
from audits.tlog.note import parse_vkey
from registry.people.models import User
from registry.predictions.contents.event import receipt_of
from tests.factories import World, a_source_key, an_event, post_events

SignIn = Callable[[User], Client]


def pem(log: Log) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(parse_vkey(log.vkey).public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("ask", [
    {"headers": {"accept": "text/html;q=0.1, application/cose"}},
    {"query_params": {"format": "cose"}},
])  # fmt: skip
def test_an_event_s_receipt_holds_under_a_verifier_that_is_not_ours(
    world: World, signed_in: SignIn, tmp_path: Path, ask: Any
) -> None:
    log, event = world.system.log, an_event()
    key = a_source_key(world.system, "s")
    post_events(Client(), key, event, an_event())
    address = f"/api/v1/events/{event['id']}/proof"
    answer = signed_in(world.alice).get(address, **ask)
    machine = {"authorization": f"Bearer {key}"}
    theirs = Client(headers=machine).get(address, **ask)
    assert theirs["Content-Type"] == answer["Content-Type"]
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/cose")
    assert ".cose" in answer["Content-Disposition"]
    entry = bytes(Entry.objects.get(log=log, event_id=event["id"]).entry)
    said = verify_receipt(
        answer.content, leaf_entry_hex=entry.hex(), log_public_key_pem=pem(log)
    )
    assert said.ok, said.errors
    (tmp_path / "r.cose").write_bytes(answer.content)
    (tmp_path / "entry").write_bytes(entry)
    (tmp_path / "other").write_bytes(entry + b" ")
    found = [
        main(["verify", str(tmp_path / "r.cose"), "--entry", str(tmp_path / name),
              "--vkey", log.vkey])
        for name in ("entry", "other")
    ]  # fmt: skip
    assert found == [0, 1]


def test_a_receipt_of_growth_leads_from_root_to_root(
    world: World, signed_in: SignIn
) -> None:
    log, key = world.system.log, a_source_key(world.system, "s")
    post_events(Client(), key, an_event(), an_event())
    old = head_checkpoint(log)
    post_events(Client(), key, *(an_event() for _ in range(5)))
    client = signed_in(world.alice)
    address = f"/log/{log.origin}/checkpoint?format=cose"
    answer = client.get(f"{address}&old={old.size}")
    roots = old.root, head_checkpoint(log).root
    cose.check_growth(cose.parse(answer.content), roots, parse_vkey(log.vkey))
    asked = {each: client.get(f"{address}&old={each}") for each in ("", "0", "x", 8, 9)}
    assert [each.status_code for each in asked.values()] == [400, 400, 400, 409, 409]
    assert client.get(address).status_code == 400
    assert Client().get(address).status_code == 401


def test_a_log_of_one_entry_has_no_receipt(world: World) -> None:
    """It holds the act that registered its system, and no hash leads anywhere."""
    assert head_checkpoint(world.system.log).size == 1
    assert receipt_of(world.system.log, 0) is None

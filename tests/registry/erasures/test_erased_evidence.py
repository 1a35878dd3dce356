"""What everybody is told of an erased prediction: pages, API, files, both verifiers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audits.erasure.models import Ground
from audits.erasure.services import erase, name_of, request_erasure, stands_against
from audits.log.models import Log
from audits.tlog.__main__ import main
from audits.trail.services import Actor
from registry.people.models import Role
from registry.systems.models import AISystem
from tests.audits.tlog.browser import browsing, opened
from tests.factories import (
    a_person,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

PROVEN = ("index", "entry", "proof", "parts")
PERSON, SAYS = "person-4711", "Payload erased, commitment intact"


@pytest.fixture
def system(own_database: str) -> AISystem:
    return a_system(an_organisation())


@pytest.fixture
def auditor(system: AISystem, signed_in: Callable[..., Client]) -> Client:
    return signed_in(a_person("Ann", system.organisation, Role.AUDITOR))


def post(system: AISystem) -> list[str]:
    key = a_source_key(system)
    events = [an_event(subject=each) for each in (PERSON, "another", PERSON)]
    assert post_events(Client(), key, *events).status_code == 201
    return [event["id"] for event in events]


def erased(log: Log) -> int:
    request = request_erasure(
        log=log, subject=PERSON, ground=Ground.CONSENT, reference="",
        by=Actor("a", "Alice"), at=timezone.now(),
    )  # fmt: skip
    now = timezone.now()
    resolved = {name_of(each): "x" for each in stands_against(request, now=now)}
    by = Actor("b", "Bob")
    return erase(erasure=request, resolved=resolved, by=by, at=now).index


def bundle(client: Client, event: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/events/{event}/bundle").json()
    return found


def verify(path: Path, log: Log, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["verify", str(path), "--vkey", log.vkey])
    return code, capsys.readouterr().out


def test_the_evidence_of_before_and_after_holds_and_says_what_was_erased(
    system: AISystem, auditor: Client, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    log = system.log
    about, other, again = post(system)
    before = tmp_path / "before.json"
    before.write_text(json.dumps(bundle(auditor, about)))
    at = erased(log)
    for event in (about, again):
        page = auditor.get(
            f"/systems/{system.pk}/predictions/{event}/"
        ).content.decode()
        assert f"{SAYS}: input, output, person. Entry {at} of" in page
        assert f'data-unchecked="{SAYS}: entry {at} says so' in page
        told = auditor.get(f"/api/v1/events/{event}").json()
        assert (told["erased"], told["erased_by"]) == (
            ["input", "output", "person"],
            at,
        )
    told = auditor.get(f"/api/v1/events/{other}").json()
    assert (told["erased"], told["erased_by"]) == ([], None)
    assert "erased" not in bundle(auditor, other)
    # What was handed out before still holds, and so does what is handed out now.
    assert verify(before, log, capsys)[0] == 0
    after = tmp_path / "after.json"
    made = bundle(auditor, about)
    assert [part["role"] for part in made["erased"]["parts"]] == ["erased"]
    after.write_text(json.dumps(made))
    code, said = verify(after, log, capsys)
    assert code == 0
    assert f"payload erased, commitment intact: entry {at} of" in said
    assert "not disclosed" not in said
    call_command("exportlog", log.origin, tmp_path / "log")
    export = capsys.readouterr().out
    assert "payloads are erased, their commitments intact: 1 entries" in export
    kept = ["--vkey", log.vkey, "--kept", str(after)]
    assert main(["fsck", str(tmp_path / "log"), *kept]) == 0
    assert "erased, commitment intact: entry" in capsys.readouterr().out
    checked = auditor.post(
        f"/systems/{system.pk}/predictions/{about}/verify/", follow=True
    )
    assert "payload erased, commitment intact" in checked.content.decode()
    false = {
        "another entry": made | {"entry": bundle(auditor, other)["entry"]},
        "not listed": bundle(auditor, other) | {"parts": [], "erased": made["erased"]},
        "another list": made | {"erased": made["erased"] | {"parts": []}},
        "another proof": made | {"erased": made["erased"] | {"proof": made["proof"]}},
        "no erasure": made | {"erased": {name: made[name] for name in PROVEN}},
    }  # fmt: skip
    with browsing() as browser:
        tab = opened(browser, tmp_path / "page")
        seen = tab.check(after, key=log.vkey)
        assert (seen.tone, seen.verdict) == ("ok", "The evidence holds")
        assert f"Entry {at} of" in seen.step(SAYS)[1]
        for what, document in false.items():
            path = tmp_path / "false.json"
            path.write_text(json.dumps(document))
            assert verify(path, log, capsys)[0] == 1, what
            assert tab.check(path, key=log.vkey).tone == "danger", what
        assert tab.complaints == []


def test_a_payload_that_somebody_removed_is_no_erased_one(
    system: AISystem, auditor: Client, owner_url: str
) -> None:
    _about, other, _again = post(system)
    erased(system.log)
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_payload DISABLE TRIGGER USER")
        owner.execute("DELETE FROM audits_payload WHERE idx = 2")
    told = auditor.get(f"/api/v1/events/{other}").json()
    assert (told["erased"], told["erased_by"]) == (["input", "output", "person"], None)
    page = auditor.get(f"/systems/{system.pk}/predictions/{other}/").content.decode()
    assert "somebody removed them" in page
    assert SAYS not in page
    checked = auditor.post(
        f"/systems/{system.pk}/predictions/{other}/verify/", follow=True
    )
    assert "no entry says that it was erased" in checked.content.decode()

"""Disclosing a part of a prediction: on the page, in the API, and what is kept."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import psycopg
import pytest
from django.test import Client

from audits.events.models import EventSource
from audits.tlog.bundle import disclose, parse
from audits.tlog.note import parse_vkey
from audits.tlog.report import Report
from audits.tlog.verify import verify_bundle
from audits.tlog.vouch import Others
from audits.trail.models import TrailEntry
from registry.people.models import Role, User
from registry.systems.models import AISystem
from tests.factories import (
    World,
    a_person,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

SignIn = Callable[[User], Client]
SCORE = json.dumps(["output", "output", "score"])
TYPED = {
    "recipient": "Market surveillance authority, request 2026/114",
    "legal_basis": "art_74_12",
    "purpose": "To compare scores over age bands",
}


def posted(
    system: AISystem, client: Client, *, by_field: bool = True
) -> dict[str, Any]:
    key = a_source_key(system)
    EventSource.objects.filter(log=system.log).update(by_field=by_field)
    event = an_event(
        input={"income": 2400.5, "age": 41},
        output={"decision": "reject", "score": 0.37},
        subject="person-4711",
    )
    assert post_events(client, key, event).status_code == 201
    return event


@pytest.fixture
def officer(world: World, signed_in: SignIn) -> Client:
    return signed_in(a_person("Anna", world.acme, Role.COMPLIANCE_OFFICER))


def page_of(system: AISystem, event: dict[str, Any]) -> str:
    return f"/systems/{system.pk}/predictions/{event['id']}/"


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_the_score_goes_out_without_the_inputs_and_both_are_known_committed(
    world: World, client: Client, officer: Client
) -> None:
    event = posted(world.system, client)
    page = page_of(world.system, event)
    form = text_of(officer.get(f"{page}disclose/"))
    assert "output › score" in form
    assert "input › income" in form

    preview = text_of(
        officer.post(f"{page}disclose/", {**TYPED, "fields_shown": [SCORE]})
    )
    seen, hidden = preview.split("The recipient will only know that it exists")
    assert "0.37" in seen
    assert "reject" not in preview
    for told in ("Output: 2 more fields", "Input: 2 fields", "Person: 1 field"):
        assert told in hidden
    assert not TrailEntry.objects.filter(verb="evidence.disclosed").exists()

    after = officer.post(
        f"{page}disclose/", {**TYPED, "fields_shown": [SCORE], "record": "1"},
        follow=True,
    )  # fmt: skip
    assert "To Market surveillance authority, request 2026/114" in text_of(after)
    act = TrailEntry.objects.get(verb="evidence.disclosed")
    assert act.actor_name == "Anna"
    assert act.details["fields"] == [["output", "output", "score"]]
    assert "0.37" not in json.dumps(act.details)

    answer = officer.get(f"{page}disclosures/{act.idx}/")
    made = parse(answer.content)
    vkey, report = parse_vkey(world.system.log.vkey), Report("verify")
    verify_bundle(report, "file", made, vkey, Others())
    assert not report.faults
    shown = disclose(made.entry, made.parts)
    assert shown.held == ["field 'output.score' of part 'output' (23 bytes)"]
    assert sorted(shown.undisclosed) == [
        "2 other fields of part 'output'", "part 'input'", "part 'person'",
    ]  # fmt: skip
    # What the log keeps binds the very parts of the file.
    again = officer.get(f"{page}disclosures/{act.idx}/")
    assert json.loads(again.content)["parts"] == json.loads(answer.content)["parts"]
    taken = TrailEntry.objects.filter(verb="evidence.downloaded")
    assert {each.details["file"] for each in taken} == {f"disclosure {act.idx}"}


def test_what_was_chosen_can_be_changed_and_what_is_wrong_is_said(
    world: World, client: Client, officer: Client
) -> None:
    page = page_of(world.system, posted(world.system, client)) + "disclose/"
    changed = officer.post(page, {**TYPED, "fields_shown": [SCORE], "change": "1"})
    assert TYPED["purpose"] in text_of(changed)
    assert len(re.findall(r'id="show-[^"]*" checked', changed.content.decode())) == 1
    for missing in ("fields_shown", "recipient", "legal_basis", "purpose"):
        typed = {**TYPED, "fields_shown": [SCORE], missing: ""}
        answer = officer.post(page, {**typed, "record": "1"})
        assert answer.status_code == 422
    assert not TrailEntry.objects.filter(verb="evidence.disclosed").exists()


def test_the_api_discloses_parts_and_fields_and_refuses_the_rest(
    world: World, client: Client, officer: Client
) -> None:
    event = posted(world.system, client)
    address = f"/api/v1/events/{event['id']}/disclosures"

    def post(paths: list[list[str]], to: str = address) -> Any:
        body = {**TYPED, "disclosed": paths}
        return officer.post(to, body, content_type="application/json")

    made = post([["output"], ["input", "input", "age"]])
    assert made.status_code == 201
    assert made.json()["disclosed"] == [
        ["input", "input", "age"],
        ["output", "confidence"],
        ["output", "output", "decision"],
        ["output", "output", "score"],
    ]
    assert [each["index"] for each in officer.get(address).json()] == [
        made.json()["index"]
    ]
    file = parse(officer.get(made.json()["file"]).content)
    assert disclose(file.entry, file.parts).undisclosed == [
        "1 other field of part 'input'", "part 'person'",
    ]  # fmt: skip
    for paths in ([["output", "nothing"]], [["nothing"]], [["input", "age", "x"]]):
        assert post(paths).status_code == 422
    assert post([[]]).status_code == 400

    EventSource.objects.update(by_field=False)
    whole = an_event()
    post_events(client, a_source_key(world.system, "other"), whole)
    elsewhere = f"/api/v1/events/{whole['id']}/disclosures"
    refused = post([["output", "confidence"]], elsewhere)
    assert refused.status_code == 422
    assert "committed to as a whole" in refused.json()["detail"]
    assert post([["output"]], elsewhere).status_code == 201


def test_what_was_erased_cannot_be_disclosed_and_says_so(
    own_database: str, client: Client, owner_url: str, signed_in: SignIn
) -> None:
    acme = an_organisation()
    system, anna = a_system(acme), a_person("Anna", acme, Role.COMPLIANCE_OFFICER)
    officer = signed_in(anna)
    event = posted(system, client)
    address = f"/api/v1/events/{event['id']}/disclosures"
    body = {**TYPED, "disclosed": [["output"]]}
    made = officer.post(address, body, content_type="application/json").json()
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_payload DISABLE TRIGGER no_change")
        owner.execute("DELETE FROM audits_payload WHERE log_id = %s", [system.log_id])
    refused = officer.post(address, body, content_type="application/json")
    assert refused.status_code == 422
    assert "not kept any more" in refused.json()["detail"]
    assert officer.get(made["file"]).status_code == 410
    page = page_of(system, event)
    assert "Disclose a part of it" not in text_of(officer.get(page))
    assert "Not kept any more: nobody can disclose it" in text_of(
        officer.get(f"{page}disclose/")
    )
    gone = officer.get(f"{page}disclosures/{made['index']}/", follow=True)
    assert "The file cannot be made any more." in text_of(gone)


def test_a_source_is_switched_on_its_page(
    world: World, client: Client, signed_in: SignIn
) -> None:
    admin = signed_in(a_person("Adam", world.acme, Role.ADMINISTRATOR))
    posted(world.system, client, by_field=False)
    source = EventSource.objects.get(log=world.system.log)
    page = f"/systems/{world.system.pk}/sources/"
    assert "Commit to each field" in text_of(admin.get(page))
    said = admin.post(f"{page}{source.pk}/by-field/", {"by_field": "yes"}, follow=True)
    assert "Its entries commit to each field" in text_of(said)
    act = TrailEntry.objects.get(verb="source.changed")
    assert act.details == {"by_field": True}

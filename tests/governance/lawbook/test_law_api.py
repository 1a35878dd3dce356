"""The law over the API says what the command line says, and names what is wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from governance.law.__main__ import main
from registry.people.models import ServiceScope
from registry.people.services import mint_service_key
from registry.people.throttle import Limit
from tests.factories import TESTER, World, a_source_key
from tests.governance.law.worlds import CREDIT

SignIn = Callable[[Any], Client]
DAY = "2026-11-23"
MINUTE = timedelta(minutes=1)
FROM = {"provider": "2026-12-09", "deployer": "2026-12-04T18:00+01:00"}


@pytest.fixture
def alice(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.alice)


def asked(client: Client, path: str, body: Any = None) -> Any:
    if body is None:
        return client.get(f"/api/v1/law/{path}")
    return client.post(
        f"/api/v1/law/{path}", json.dumps(body), content_type="application/json"
    )


def said(capsys: Any, *arguments: str) -> Any:
    assert main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(CREDIT))
    return str(path)


def test_duties_are_those_of_the_command_line(
    alice: Client, file: str, capsys: Any
) -> None:
    told = asked(
        alice,
        "duties",
        {
            "answers": CREDIT,
            "roles": ["provider", "deployer"],
            "flags": {"sme": "yes", "employer": "no"},
            "on": DAY,
            "edition": "enacted_2024",
        },
    )
    command = "duties --role provider --role deployer --flag sme --flag employer=no"
    options = f"{command} --on {DAY} --edition enacted_2024".split()
    assert told.json() == said(capsys, options[0], file, *options[1:])
    assert told.json()["hypothetical"]


def test_whatif_is_that_of_the_command_line(
    alice: Client, file: str, capsys: Any
) -> None:
    told = asked(alice, "whatif", {"answers": CREDIT, "on": DAY})
    assert told.json() == said(capsys, "whatif", file, "--on", DAY)
    assert told.json()["changes"]


def test_time_limits_are_listed_and_counted_as_on_the_command_line(
    alice: Client, capsys: Any
) -> None:
    assert asked(alice, "deadlines").json() == said(capsys, "deadline")
    body = {
        "id": "art-73-2-general",
        "from": FROM,
        "country": "de",
        "holidays": ["2026-12-21"],
    }
    froms = [f"--from={who}={when}" for who, when in FROM.items()]
    options = ["--country", "DE", "--holiday", "2026-12-21"]
    found = asked(alice, "deadlines", body).json()
    assert found == said(capsys, "deadline", body["id"], *froms, *options)
    assert (found["due"], found["whose"]) == ("2026-12-19", "deployer")


def test_the_timeline_and_a_question_are_those_of_the_command_line(
    alice: Client, file: str, capsys: Any
) -> None:
    assert asked(alice, "timeline").json() == said(capsys, "timeline")
    only = asked(alice, "timeline?edition=enacted_2024").json()
    assert only == said(capsys, "timeline", "--edition", "enacted_2024")
    every = said(capsys, "questions", "--all")["questions"]
    [wanted] = [question for question in every if question["id"] == "profiling"]
    assert asked(alice, "questions/profiling").json() == wanted
    assert asked(alice, "questions/no-such-fact").status_code == 404


def test_changes_and_definitions_are_those_of_the_command_line(
    alice: Client, capsys: Any
) -> None:
    assert asked(alice, "changes").json() == said(capsys, "changes")
    since = asked(alice, "changes?since=2026-07-28&id=enacted_2024").json()
    options = ["--since", "2026-07-28", "--id", "enacted_2024"]
    assert since == said(capsys, "changes", *options)
    assert 0 < len(since["changes"]) < len(asked(alice, "changes").json()["changes"])
    assert asked(alice, "definitions").json() == said(capsys, "definitions")
    of = asked(alice, "definitions?of=profiling&edition=enacted_2024").json()
    options = ["--of", "profiling", "--edition", "enacted_2024"]
    assert of == said(capsys, "definitions", *options)
    for wrong in ("changes?since=soon", "definitions?of=zzz", "definitions?edition=x"):
        answer = asked(alice, wrong)
        field = wrong.partition("?")[2].partition("=")[0]
        assert answer.status_code == 400
        assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("path", "body", "status", "field", "fix"),
    [
        ("duties", {"roles": ["king"]}, 400, "roles[0]", "deployer"),
        ("duties", {"answers": {}}, 400, "roles", "required"),
        ("duties", {"roles": []}, 400, "roles", "at least 1"),
        ("duties", {"roles": ["deployer"], "falgs": {}}, 400, "falgs", "flags"),
        ("duties", {"roles": ["deployer"], "edition": "x"}, 400, "edition", "omnibus"),
        ("duties", {"roles": ["deployer"], "on": "soon"}, 400, "on", "YYYY"),
        ("whatif", {"answers": {"profiling": "maybe"}}, 422, "profiling", "yes, no"),
        (
            "duties",
            {"roles": ["deployer"], "flags": {"sme": "perhaps"}},
            422,
            "sme",
            "yes, no",
        ),
        ("deadlines", {"id": "art-73-2"}, 400, "id", "art-73-2-general"),
        ("deadlines", {"id": "art-73-2-general"}, 400, "from", "from"),
        ("deadlines", {"id": "art-73-2-general", "from": 5}, 400, "from", "text"),
        (
            "deadlines",
            {"id": "art-73-2-general", "from": "2026-12-04T18:00"},
            400,
            "from",
            "time zone",
        ),
        (
            "deadlines",
            {"id": "art-73-2-general", "from": DAY, "country": "XX"},
            400,
            "country",
            "DE",
        ),
        (
            "deadlines",
            {"id": "art-73-2-general", "from": "9999-12-30"},
            400,
            "from",
            "calendar",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_what_would_do(
    alice: Client, path: str, body: Any, status: int, field: str, fix: str
) -> None:
    answer = asked(alice, path, body)
    assert answer.status_code == status
    found = {
        error["field"]: f"{error['reason']} {error.get('fix', '')}"
        for error in answer.json()["errors"]
    }
    key = field if field in found else field.partition("[")[0]
    assert fix in found[key]


def test_a_key_may_ask_and_nobody_without_one(world: World) -> None:
    _row, service = mint_service_key(
        organisation=world.acme, name="k", scopes=[ServiceScope.REGISTRY_READ],
        expires_at=None, by=TESTER, at=world.acme.created_at,
    )  # fmt: skip
    for key in (service, a_source_key(world.system)):
        client = Client(headers={"authorization": f"Bearer {key}"})
        assert asked(client, "whatif", {"answers": CREDIT}).status_code == 200
        assert asked(client, "timeline").status_code == 200
    assert asked(Client(), "timeline").status_code == 401
    assert asked(Client(), "duties", {"roles": ["deployer"]}).status_code == 401


def test_who_asks_too_often_waits_and_others_do_not(
    world: World, alice: Client, signed_in: SignIn, monkeypatch: Any
) -> None:
    monkeypatch.setattr("registry.people.api.WORKED_OUT", Limit("w", 2, MINUTE))
    assert [asked(alice, "whatif", {}).status_code for _ in range(3)] == [200, 200, 429]
    late = asked(alice, "classify", {})
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    assert asked(alice, "timeline").status_code == 200
    assert asked(signed_in(world.bob), "questions", {}).status_code == 200

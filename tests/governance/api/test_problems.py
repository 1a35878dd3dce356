"""Every error that a program meets is problem details (RFC 9457), whoever makes it."""

from http import HTTPStatus
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from governance.settings import env
from tests.databases import point_at
from tests.factories import World
from tests.registry.facts import a_service_key


def is_problem(answer: Any, status: int) -> bool:
    said = answer.json()
    assert answer.status_code == said["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert said["title"] == HTTPStatus(status).phrase
    return bool(said["detail"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/systems/", 404),
        ("POST", "/api/v1/events/", 404),
        ("GET", "/api/v1/systems/not-an-id", 404),
        ("GET", "/log/nothing", 404),
        ("POST", "/api/schema", 405),
        ("POST", "/api/", 405),
        ("DELETE", "/api/v1/systems", 405),
        ("GET", "/api/v1/systems?format=xml", 404),
    ],
)
def test_an_address_or_method_that_is_none(
    world: World, client: Client, method: str, path: str, status: int
) -> None:
    key = a_service_key(world.acme)
    headers = {"authorization": f"Bearer {key}"}
    assert is_problem(client.generic(method, path, headers=headers), status)


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_a_format_that_is_not_there(world: World, client: Client, accept: str) -> None:
    headers = {"authorization": f"Bearer {a_service_key(world.acme)}", "accept": accept}
    assert is_problem(client.get("/api/v1/systems", headers=headers), 406)


def test_a_body_of_another_type(world: World, client: Client) -> None:
    headers = {"authorization": f"Bearer {a_service_key(world.acme)}"}
    answer = client.post(
        "/api/v1/systems", "name", content_type="text/plain", headers=headers
    )
    assert is_problem(answer, 415)
    assert "text/plain" in answer.json()["detail"]


def test_another_host_than_ours(db: None, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = client.get("/api/v1/systems", headers={"host": "evil.example"})
    assert is_problem(answer, 400)


def test_a_refused_caller_is_still_told_how_to_ask(db: None, client: Client) -> None:
    answer = client.get("/api/v1/systems")
    assert is_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_person_s_browser_still_gets_a_page(client: Client) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")


@pytest.fixture
def no_database(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server that is not there, as while it starts again."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    point_at("postgresql://nobody:nothing@127.0.0.1:1/nothing")


@pytest.mark.parametrize("path", ["/api/v1/systems", "/log/a/b/checkpoint"])
def test_a_database_that_is_away_is_503_and_worth_another_try(
    no_database: None, client: Client, path: str
) -> None:
    headers = {"authorization": "Bearer abcdefgh.12345678"}
    answer = client.get(path, headers=headers)
    assert is_problem(answer, 503)
    assert answer["Retry-After"]


def test_health_is_red_without_a_database(no_database: None, client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "red"


def test_a_database_that_hangs_is_waited_for_a_few_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@db.example/c")
    assert env.database("DATABASE_URL")["OPTIONS"] == {"connect_timeout": "5"}


def test_a_bug_of_ours_is_500_and_tells_nothing(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("registry.systems.api.systems.visible_systems", broken)
    client.raise_request_exception = False
    headers = {"authorization": f"Bearer {a_service_key(world.acme)}"}
    answer = client.get("/api/v1/systems", headers=headers)
    assert is_problem(answer, 500)
    assert "secret" not in answer.content.decode()

"""What somebody without an account can make the product do, keep or tell."""

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client, RequestFactory

from governance.request_log import RequestLog
from registry.people.addresses import client_address
from registry.people.links import reset_link
from tests.factories import World

MIB = 1024 * 1024


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the structured log of requests says from here on."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    logger = logging.getLogger("django_structlog.middlewares.request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield text
    logger.removeHandler(handler)


def test_a_one_time_link_does_not_stand_in_the_log(
    client: Client, world: World, log: StringIO
) -> None:
    link = reset_link(world.alice)
    client.get(link.removeprefix("http://testserver"))
    assert "/account/reset/***/" in log.getvalue()
    assert link.split("/")[-2] not in log.getvalue()


def test_what_was_searched_for_does_not_stand_in_the_log(
    client: Client, world: World, log: StringIO
) -> None:
    client.force_login(world.alice)
    client.get("/search/?q=Kari+Nordmann")
    assert "/search/" in log.getvalue()
    assert "Nordmann" not in log.getvalue()


def test_every_request_is_logged_by_that_rule(settings: Any) -> None:
    assert f"{RequestLog.__module__}.RequestLog" in settings.MIDDLEWARE
    assert not any("django_structlog" in name for name in settings.MIDDLEWARE)


@pytest.mark.parametrize("path", ["/sign-in/", "/account/theme/", "/account/reset/"])
def test_a_stranger_cannot_fill_the_disk_by_a_form(
    db: None, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/")
    read: list[int] = []
    monkeypatch.setattr(
        "django.http.multipartparser.MultiPartParser.parse",
        lambda self: read.append(1),
    )
    body = (
        b"--B\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"
        + b"A" * (6 * MIB)
        + b"\r\n--B--\r\n"
    )
    answer = browser.post(path, body, content_type="multipart/form-data; boundary=B")
    assert answer.status_code == 413
    assert read == []


def test_a_long_body_to_the_api_is_a_problem_that_says_so(db: None) -> None:
    answer = Client().post(
        "/api/v1/models", b" " * (6 * MIB), content_type="application/json"
    )
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert "5242880" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "6.6.6.6", "203.0.113.9"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "6.6.6.6", "203.0.113.9"),
        (1, "<script>", "203.0.113.9"),
        (1, "", "203.0.113.9"),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(
    settings: Any, hops: int, forwarded: str, address: str
) -> None:
    settings.PROXY_HOPS = hops
    request = RequestFactory().get(
        "/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=forwarded
    )
    assert client_address(request) == address


def test_behind_a_proxy_one_attacker_does_not_pause_everybody(
    world: World, settings: Any
) -> None:
    settings.PROXY_HOPS = 1
    wrong = {"username": "nobody@example.org", "password": "wrong"}
    for attempt in range(101):
        # Another account each time: only the address is the same.
        answer = Client().post(
            "/sign-in/",
            {**wrong, "username": f"nobody{attempt}@example.org"},
            headers={"x-forwarded-for": "6.6.6.6"},
        )
    assert answer.status_code == 429
    other = Client().post(
        "/sign-in/", wrong, headers={"x-forwarded-for": "198.51.100.7"}
    )
    assert other.status_code == 422

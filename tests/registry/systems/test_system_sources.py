"""Services that post events, and their keys."""

import json
import shlex
from collections.abc import Callable

import pytest
from django.test import Client

from audits.events.access import forget_keys
from audits.events.models import EventSource, SourceKey
from audits.log.models import Entry
from registry.people.models import Role, User
from tests.factories import World, a_person, an_event, post_events
from tests.registry.facts import verbs

SignedIn = Callable[[User], Client]
ALL = ["events:write", "events:read"]


@pytest.fixture
def erin(world: World, signed_in: SignedIn) -> Client:
    """An engineer of Acme: she may make and revoke keys."""
    return signed_in(a_person("Erin", world.acme, Role.ENGINEER))


def a_source(erin: Client, world: World, name: str = "scoring") -> EventSource:
    erin.post(f"/systems/{world.system.pk}/sources/", {"name": name})
    return EventSource.objects.get(log=world.system.log, name=name)


def mint(erin: Client, world: World, source: EventSource) -> tuple[str, str]:
    """A key's text and the line for a shell that its page shows."""
    answer = erin.post(
        f"/systems/{world.system.pk}/sources/{source.pk}/keys/mint/",
        {"name": "Production", "scopes": ALL},
    )
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.context["key"], answer.context["curl"]


def test_the_line_on_the_page_posts_the_first_event(
    world: World, erin: Client, client: Client
) -> None:
    _key, line = mint(erin, world, a_source(erin, world))
    words = shlex.split(line.replace("\\\n", " "))
    assert words[:2] == ["curl", "http://testserver/api/v1/events"]
    answer = client.post(
        "/api/v1/events",
        words[words.index("-d") + 1],
        content_type="application/json",
        headers={"authorization": words[3].removeprefix("Authorization: ")},
    )
    assert answer.status_code == 201
    assert Entry.objects.filter(log=world.system.log, type="prediction").count() == 1


def test_a_key_is_shown_once_and_stored_hashed(world: World, erin: Client) -> None:
    source = a_source(erin, world)
    key, _line = mint(erin, world, source)
    page = erin.get(f"/systems/{world.system.pk}/sources/").content.decode()
    assert key.partition(".")[0] in page
    assert key not in page
    row = SourceKey.objects.get(source=source)
    assert key.partition(".")[2] not in f"{row.pk}{row.hashed_key}"
    assert verbs(world.system)[-2:] == ["source.added", "key.minted"]


def test_a_revoked_key_posts_nothing(
    world: World,
    erin: Client,
    client: Client,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    source = a_source(erin, world)
    key, _line = mint(erin, world, source)
    assert post_events(client, key, an_event()).status_code == 201
    prefix = key.partition(".")[0]
    path = f"/systems/{world.system.pk}/sources/{source.pk}/keys/{prefix}/revoke/"
    assert erin.post(path, {"typed": "Another"}).status_code == 422
    assert post_events(client, key, an_event()).status_code == 201
    with django_capture_on_commit_callbacks(execute=True):
        assert erin.post(path, {"typed": "Production"}).status_code == 302
    assert post_events(client, key, an_event()).status_code == 401
    assert verbs(world.system)[-1] == "key.revoked"
    assert erin.get(path).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": ["everything"]},
        {"scopes": []},
        {"last_day": "tomorrow"},
        {"last_day": "2020-01-01"},
        {"name": ""},
    ],
)
def test_wrong_keys_are_not_minted(
    world: World, erin: Client, fields: dict[str, object]
) -> None:
    source = a_source(erin, world)
    answer = erin.post(
        f"/systems/{world.system.pk}/sources/{source.pk}/keys/mint/",
        {"name": "Production", "scopes": ALL, **fields},
    )
    assert answer.status_code == 422
    assert not SourceKey.objects.exists()


def test_the_last_possible_day_is_a_day(world: World, erin: Client) -> None:
    source = a_source(erin, world)
    answer = erin.post(
        f"/systems/{world.system.pk}/sources/{source.pk}/keys/mint/",
        {"name": "Production", "scopes": ALL, "last_day": "9999-12-31"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["scoring", "two\nlines", "x" * 65, "\x00"])
def test_wrong_names_of_sources_are_refused(
    world: World, erin: Client, name: str
) -> None:
    a_source(erin, world)
    answer = erin.post(f"/systems/{world.system.pk}/sources/", {"name": name})
    assert answer.status_code == 422
    assert EventSource.objects.count() == 1


def test_who_may_not_manage_keys_sees_them_and_makes_none(
    world: World, erin: Client, signed_in: SignedIn
) -> None:
    source = a_source(erin, world)
    auditor = signed_in(a_person("Ann", world.acme, Role.AUDITOR))
    base = f"/systems/{world.system.pk}/sources/"
    page = auditor.get(base).content.decode()
    assert source.name in page
    assert "Add a source" not in page
    assert auditor.post(base, {"name": "mine"}).status_code == 403
    assert auditor.get(f"{base}{source.pk}/keys/mint/").status_code == 403


def test_a_source_of_another_system_is_not_found_here(
    world: World, erin: Client, signed_in: SignedIn
) -> None:
    source = a_source(erin, world)
    key, _line = mint(erin, world, source)
    manager = signed_in(a_person("Mallory", world.other, Role.ENGINEER))
    base = f"/systems/{world.foreign.pk}/sources/{source.pk}/keys/"
    assert manager.get(f"{base}mint/").status_code == 404
    prefix = key.partition(".")[0]
    answer = manager.post(f"{base}{prefix}/revoke/", {"typed": "Production"})
    assert answer.status_code == 404
    forget_keys()
    assert not SourceKey.objects.get(source=source).revoked


def test_the_example_event_survives_any_name(world: World, erin: Client) -> None:
    source = a_source(erin, world, 'it\'s "quoted" $(id) `id`')
    _key, line = mint(erin, world, source)
    words = shlex.split(line.replace("\\\n", " "))
    assert json.loads(words[words.index("-d") + 1])["type"] == "prediction"

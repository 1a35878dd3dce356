"""Sessions that are seen and ended; colours; keys of the organisation."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from registry.people.models import Role, ServiceKey, User, UserSession
from tests.factories import PASSWORD, World, a_person

SignIn = Callable[[User], Client]


def test_a_person_sees_their_sessions_and_nobody_else_s(
    world: World, signed_in: SignIn
) -> None:
    here = signed_in(world.alice)
    signed_in(world.alice)
    bob = signed_in(world.bob)
    page = here.get("/account/sessions/").content.decode()
    assert page.count('name="began"') == 1
    assert "This one" in page
    assert here.session.session_key not in page
    assert bob.session.session_key not in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/149.0 Safari/537.36", "Chrome, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/149 Safari/5 Edg/9",
            "Edge, Windows",
        ),
        ("curl/8.9", "curl/8.9"),
        ("", "not told"),
    ],
)
def test_a_session_is_told_by_its_browser_s_name(
    world: World, client: Client, agent: str, words: str
) -> None:
    who = {"username": world.alice.email, "password": PASSWORD}
    client.post("/sign-in/", who, headers={"user-agent": agent})
    assert f">{words}</span>" in client.get("/account/sessions/").content.decode()


def test_ending_a_session_takes_effect_at_once(world: World, signed_in: SignIn) -> None:
    here, there = signed_in(world.alice), signed_in(world.alice)
    row = UserSession.objects.get(pk=there.session.session_key)
    ended = here.post("/account/sessions/end/", {"began": row.created_at.isoformat()})
    assert ended.status_code == 302
    assert there.get("/account/sessions/").status_code == 302
    assert here.get("/account/sessions/").status_code == 200
    assert TrailEntry.objects.filter(verb="session.ended").count() == 1


def test_one_cannot_end_somebody_else_s_session(
    world: World, signed_in: SignIn
) -> None:
    here, bob = signed_in(world.alice), signed_in(world.bob)
    row = UserSession.objects.get(pk=bob.session.session_key)
    ended = here.post("/account/sessions/end/", {"began": row.created_at.isoformat()})
    assert ended.status_code == 404
    assert bob.get("/account/sessions/").status_code == 200


def test_all_other_sessions_end_together(world: World, signed_in: SignIn) -> None:
    here = signed_in(world.alice)
    others = [signed_in(world.alice) for _ in range(3)]
    page = here.post("/account/sessions/end-others/", follow=True)
    assert "3 sessions have ended" in page.content.decode()
    assert {client.get("/account/sessions/").status_code for client in others} == {302}


def test_an_ended_session_does_not_come_back_by_being_saved(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    session = client.session
    session["loaded"] = True
    world.alice.sessions.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not UserSession.objects.filter(pk=session.session_key).exists()


def test_last_seen_is_noted_coarsely(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.alice)
    row = world.alice.sessions.get()
    for minutes, moved in ((1, False), (6, True)):
        with time_machine.travel(row.seen_at + timedelta(minutes=minutes)):
            client.get("/account/sessions/")
        assert (world.alice.sessions.get().seen_at > row.seen_at) is moved
    assert world.alice.sessions.get().created_at == row.created_at


def test_an_administrator_signs_a_person_of_the_organisation_out(
    world: World, signed_in: SignIn
) -> None:
    ada = signed_in(a_person("Ada", world.acme, Role.ADMINISTRATOR))
    alice, charlie = signed_in(world.alice), signed_in(world.charlie)
    assert ada.post(f"/people/{world.alice.pk}/end-sessions/").status_code == 302
    assert alice.get("/account/sessions/").status_code == 302
    assert ada.post(f"/people/{world.charlie.pk}/end-sessions/").status_code == 404
    assert charlie.get("/account/sessions/").status_code == 200
    bob = signed_in(world.bob)
    assert bob.post(f"/people/{world.alice.pk}/end-sessions/").status_code == 403


def test_colours_are_kept_in_a_cookie_also_when_signed_out(
    db: None, client: Client
) -> None:
    response = client.post(
        "/account/theme/", {"theme": "dark", "next": "/sign-in/?next=/x"}
    )
    assert response["Location"] == "/sign-in/?next=/x"
    assert client.cookies["theme"].value == "dark"
    assert 'data-color-scheme="dark"' in client.get("/sign-in/").content.decode()
    client.post("/account/theme/", {"theme": "<script>"})
    assert client.cookies["theme"].value == "dark"


def test_choosing_colours_never_leads_to_another_host(db: None, client: Client) -> None:
    for wanted in ("https://evil.example/", "//evil.example", "javascript:1", ""):
        response = client.post("/account/theme/", {"theme": "auto", "next": wanted})
        assert response["Location"] == "/"


def test_a_service_key_is_shown_once_works_and_is_revoked(
    world: World, signed_in: SignIn, client: Client
) -> None:
    ada = signed_in(a_person("Ada", world.acme, Role.ADMINISTRATOR))
    made = ada.post("/keys/", {"name": "pipeline", "scopes": ["registry:read"]})
    page = made.content.decode()
    key = ServiceKey.objects.get()
    text = page.split("<code>")[1].split("</code>")[0]
    assert text.startswith(f"{key.prefix}.")
    assert "no-store" in made["Cache-Control"]
    assert text not in ada.get("/keys/").content.decode()
    assert key.hashed_key not in page
    head = {"authorization": f"Bearer {text}"}
    assert client.get("/api/v1/systems", headers=head).status_code == 200
    other = signed_in(a_person("Zoe", world.other, Role.ADMINISTRATOR))
    assert other.post(f"/keys/{key.prefix}/revoke/").status_code == 404
    assert signed_in(world.bob).post(f"/keys/{key.prefix}/revoke/").status_code == 403
    assert ada.post(f"/keys/{key.prefix}/revoke/").status_code == 302
    assert client.get("/api/v1/systems", headers=head).status_code == 401


def test_a_key_that_would_have_expired_is_not_made(
    world: World, signed_in: SignIn
) -> None:
    ada = signed_in(a_person("Ada", world.acme, Role.ADMINISTRATOR))
    past = (timezone.now() - timedelta(days=2)).date().isoformat()
    fields = {"name": "late", "scopes": ["registry:read"], "last_day": past}
    assert ada.post("/keys/", fields).status_code == 422
    assert not ServiceKey.objects.exists()

"""Signing in and out, with the trail entries that they leave."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from audits.trail.models import TrailEntry
from registry.people.models import UserSession
from tests.factories import PASSWORD, World


def sign_in(
    client: Client, email: str, password: str = PASSWORD, **more: str
) -> object:
    return client.post("/sign-in/", {"username": email, "password": password, **more})


def verbs() -> list[str]:
    rows = TrailEntry.objects.filter(log__title="installation").order_by("idx")
    return list(rows.values_list("verb", flat=True))


def test_a_person_signs_in_by_e_mail_in_any_case(world: World, client: Client) -> None:
    response = sign_in(client, " ALICE@example.org ")
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.session[SESSION_KEY] == str(world.alice.pk)
    assert verbs() == ["session.started"]


def test_the_session_row_names_person_browser_and_address(
    world: World, client: Client
) -> None:
    client.post(
        "/sign-in/",
        {"username": world.alice.email, "password": PASSWORD},
        headers={"user-agent": "Firefox on a clerk's desk"},
    )
    row = UserSession.objects.get(user=world.alice)
    assert row.agent == "Firefox on a clerk's desk"
    assert row.address == "127.0.0.1"


def test_signing_in_changes_the_session_key(world: World, client: Client) -> None:
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    sign_in(client, world.alice.email)
    assert client.session.session_key != before
    assert not UserSession.objects.filter(pk=before).exists()


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_host(
    world: World, client: Client, wanted: str
) -> None:
    assert sign_in(client, world.alice.email, next=wanted)["Location"] == "/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(
    world: World, client: Client
) -> None:
    asked = client.get("/account/sessions/")
    assert asked["Location"] == "/sign-in/?next=/account/sessions/"
    response = sign_in(client, world.alice.email, next="/account/sessions/")
    assert response["Location"] == "/account/sessions/"


def test_the_answer_does_not_tell_whether_the_account_exists(
    world: World, client: Client
) -> None:
    world.bob.is_active = False
    world.bob.save()
    answers = {
        sign_in(Client(), email, "wrong")
        .content.decode()
        .split("ds-error-summary")[1]
        .split("</ul>")[0]
        for email in (world.alice.email, "nobody@example.org", world.bob.email)
    }
    assert len(answers) == 1
    right = sign_in(Client(), world.bob.email)
    assert right.status_code == 422


def test_too_many_wrong_passwords_pause_sign_in_and_leave_one_entry(
    world: World, client: Client
) -> None:
    statuses = [
        sign_in(client, world.alice.email, "wrong").status_code for _ in range(9)
    ]
    assert statuses == [422] * 7 + [429] * 2
    locked = sign_in(client, world.alice.email)
    assert locked.status_code == 429
    assert b"Sign-in is paused" in locked.content
    assert SESSION_KEY not in client.session
    assert verbs() == ["sign_in.locked"]
    assert sign_in(Client(), world.bob.email).status_code == 302


def test_what_was_typed_is_not_kept_when_it_names_no_account(
    world: World, client: Client
) -> None:
    for _ in range(8):
        sign_in(client, "my-secret-password", "wrong")
    entry = TrailEntry.objects.get(verb="sign_in.locked")
    assert entry.subject == "user:unknown"
    assert "my-secret" not in f"{entry.subject_label}{entry.details}"


def test_one_address_cannot_try_a_password_on_many_accounts(
    world: World, client: Client
) -> None:
    for number in range(100):
        sign_in(client, f"guess{number}@example.org", "wrong")
    assert sign_in(client, world.alice.email).status_code == 429


def test_signing_out_ends_the_session_and_takes_a_post(
    world: World, client: Client
) -> None:
    sign_in(client, world.alice.email)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not UserSession.objects.filter(user=world.alice).exists()
    assert client.get("/account/sessions/").status_code == 302
    assert verbs() == ["session.started", "session.ended"]


def test_a_signed_in_person_is_not_asked_again(world: World, client: Client) -> None:
    sign_in(client, world.alice.email)
    assert client.get("/sign-in/?next=/account/sessions/")["Location"] == (
        "/account/sessions/"
    )

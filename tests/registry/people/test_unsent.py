"""Forms that are sent after the session has ended: what was typed is not lost."""

import pytest
from django.test import Client
from django.utils.html import escape

from registry.people.models import User, UserSession
from registry.systems.models import AISystem
from tests.factories import PASSWORD, World

FORM = {
    "name": "Fraud warnings",
    "intended_purpose": "Warns a clerk.\r\nNothing else.",
    "lifecycle_state": "design",
}
HIDDEN = 'name="unsent" value="'


@pytest.fixture
def client() -> Client:
    """A browser whose forms need their token, as in life."""
    return Client(enforce_csrf_checks=True)


def token(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def sign_in(client: Client, user: User, **more: str) -> object:
    who = {"username": user.email, "password": PASSWORD}
    who["csrfmiddlewaretoken"] = token(client, "/sign-in/")
    return client.post("/sign-in/", {**who, **more})


def seated(client: Client, user: User) -> dict[str, str]:
    """A person who opened the form; gives its token."""
    sign_in(client, user)
    return {"csrfmiddlewaretoken": token(client, "/systems/register/")}


def sealed(answer: object) -> str:
    return answer.content.decode().split(HIDDEN)[1].split('"')[0]  # type: ignore[attr-defined]


def test_what_was_typed_is_shown_after_signing_in_and_sent_by_a_button(
    world: World, client: Client
) -> None:
    form = FORM | seated(client, world.alice)
    UserSession.objects.all().delete()
    asked = client.post("/systems/register/", form)
    assert asked.status_code == 403
    assert not AISystem.objects.filter(name=FORM["name"]).exists()
    wrong = client.post(
        "/sign-in/",
        {
            "username": world.alice.email,
            "password": "wrong",
            "unsent": sealed(asked),
            "csrfmiddlewaretoken": form["csrfmiddlewaretoken"],
        },
    )
    answer = sign_in(client, world.alice, unsent=sealed(wrong))
    assert answer["Location"] == "/account/unsent/"  # type: ignore[index]
    page = client.get("/account/unsent/").content.decode()
    assert "Intended purpose" in page
    assert escape(FORM["intended_purpose"]) in page
    assert not AISystem.objects.filter(name=FORM["name"]).exists()
    fresh = {"csrfmiddlewaretoken": token(client, "/account/unsent/")}
    sent = client.post("/account/unsent/", FORM | fresh, follow=True)
    assert sent.redirect_chain[0] == ("/systems/register/", 307)
    assert AISystem.objects.get(name=FORM["name"]).intended_purpose
    assert client.get("/account/unsent/").status_code == 404


def test_nobody_else_opens_what_was_typed(world: World, client: Client) -> None:
    form = FORM | seated(client, world.alice)
    UserSession.objects.all().delete()
    asked = client.post("/systems/register/", form)
    sign_in(client, world.bob, unsent=sealed(asked))
    home = client.get("/").content.decode()
    assert "typed by somebody else" in home
    assert client.get("/account/unsent/").status_code == 404


def test_who_signed_out_leaves_nothing_behind(world: World, client: Client) -> None:
    form = FORM | seated(client, world.alice)
    client.post("/sign-out/", form)
    asked = client.post("/systems/register/", form)
    assert asked.status_code == 302
    assert asked["Location"] == "/sign-in/?next=/systems/register/"


def test_passwords_and_endless_texts_are_not_kept(world: World, client: Client) -> None:
    form = seated(client, world.alice)
    UserSession.objects.all().delete()
    secret = form | {"old_password": PASSWORD, "new_password1": "another one"}
    assert client.post("/account/password/", secret).status_code == 302
    endless = FORM | form | {"intended_purpose": "x" * 200_000}
    assert client.post("/systems/register/", endless).status_code == 302


def test_what_is_kept_can_be_thrown_away(world: World, client: Client) -> None:
    form = FORM | seated(client, world.alice)
    UserSession.objects.all().delete()
    asked = client.post("/systems/register/", form)
    sign_in(client, world.alice, unsent=sealed(asked))
    fresh = {"csrfmiddlewaretoken": token(client, "/account/unsent/")}
    client.post("/account/unsent/?discard", fresh)
    assert client.get("/account/unsent/").status_code == 404
    assert not AISystem.objects.filter(name=FORM["name"]).exists()


@pytest.mark.parametrize(
    ("origin", "shown"),
    [("http://testserver", 1), ("http://evil.example", 0), (None, 0)],
)
def test_a_form_of_an_earlier_session_is_shown_again_to_our_own_pages_alone(
    world: World, client: Client, origin: str | None, shown: int
) -> None:
    form = FORM | seated(client, world.alice)
    UserSession.objects.all().delete()
    sign_in(client, world.alice)  # in another tab: the token is a new one
    headers = {"origin": origin} if origin else {}
    answer = client.post("/systems/register/", form, headers=headers)
    assert answer.status_code == 403
    assert answer.content.decode().count(f">{FORM['name']}</dd>") == shown
    assert not AISystem.objects.filter(name=FORM["name"]).exists()


def test_a_part_of_a_page_lets_the_whole_page_ask_to_sign_in(client: Client) -> None:
    part = client.get("/systems/", headers={"hx-request": "true"})
    assert part.status_code == 204
    assert part["HX-Refresh"] == "true"

"""Invitations, new passwords, and the links in e-mails."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from registry.people.access import roles_in
from registry.people.models import Organisation, Role, RoleGroup, User
from tests.factories import PASSWORD, World, a_person

SignIn = Callable[[User], Client]
NEW = "another quite long pass phrase"


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/account/\S+)", text)
    assert found is not None, text
    return found[1]


def ask(client: Client, email: str, **more: str) -> str:
    mail.outbox.clear()
    response = client.post("/account/reset/", {"email": email}, **more)
    assert response["Location"] == "/account/reset/sent/"
    return mail.outbox[0].body if mail.outbox else ""


def set_by(client: Client, link: str, **fields: str) -> object:
    page = client.get(link, follow=True)
    assert page.status_code == 200
    here = page.redirect_chain[-1][0] if page.redirect_chain else link
    return client.post(here, {"new_password1": NEW, "new_password2": NEW, **fields})


def test_a_forgotten_password_is_set_by_a_link_that_works_once(
    world: World, client: Client, signed_in: SignIn
) -> None:
    elsewhere = signed_in(world.alice)
    link = link_in(ask(client, "Alice@Example.org"))
    assert set_by(client, link).status_code == 302
    assert elsewhere.get("/account/sessions/").status_code == 302
    assert "does not work" in Client().get(link, follow=True).content.decode()
    old = {"username": world.alice.email, "password": PASSWORD}
    assert client.post("/sign-in/", old).status_code == 422
    assert client.post("/sign-in/", {**old, "password": NEW}).status_code == 302
    verbs = TrailEntry.objects.filter(log__title="installation").order_by("idx")
    assert list(verbs.values_list("verb", flat=True)) == [
        "password.reset", "session.started",
    ]  # fmt: skip


def test_the_answer_is_the_same_for_an_unknown_address(
    world: World, client: Client
) -> None:
    assert ask(client, "nobody@example.org") == ""
    assert ask(client, world.alice.email) != ""


def test_links_begin_with_base_url_whatever_host_was_asked(
    world: World, client: Client
) -> None:
    body = ask(client, world.alice.email, HTTP_HOST="evil.example")
    assert "http://testserver/account/reset/" in body
    assert "evil.example" not in body


def test_at_most_three_links_an_hour_go_to_one_address(
    world: World, client: Client
) -> None:
    sent = [bool(ask(client, world.alice.email)) for _ in range(5)]
    assert sent == [True, True, True, False, False]
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert ask(client, world.alice.email)


def test_a_link_for_a_new_password_expires_after_an_hour(
    world: World, client: Client
) -> None:
    link = link_in(ask(client, world.alice.email))
    with time_machine.travel(datetime.now() + timedelta(minutes=61)):  # noqa: DTZ005
        page = client.get(link, follow=True)
    assert "does not work" in page.content.decode()


def test_the_token_leaves_the_address_before_the_page_is_shown(
    world: World, client: Client
) -> None:
    link = link_in(ask(client, world.alice.email))
    shown = client.get(link)
    assert shown.status_code == 302
    assert shown["Location"].endswith("/set-password/")


def test_a_link_to_nobody_says_that_it_does_not_work(db: None, client: Client) -> None:
    for room in ("reset", "invitation"):
        page = client.get(f"/account/{room}/nobody/some-token/")
        assert "does not work" in page.content.decode()


def test_a_link_for_a_password_is_no_invitation(world: World, client: Client) -> None:
    link = link_in(ask(client, world.alice.email)).replace("reset", "invitation")
    assert "does not work" in client.get(link, follow=True).content.decode()


def test_setting_a_password_ends_the_pause_of_sign_in(
    world: World, client: Client
) -> None:
    wrong = {"username": world.alice.email, "password": "wrong"}
    for _ in range(8):
        client.post("/sign-in/", wrong)
    set_by(client, link_in(ask(client, world.alice.email)))
    assert client.post("/sign-in/", {**wrong, "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    "password", ["too short", "q1w2e3r4t5y6", "alice@example.org", "x" * 600]
)
def test_weak_and_endless_passwords_are_refused(
    world: World, signed_in: SignIn, password: str
) -> None:
    fields = {"old_password": PASSWORD, "new_password1": password}
    response = signed_in(world.alice).post(
        "/account/password/", {**fields, "new_password2": password}
    )
    assert response.status_code == 422


def test_a_long_pass_phrase_is_welcome(world: World, signed_in: SignIn) -> None:
    phrase = "correct horse battery staple " * 6
    fields = {
        "old_password": PASSWORD,
        "new_password1": phrase,
        "new_password2": phrase,
    }
    assert signed_in(world.alice).post("/account/password/", fields).status_code == 302


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(
    world: World, signed_in: SignIn
) -> None:
    here, elsewhere = signed_in(world.alice), signed_in(world.alice)
    fields = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    here.post("/account/password/", fields)
    assert here.get("/account/sessions/").status_code == 200
    assert elsewhere.get("/account/sessions/").status_code == 302
    assert world.alice.sessions.count() == 1


def test_an_administrator_invites_and_the_person_begins(
    world: World, signed_in: SignIn, client: Client
) -> None:
    ada = a_person("Ada", world.acme, Role.ADMINISTRATOR)
    fields = {"email": "New.Person@example.org", "name": "N.", "role": "overseer"}
    signed_in(ada).post("/people/invite/", fields)
    user = User.objects.get(email="new.person@example.org")
    assert not user.has_usable_password()
    link = link_in(mail.outbox[0].body)
    set_by(client, link, name="Nina New")
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.check_password(NEW)) == ("Nina New", True)
    assert roles_in(user, world.acme) == {Role.OVERSEER}
    assert "does not work" in Client().get(link, follow=True).content.decode()


def test_somebody_who_has_an_account_keeps_name_and_password(
    world: World, signed_in: SignIn
) -> None:
    ada = a_person("Ada", world.acme, Role.ADMINISTRATOR)
    fields = {"email": world.charlie.email, "name": "Renamed", "role": "auditor"}
    signed_in(ada).post("/people/invite/", fields)
    charlie = User.objects.get(pk=world.charlie.pk)
    assert charlie.name == "Charlie"
    assert charlie.check_password(PASSWORD)
    assert "/sign-in/" in mail.outbox[0].body
    assert "/account/invitation/" not in mail.outbox[0].body


def test_an_invited_person_who_lost_the_link_gets_it_again(
    world: World, client: Client
) -> None:
    invited = a_person("Ivo", world.acme, Role.ENGINEER)
    invited.set_unusable_password()
    invited.save()
    assert "/account/invitation/" in ask(client, invited.email)


def test_the_command_founds_the_organisation_and_prints_a_link(
    db: None, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    call_command(
        "invite", "first@example.org", organisation="New Firm", role="administrator"
    )
    printed = capsys.readouterr().out
    firm = Organisation.objects.get(name="New Firm")
    assert RoleGroup.objects.filter(organisation=firm).count() == len(Role)
    assert set_by(client, link_in(printed), name="First").status_code == 302
    fields = {"username": "first@example.org", "password": NEW}
    assert client.post("/sign-in/", fields).status_code == 302
    assert client.get("/people/").status_code == 200


def test_the_command_gives_a_new_link_until_the_person_has_accepted(
    db: None, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    first = ("invite", "first@example.org")
    what = {"organisation": "New Firm", "role": "administrator"}
    call_command(*first, **what)
    call_command(*first, **what)  # as each start of the product does till then
    printed = capsys.readouterr().out
    assert printed.count("/account/invitation/") == 2
    assert set_by(client, link_in(printed), name="First").status_code == 302
    with pytest.raises(CommandError, match="holds this role already"):
        call_command(*first, **what)


def test_the_command_says_what_is_wrong(world: World) -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("invite", "nobody", organisation="A", role="auditor")
    with pytest.raises(CommandError, match="needs a last day"):
        call_command("invite", "a@b.example", organisation="A", role="authority")
    assert not Organisation.objects.filter(name="A").exists()

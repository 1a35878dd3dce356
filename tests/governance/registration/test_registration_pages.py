"""The pages: who reads and writes, without JavaScript, and what they never say."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.access.services import grant_system
from governance.registration.models import RegistrationText
from registry.operators.models import Operator
from registry.people.models import Role, User
from tests.factories import World, a_person
from tests.governance.law.duty_worlds import CAMERA
from tests.governance.registration.test_submissions import submit
from tests.governance.registration.worlds import (
    A,
    a_provider,
    draft,
    kept,
    moves,
    states,
)
from tests.registry.facts import verbs

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def at(name: str, world: World, *parts: Any) -> str:
    return reverse(f"registration:{name}", args=[world.system.pk, *parts])


def of(world: World, operator: Operator, name: str = "draft", *more: str) -> str:
    return at(name, world, operator.pk, A, *more)


def read(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_an_empty_page_says_what_to_do_next(world: World, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    assert "No classification is approved" in read(alice, at("of_system", world))
    a_provider(world)
    Operator.objects.update(ours=False)
    assert "None of your operators holds a role" in read(alice, at("of_system", world))


def test_the_tab_lists_what_binds_and_why_the_rest_does_not(
    world: World, signed_in: SignIn
) -> None:
    a_provider(world)
    said = read(signed_in(world.alice), at("of_system", world))
    assert "nothing here is a registration" in said
    assert "4 of 12 fields complete" in said
    assert "Plan by the earlier." in said
    assert "What does not bind you" in said
    assert "Critical infrastructure: the national register" in said


def test_another_day_and_edition_are_asked_and_write_nothing(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world)
    bob = signed_in(world.bob)
    said = read(bob, of(world, operator) + "?on=2026-07-01&edition=enacted_2024")
    assert "Shown as on 1 Jul 2026" in said
    assert "State it as submitted" not in said
    assert "Shown as on" not in read(bob, of(world, operator) + "?on=never", 422)


def test_a_text_is_kept_and_taken_back(world: World, signed_in: SignIn) -> None:
    operator = a_provider(world)
    alice, url = signed_in(world.alice), of(world, operator, "field", f"{A}-4")
    assert "Credit scoring" in read(alice, url)
    given = {"applies": "text", "text": "Credit X", "revision": "0"}
    refused = alice.post(url, given)
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert alice.post(url, given | {"reason": "Its mark."}).status_code == 302
    said = read(alice, of(world, operator))
    assert "Credit X" in said
    assert "Its mark." in said
    back = {"applies": "register", "revision": "1", "text": "Credit X", "reason": ""}
    lost = alice.post(url, back | {"text": "Credit Y"})
    assert "You wrote a text: choose it" in lost.content.decode()
    assert alice.post(url, back).status_code == 302
    assert "Credit X" not in read(alice, of(world, operator))
    assert "Taken back" in read(alice, url)


def test_the_second_of_two_editors_sees_the_first(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world)
    url = of(world, operator, "field", f"{A}-6")
    given = {"applies": "text", "revision": "0"}
    signed_in(world.bob).post(url, given | {"text": "Bob's text"})
    answer = signed_in(world.alice).post(url, given | {"text": "Alice's text"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Bob&#x27;s text" in said
    assert "Alice&#x27;s text" in said
    assert 'name="revision" value="1"' in said
    assert RegistrationText.objects.count() == 1


def test_a_field_that_always_applies_offers_no_way_out(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world)
    alice = signed_in(world.alice)
    way_out = "Nothing: it does not apply"
    assert way_out not in read(alice, of(world, operator, "field", f"{A}-6"))
    assert way_out in read(alice, of(world, operator, "field", f"{A}-8"))
    read(alice, of(world, operator, "field", f"{A}-99"), 404)


def test_only_who_may_submit_states_it_and_then_changes_show(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world)
    given = {
        "submitted_on": timezone.now().date().isoformat(),
        "reference": "EU-4711",
        "read_sha256": draft(world, operator).digest,
    }
    url = of(world, operator, "submit")
    assert signed_in(world.alice).post(url, given).status_code == 403
    bob = signed_in(world.bob)
    assert bob.post(url, given | {"reference": ""}).status_code == 422
    done = bob.post(url, given, follow=True)
    assert "This copy is not a registration" in done.content.decode()
    home, overview = (
        reverse("home:home"),
        reverse("systems:overview", args=[world.system.pk]),
    )
    assert "out of date" not in read(bob, overview)
    moves(world, operator, "Elsewhere 2")
    assert "The registration is out of date" in read(bob, overview)
    assert "Bring the registration of Credit scoring up to date" in read(bob, home)
    assert "1 field is no longer what was submitted" in read(
        bob, at("of_system", world)
    )
    said = read(bob, of(world, operator))
    assert "What is no longer as submitted" in said
    assert "Marktplatz 1" in said
    assert "Elsewhere 2" in said


def test_files_are_kept_and_leave_a_trail(world: World, signed_in: SignIn) -> None:
    operator = a_provider(world)
    row = submit(world, operator)
    bob = signed_in(world.bob)
    for url in (
        of(world, operator, "export", "json"),
        of(world, operator, "export", "xlsx"),
        at("submitted_file", world, row.pk, "json"),
    ):
        answer = bob.get(url)
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["Cache-Control"] == "private, no-store"
        assert verbs(world.system)[-1] == "registration.exported"
    read(bob, of(world, operator, "export", "docx"), 404)
    read(bob, at("submission", world, world.system.pk), 404)


READS_SECURE = {
    Role.RISK_OFFICER: True,
    Role.COMPLIANCE_OFFICER: True,
    Role.AUDITOR: True,
    Role.AUTHORITY: True,
    Role.ADMINISTRATOR: False,
    Role.OVERSEER: False,
    Role.ENGINEER: False,
}


def test_what_is_not_public_is_read_by_few(world: World, signed_in: SignIn) -> None:
    operator = a_provider(world, CAMERA, police="yes")
    row = submit(world, operator)
    for role, reads in READS_SECURE.items():
        person = a_person(f"One {role}", world.acme, role)
        if role == Role.AUTHORITY:
            until = timezone.now() + timezone.timedelta(days=5)
            grant_system(user=person, system=world.system, until=until, **kept())
        caller = signed_in(person)
        read(caller, of(world, operator), 200 if reads else 403)
        said = read(caller, at("of_system", world))
        assert ("your role does not read it" in said) is not reads
        assert ("EU-4711" in said) is reads
    overseer = signed_in(User.objects.get(name="One overseer"))
    read(overseer, at("submission", world, row.pk), 403)
    read(overseer, at("submitted_file", world, row.pk, "json"), 403)
    read(overseer, of(world, operator, "export", "json"), 403)


def test_a_draft_is_kept_secret_while_that_is_open_and_once_it_was(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world, CAMERA)
    overseer = signed_in(a_person("Olga", world.acme, Role.OVERSEER))
    read(overseer, of(world, operator), 403)
    submit(world, operator)
    states(world, operator, police="no", migration_asylum="no")
    read(overseer, of(world, operator), 403)

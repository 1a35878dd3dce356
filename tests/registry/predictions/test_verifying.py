"""Verification on the server: without scripts, and with a record."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Head
from audits.log.seal import save_checkpoint
from audits.trail.models import TrailEntry
from registry.people.models import Role, User
from registry.predictions.access import find_in_system
from registry.predictions.services.verification import check_event
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
STEPS = ["leaf", "parts", "path", "root", "signature", "history"]


@pytest.fixture
def event(world: World, client: Client) -> dict[str, Any]:
    posted = an_event()
    post_events(client, a_source_key(world.system), an_event(), posted)
    save_checkpoint(log=world.system.log, at=timezone.now())
    return posted


def test_a_check_shows_its_steps_and_leaves_a_trail(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    anna = a_person("Anna", world.acme, Role.AUDITOR)
    page = f"/systems/{world.system.pk}/predictions/{event['id']}/"
    client = signed_in(anna)
    answer = client.post(f"{page}verify/", follow=True)
    text = answer.content.decode()
    assert "Every step that was run holds." in text
    act = TrailEntry.objects.get(log=world.system.log, verb="evidence.verified")
    assert act.actor_name == "Anna"
    assert [step["name"] for step in act.details["steps"]] == STEPS
    assert all(step["holds"] for step in act.details["steps"])
    assert "when Anna verified" in client.get(page).content.decode()


def test_an_outcome_is_shown_only_on_the_page_it_is_about(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    page = f"/systems/{world.system.pk}/predictions/{event['id']}/"
    text = client.get(f"{page}?verified=0").content.decode()
    assert "Every step that was run holds." not in text


def test_who_does_not_see_the_system_cannot_verify(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    page = f"/systems/{world.system.pk}/predictions/{event['id']}/verify/"
    size = Head.objects.get(log=world.system.log).size
    assert signed_in(world.charlie).post(page).status_code == 404
    assert signed_in(world.alice).get(page).status_code == 405
    assert Head.objects.get(log=world.system.log).size == size


CHANGED_ENTRY = (
    "UPDATE audits_entry SET entry = entry || ' '::bytea, leaf_hash ="
    " sha256('\\x00'::bytea || entry || ' '::bytea) WHERE idx = 2"
)
CHANGED_PAYLOAD = (
    "UPDATE audits_payload SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)"
    " WHERE idx = 2"
)
CHANGED_CHECKPOINT = (
    "UPDATE audits_checkpoint SET note = replace(note, E'\\n3\\n', E'\\n9\\n')"
)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (CHANGED_ENTRY, "path"),
        (CHANGED_PAYLOAD, "parts"),
        (CHANGED_CHECKPOINT, "history"),
    ],
)
def test_what_the_owner_changed_is_found_at_its_step(
    own_database: str, owner_url: str, change: str, step: str
) -> None:
    system, event = filled()
    with psycopg.connect(owner_url) as owner:
        for table in ("entry", "payload", "checkpoint"):
            owner.execute(f"ALTER TABLE audits_{table} DISABLE TRIGGER no_change")
        owner.execute(change)
    steps = check_event(find_in_system(system, event))
    assert [s.name for s in steps if s.holds is False] == [step]


def filled() -> tuple[AISystem, Any]:
    system, event = a_system(an_organisation()), an_event()
    key = a_source_key(system)
    post_events(Client(), key, an_event(), event)
    save_checkpoint(log=system.log, at=timezone.now())
    post_events(Client(), key, an_event())
    return system, event["id"]

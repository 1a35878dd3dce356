"""Starting the clock of a time limit for an event (Art. 73 and others)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.obligations.models import Period
from registry.systems.models import AISystem
from tests.factories import World
from tests.governance.obligations.world import classified, derive, row, with_duties
from tests.registry.facts import details

SignIn = Callable[[Any], Client]
LIVE = [
    "without_participation",
    "reference_database",
    "live",
    "public_space",
    "law_enforcement",
]
INCIDENT = {
    "limit": "art-73-2-general",
    "event": "Loans refused by mistake",
    "country": "DE",
    "provider": "2026-12-09",
    "deployer": "2026-12-04",
}


@pytest.fixture
def system(world: World) -> AISystem:
    return with_duties(world, "provider", "deployer")


def start(client: Client, system: AISystem, duty: str = "art-73-2", **told: Any) -> Any:
    about = row(system, duty)
    url = reverse("obligations:deadline", args=[system.pk, about.pk])
    return client.post(url, {"revision": about.revision, "act": "start", **told})


def test_the_count_is_shown_with_its_steps_before_it_is_kept(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    html = start(alice, system, **INCIDENT, act="count").content.decode()
    for words in ("immediately", "19 Dec 2026", "21 Dec 2026", "earliest awareness"):
        assert words in html
    assert not Period.objects.exclude(event="").exists()


def test_the_clock_runs_from_the_earlier_awareness_by_the_plain_count(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    assert start(alice, system, **INCIDENT).status_code == 302
    made = Period.objects.get(event=INCIDENT["event"])
    # 19 December 2026 is a Saturday: nothing moves the safe day.
    assert (made.due_on, made.due_later_on) == (date(2026, 12, 19), date(2026, 12, 21))
    assert details(system)["aware"]["deployer"] == "2026-12-04"
    page = alice.get(
        reverse("obligations:one", args=[system.pk, row(system, "art-73-2").pk])
    )
    assert "How it was counted" in page.content.decode()
    month = {"month": "2026-12"}
    calendar = alice.get(reverse("obligations:calendar"), month).content.decode()
    assert INCIDENT["event"] in calendar


def test_without_a_member_state_the_day_is_the_same(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    start(signed_in(world.alice), system, **INCIDENT | {"country": ""})
    assert Period.objects.get(event=INCIDENT["event"]).due_on == date(2026, 12, 19)


def test_two_events_run_beside_each_other_and_each_is_closed_alone(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    start(alice, system, **INCIDENT)
    start(alice, system, **INCIDENT | {"event": "A second one"})
    first = Period.objects.get(event=INCIDENT["event"])
    about = first.obligation
    for client, act, more in (
        (alice, "submit", {"text": "Reported."}),
        (bob, "accept", {}),
    ):
        url = reverse("obligations:act", args=[system.pk, about.pk, act])
        seen = row(system, "art-73-2").revision
        client.post(url, {"revision": seen, "period": first.pk, **more})
    first.refresh_from_db()
    assert (first.state, first.current) == ("accepted", False)
    assert Period.objects.get(event="A second one").current
    assert about.periods.get(event="").state == "open"


def test_a_limit_in_hours_needs_the_time_and_ends_at_a_moment(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    classified(world, system, biometrics=["identification"], identification_facts=LIVE)
    derive(system)
    alice = signed_in(world.alice)
    told = {"limit": "art-5-3-urgent", "event": "Urgent start", "country": "DE"}
    refused = start(alice, system, "art-5-3", **told, since="2026-12-04")
    assert refused.status_code == 422
    assert "counted in hours" in refused.content.decode()
    start(alice, system, "art-5-3", **told, since="2026-12-04", since_time="18:00")
    made = Period.objects.get(event="Urgent start")
    assert made.due_at
    assert made.due_at.isoformat() == "2026-12-05T17:00:00+00:00"


def test_what_is_wrong_is_said_and_nothing_is_kept(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    for wrong in (
        {"limit": "art-5-3-urgent"},
        {"event": ""},
        {"provider": "", "deployer": ""},
        {"deployer": "", "deployer_time": "10:00"},
        {"country": "XX"},
    ):
        assert start(alice, system, **INCIDENT | wrong).status_code == 422, wrong
    assert start(alice, system, **INCIDENT, revision=99).status_code == 422
    assert not Period.objects.exclude(event="").exists()
    about = row(system, "art-4")
    none = reverse("obligations:deadline", args=[system.pk, about.pk])
    assert alice.get(none).status_code == 404

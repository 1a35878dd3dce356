"""The pages of duties: of a system, of all systems, on another day."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.obligations.models import Obligation, Period
from registry.systems.models import AISystem
from tests.factories import World
from tests.governance.obligations.world import (
    a_bank,
    classified,
    holds,
    period,
    row,
    today,
    with_duties,
)

SignIn = Callable[[Any], Client]


@pytest.fixture
def system(world: World) -> AISystem:
    return with_duties(world)


def shown(client: Client, system: AISystem, **query: str) -> str:
    url = reverse("obligations:of_system", args=[system.pk])
    return client.get(url, query).content.decode()


def test_the_page_says_what_is_missing_before_there_are_duties(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    assert "Open the classification" in shown(alice, world.system)
    classified(world, world.system)
    assert "State a role" in shown(alice, world.system)
    assert not Obligation.objects.exists()


def test_reading_the_page_brings_it_up_to_the_facts(
    world: World, signed_in: SignIn
) -> None:
    classified(world, world.system)
    holds(world.system, a_bank(world.acme), "deployer")
    html = shown(signed_in(world.alice), world.system)
    assert str(row(world.system).pk) in html
    assert "Binds now" in html
    assert "Applies later" in html


def test_another_day_shows_what_bound_then(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    later = shown(alice, system, on="2028-01-01")
    assert "Duties by the law on 1 Jan 2028" in later
    assert "Applies later" not in later
    assert "held a role" in shown(alice, system, on="2020-01-01")
    other = shown(alice, system, on="2027-12-31", edition="enacted_2024")
    assert "Hypothetical" in other


def test_the_lists_are_narrowed_and_never_show_what_is_not_seen(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    mine, other = str(row(system).pk), str(row(system, "art-4").pk)
    Obligation.objects.filter(pk=mine).update(owner=world.alice)
    one = shown(alice, system, owner=str(world.alice.pk))
    assert mine in one
    assert other not in one
    url = reverse("obligations:all")
    for query in ({}, {"view": "list"}):
        assert mine in alice.get(url, query).content.decode()
        assert mine not in signed_in(world.charlie).get(url, query).content.decode()
    owned = alice.get(url, {"view": "list", "owner": "me"}).content.decode()
    assert mine in owned
    assert other not in owned


def test_one_link_ticks_the_duties_of_a_group_and_no_others(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    box = re.compile(r'<input[^>]*name="duty"[^>]*>')
    assert not any("checked" in each for each in box.findall(shown(alice, system)))
    ticked = box.findall(shown(alice, system, ticked="later"))
    chosen = [each for each in ticked if "checked" in each]
    later = Obligation.objects.filter(system=system, applies_from__gt=today())
    sure = later.filter(established=True, ended_at=None)
    assert len(chosen) == sure.count() < len(ticked)
    assert all(any(str(each.pk) in one for one in chosen) for each in sure)


def test_a_cell_of_the_matrix_says_its_state_in_words(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    Period.objects.filter(pk=period(system).pk).update(state="submitted")
    html = signed_in(world.alice).get(reverse("obligations:all")).content.decode()
    for word in ("Evidence submitted", "overdue", "not established", "from 2 Dec 2027"):
        assert word in html


def test_what_may_not_bind_is_never_called_overdue(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    open_ = Period.objects.filter(obligation__established=False)
    Period.objects.exclude(pk__in=open_).delete()
    open_.update(due_on="2026-01-01")
    alice = signed_in(world.alice)
    for query in ({}, {"view": "list"}):
        html = alice.get(reverse("obligations:all"), query).content.decode()
        assert "not established" in html
        assert "overdue" not in html


def test_whoever_may_have_become_the_provider_is_asked_before_it_counts_on_the_page(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, asked = signed_in(world.alice), "is the provider is not established"
    html = shown(alice, system)
    assert f"Whether Acme Bank AG {asked}" in html
    assert reverse("circumstances:of_system", args=[system.pk]) in html
    holds(system, row(system).operator, "provider")
    assert asked not in shown(alice, system)


def test_one_duty_says_why_what_it_costs_and_what_counts(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    url = reverse("obligations:one", args=[system.pk, row(system, "art-27-1").pk])
    html = signed_in(world.alice).get(url).content.decode()
    assert "Annex III, point 5(b)" in html
    assert "The Act names no amount. National rules of the Member State" in html
    assert "impact assessment with its six elements" in html
    assert "strong" in html
    fined = reverse("obligations:one", args=[system.pk, row(system).pk])
    html = signed_in(world.alice).get(fined).content.decode()
    assert "Up to EUR 15,000,000 or 3 %" in html
    assert "is not established" in html  # whether the bank is a small enterprise


def test_a_day_that_has_passed_by_one_reading_only_is_called_so(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice, url = signed_in(world.alice), reverse("obligations:all")
    mine = Period.objects.filter(pk=period(system, "art-4").pk)

    def said(**query: str) -> int:
        return alice.get(url, query).content.decode().count("overdue by one reading")

    others = said(), said(view="list")
    mine.update(due_later_on=today())
    assert (said(), said(view="list")) == (others[0] + 1, others[1] + 1)
    mine.update(due_later_on=today() - timedelta(days=1))
    assert (said(), said(view="list")) == others

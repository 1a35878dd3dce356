"""Taking up a role is asked about, and what was told elsewhere is confirmed here."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.circumstances.selectors import acting_on
from governance.circumstances.services import state_circumstance
from governance.law.value_chain import askable
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import Alarm, open_alarms, unasked
from registry.operators.models import Operator, OperatorRoleName
from registry.people.models import User
from registry.systems.models import AISystem
from tests.factories import World, a_system
from tests.governance.law.worlds import CHAT, CREDIT
from tests.governance.value_chain.chain import (
    ALL,
    JUNE,
    MARCH,
    a_chain,
    an_operator,
    answer,
    change,
    classified,
    every_alarm,
    holds,
    kept,
    titles,
    version,
)

SignIn = Callable[[User], Client]
FLAG = "provider_by_own_acts"


def told(operator: Operator, said: str = "yes", flag: str = FLAG, **more: Any) -> None:
    """As "Who we are" took it before it was answered under "Changes of role"."""
    facts = {"held_from": MARCH, "author": None, "system": None, **kept(), **more}
    state_circumstance(operator=operator, flag=flag, answer=said, **facts)


def flag_of(system: AISystem, operator: Operator, flag: str = FLAG) -> str:
    acting = acting_on(system, timezone.localdate())
    return next(a.flags.get(flag, "") for a in acting if a.operator == operator)


def a_reseller(system: AISystem, name: str = "Resell AG") -> tuple[Operator, Alarm]:
    reseller = an_operator(system, name)
    holds(system, reseller, "distributor", reason="Sells it.")
    [alarm] = every_alarm(system)
    return reseller, alarm


@pytest.mark.parametrize("role", OperatorRoleName.values)
def test_each_role_that_can_turn_into_a_providers_is_asked_from_its_first_day(
    world: World, role: str
) -> None:
    operator = an_operator(world.system, "Somebody AG")
    later = timezone.localdate() + timedelta(days=1)
    holds(world.system, operator, role, held_from=later)
    assert every_alarm(world.system) == []
    holds(world.system, operator, role, held_from=MARCH, held_until=JUNE)
    found = every_alarm(world.system)
    assert len(found) == (role in askable())
    for alarm in found:
        asked = {letter.id for letter in alarm.letters}
        by_product = {"art-25-3-a", "art-25-3-b"}
        assert asked == (by_product if role == "product_manufacturer" else {*ALL})
        assert (alarm.kind, alarm.on, alarm.text) == ("role", MARCH, "Does.")
        assert [each.operator for each in alarm.candidates] == [operator]


def test_it_is_asked_only_while_the_system_may_be_high_risk(world: World) -> None:
    system = world.system
    _reseller, alarm = a_reseller(system)
    classified(system, CHAT)
    assert every_alarm(system) == []
    assert unasked(system, []) == [alarm]
    classified(system, CREDIT | {"profiling": "not_established"})
    assert every_alarm(system) == [alarm]
    assert unasked(system, [alarm]) == []


def test_who_is_the_provider_already_is_not_asked(world: World) -> None:
    system, bank = world.system, an_operator(world.system, "Own Use AG")
    holds(system, bank, "provider")
    holds(system, bank, "deployer")
    assert every_alarm(system) == []
    # It uses the system for longer than it makes it.
    holds(system, bank, "importer", held_from=MARCH - timedelta(days=1))
    [before] = every_alarm(system)
    assert before.on == MARCH - timedelta(days=1)
    # Nor does what concerns nobody fill up a list that reads only so many.
    version(system)
    change(system)
    assert every_alarm(system) == [before]
    other = a_system(world.acme, "Bought")
    a_chain(other)
    version(other)
    change(other)
    found = open_alarms([system, other], kinds=("version", "change"), most=1)
    assert [alarm.kind for alarm in found[other.pk]] == ["change", "version"]


def test_a_product_under_the_makers_own_name_makes_it_the_provider(
    world: World,
) -> None:
    system = world.system
    first, lifts = an_operator(system, "Guards AG"), an_operator(system, "Lifts SE")
    holds(system, first, "provider")
    holds(system, lifts, "product_manufacturer")
    [alarm] = every_alarm(system)
    said = {"art-25-3-a": "yes", "art-25-3-b": "no"}
    yes = {"letters": said, "operator": lifts, "became_on": MARCH}
    made = answer(system, alarm, world.alice, **yes)
    assert made.given_role is not None
    assert every_alarm(system) == []
    assert flag_of(system, lifts, "product_under_own_name") == "yes"
    # What the first provider owes (Art. 25(2)) appears as after any other yes.
    assert flag_of(system, first, "another_became_provider") == "yes"
    no = dict.fromkeys(said, "no")
    answer(system, made, world.bob, letters=no, seen=str(made.pk))
    assert flag_of(system, lifts, "product_under_own_name") == "no"
    assert flag_of(system, first, "another_became_provider") == "no"
    assert every_alarm(system) == []


def test_a_no_to_a_change_says_nothing_of_a_role_that_is_still_open(
    world: World,
) -> None:
    system = world.system
    reseller, alarm = a_reseller(system)
    change(system)
    role, changed = every_alarm(system)
    assert role == alarm
    answer(system, changed, world.alice, "no")
    assert flag_of(system, reseller) == ""
    # Nor does a doubt take anything from what somebody told before.
    told(reseller, system=system)
    answer(system, role, world.alice, "not_established", task_for=world.bob)
    assert flag_of(system, reseller) == "yes"
    [role] = every_alarm(system)
    assert role.answer is not None
    answer(system, role, world.alice, "no")
    assert flag_of(system, reseller) == "no"


@pytest.mark.parametrize(
    ("said", "since"), [("no", MARCH), ("yes", MARCH), ("yes", JUNE)]
)
def test_a_yes_of_before_waits_until_it_is_answered_here_and_then_that_counts(
    world: World, said: str, since: Any
) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    assert every_alarm(system) == []  # not high-risk
    told(bank, "no")
    assert every_alarm(system) == []
    told(bank, held_from=JUNE)
    [alarm] = every_alarm(system)
    assert alarm.stated is not None
    assert (alarm.stated.held_from, flag_of(system, bank)) == (JUNE, "yes")
    more = {"operator": bank, "became_on": since} if said == "yes" else {}
    answer(system, alarm, world.alice, said, **more)
    assert every_alarm(system) == []
    assert flag_of(system, bank) == said
    # Another system of the same operator has an answer of its own.
    other = a_system(world.acme, "Other")
    holds(other, bank, "deployer")
    [asked] = every_alarm(other)
    assert asked.stated == alarm.stated
    assert flag_of(other, bank) == "yes"


def test_who_we_are_shows_it_and_takes_no_answer(
    world: World, signed_in: SignIn
) -> None:
    system, client = world.system, signed_in(world.alice)
    reseller, alarm = a_reseller(system)
    told(reseller, system=system, reason="Our label is on it.")
    page = f"/systems/{system.pk}/circumstances/"
    shown = client.get(page).content.decode()
    assert "to be confirmed under “Changes of role”" in shown
    form = {"answer": "no", "where": "here", "held_from": "2026-03-01", "seen": ""}
    one = f"{page}{reseller.pk}/{FLAG}/"
    assert "so that there is one answer" in client.get(one).content.decode()
    assert client.post(one, form).status_code == 422
    everywhere = f"/operators/{reseller.pk}/circumstances/"
    assert "answered for each system" in client.get(everywhere).content.decode()
    body = {"flag": FLAG, "answer": "no", "held_from": "2026-03-01"}
    for path in (f"systems/{system.pk}", f"operators/{reseller.pk}"):
        sent = json.dumps(
            body | {"operator": str(reseller.pk)} if "sys" in path else body
        )
        refused = client.post(f"/api/v1/{path}/circumstances", sent, "application/json")
        assert refused.status_code == 400
        assert "Changes of role" in refused.content.decode()
    listed = client.get(f"/api/v1/systems/{system.pk}/circumstances").json()
    assert [row["unconfirmed"] for row in listed["results"]] == [True]
    asked = client.get(f"/systems/{system.pk}/value-chain/role/{alarm.id}/")
    assert "Our label is on it." in asked.content.decode()
    answer(system, alarm, world.alice, "no")
    assert "answered under “Changes of role”" in client.get(page).content.decode()
    home = client.get("/").content.decode()
    assert FLAG not in home
    assert "Resell AG: Have you put your own name on the system" in home


def test_roles_of_many_systems_are_one_line_and_answered_together(
    world: World, signed_in: SignIn
) -> None:
    systems = [
        world.system,
        a_system(world.acme, "Hiring"),
        a_system(world.acme, "Chat"),
    ]
    bank, client = an_operator(world.system, "Bank eG"), signed_in(world.alice)
    for system in systems:
        holds(system, bank, "deployer")
    home = client.get("/").content.decode()
    assert "Say of 3 systems whether a role made somebody their provider" in home
    assert "Say whether this" not in home
    page, found = "/value-chain/roles/", open_alarms(systems)
    ids = [str(found[system.pk][0].id) for system in systems]
    empty = client.post(page, {"reason": ""})
    assert empty.status_code == 422
    assert "Tick the roles" in empty.content.decode()
    said = {"roles": ids[:2], "reason": "Installed as delivered."}
    done = client.post(page, said, follow=True).content.decode()
    assert "Kept for 2 roles" in done
    rows = ChainAnswer.objects.all()
    assert {(r.outcome, r.reason, r.answered_by) for r in rows} == {
        ("no", "Installed as delivered.", world.alice)
    }
    late = signed_in(world.bob).post(page, said | {"roles": ids})
    assert late.status_code == 422
    assert "Somebody answered for one of these" in late.content.decode()
    assert len(rows.all()) == 2
    # The one that is left has a line of its own; what was told is answered alone.
    home = client.get("/").content.decode()
    assert "Say whether this made somebody the provider of Chat" in home
    told(bank)
    assert "No role waits" in client.get(page).content.decode()
    assert "Confirm it here" in client.get("/").content.decode()


def test_the_api_takes_the_answer_to_a_role(world: World, signed_in: SignIn) -> None:
    client, path = signed_in(world.alice), f"systems/{world.system.pk}/value-chain"
    reseller, alarm = a_reseller(world.system)
    told(reseller)
    [waiting] = client.get(f"/api/v1/{path}").json()["open"]
    assert waiting["occasion"] == {"kind": "role", "id": str(alarm.id)}
    assert waiting["stated_before"]["answer"] == "yes"
    letters = dict.fromkeys(ALL, "no")
    body = {
        "occasion": waiting["occasion"],
        "letters": letters,
        "reason": "As it came.",
    }
    made = client.post(f"/api/v1/{path}/answers", json.dumps(body), "application/json")
    assert made.status_code == 201
    assert client.get(f"/api/v1/{path}").json() == {"open": []}


def test_many_systems_are_asked_about_in_as_many_queries_as_one(world: World) -> None:
    systems = [world.system]
    a_reseller(world.system)
    change(world.system)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(open_alarms(systems)) == len(systems)
        return len(asked)

    one = queries()
    for n in range(4):
        systems.append(a_system(world.acme, f"S{n}"))
        a_reseller(systems[-1], f"R{n}")
    assert queries() == one == 7
    assert titles(world.system) == ["Another name or mark"]

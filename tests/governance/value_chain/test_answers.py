"""What an answer brings about, and what another answer takes back."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from audits.trail.models import TrailEntry
from governance.circumstances.selectors import acting_on
from governance.circumstances.services import state_circumstance
from governance.law.duties import duties
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import new_providers
from registry.operators.models import Operator
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.models import Role
from registry.systems.models import AISystem
from tests.factories import World, a_person
from tests.governance.law.worlds import CREDIT
from tests.governance.value_chain.chain import (
    JUNE,
    MARCH,
    a_chain,
    alarms,
    an_operator,
    answer,
    change,
    holds,
    kept,
    titles,
    version,
)
from tests.registry.facts import details, verbs

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)


def flags(system: AISystem, operator: Operator, on: date = TODAY) -> dict[str, str]:
    return next(a.flags for a in acting_on(system, on) if a.operator == operator)


def roles(system: AISystem, operator: Operator, on: date = TODAY) -> set[str]:
    return {r for a in acting_on(system, on) if a.operator == operator for r in a.roles}


def state_of(system: AISystem, operator: Operator, duty: str) -> str:
    acting = next(a for a in acting_on(system, TODAY) if a.operator == operator)
    found = duties(CREDIT, acting.roles, date(2027, 12, 3), flags=acting.flags)
    return next(str(row.state) for row in found.duties if row.id == duty)


def test_a_yes_makes_the_provider_and_the_first_one_owes_its_help(world: World) -> None:
    system = world.system
    maker, bank = a_chain(system)
    change(system)
    [alarm] = alarms(system)
    assert state_of(system, maker, "art-25-2") == "not_established"
    made = answer(
        system, alarm, world.alice, "no", "yes", "no", operator=bank, became_on=JUNE
    )
    assert made.outcome == "yes"
    assert alarms(system) == []
    assert roles(system, bank) == {"deployer", "provider"}
    assert roles(system, bank, date(2026, 5, 31)) == {"deployer"}
    assert made.given_role is not None
    assert made.given_role.reason == "Because."
    assert flags(system, bank)["provider_by_own_acts"] == "yes"
    assert "provider_by_own_acts" not in flags(system, bank, date(2026, 5, 31))
    assert state_of(system, bank, "art-16-b") == "binds_now"
    # The duty to cooperate hangs on one more fact, which is asked.
    assert flags(system, maker)["another_became_provider"] == "yes"
    assert state_of(system, maker, "art-25-2") == "not_established"
    excluded: Any = {"operator": maker, "flag": "conversion_excluded", "author": None}
    state_circumstance(**excluded, answer="no", held_from=MARCH, **kept())
    assert state_of(system, maker, "art-25-2") == "binds_now"
    assert [row.operator for row in new_providers(system)] == [bank]
    recorded = verbs(system)
    assert "change_of_role.answered" in recorded
    assert "operator_role.given" in recorded
    told = TrailEntry.objects.get(verb="change_of_role.answered").details
    assert (told["outcome"], told["operator"], told["became_on"]) == (
        "yes", "Bank eG", "2026-06-01",
    )  # fmt: skip


def test_a_no_is_recorded_with_its_reason_and_changes_no_role(world: World) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    version(system)
    with pytest.raises(FactsWrong, match="rests on"):
        answer(system, alarms(system)[0], world.alice, "no", reason=" ")
    answer(system, alarms(system)[0], world.alice, "no", reason="As it was delivered.")
    assert alarms(system) == []
    assert roles(system, bank) == {"deployer"}
    assert details(system)["reason"] == "As it was delivered."
    # The next version is asked about again.
    version(system, "2.1")
    assert titles(system) == ["Version 2.1"]


def test_i_cannot_tell_keeps_it_open_with_somebody_who_finds_out(world: World) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    change(system)
    [alarm] = alarms(system)
    with pytest.raises(FactsWrong, match="Name somebody"):
        answer(system, alarm, world.alice, "no", "not_established", "no")
    reader = a_person("Erin", world.acme, Role.AUDITOR)
    with pytest.raises(FactsWrong, match="Name somebody"):
        answer(
            system, alarm, world.alice, "no", "not_established", "no", task_for=reader
        )
    answer(
        system, alarm, world.alice, "no", "not_established", "no", task_for=world.bob
    )
    [still] = alarms(system)
    assert still.answer is not None
    assert still.answer.task_for == world.bob
    assert flags(system, bank)["provider_by_own_acts"] == "not_established"
    answer(system, still, world.bob, "no")
    assert alarms(system) == []
    assert flags(system, bank)["provider_by_own_acts"] == "no"


def test_a_no_says_nothing_of_an_earlier_change_that_is_still_open(
    world: World,
) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    change(system, MARCH)
    change(system, JUNE)
    early, late = alarms(system)
    answer(system, late, world.alice, "no")
    assert "provider_by_own_acts" not in flags(system, bank)
    answer(system, early, world.alice, "no")
    assert flags(system, bank)["provider_by_own_acts"] == "no"


def test_a_yes_about_an_earlier_change_outlasts_a_no_about_a_later_one(
    world: World,
) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    change(system, JUNE)
    answer(system, alarms(system)[0], world.alice, "no")
    assert "provider_by_own_acts" not in flags(system, bank, MARCH)
    # A change of before that is recorded afterwards, and that did it after all.
    change(system, date(2026, 4, 1))
    [found] = alarms(system)
    answer(system, found, world.alice, "yes", operator=bank, became_on=found.on)
    for day in (date(2026, 4, 1), JUNE, TODAY):
        assert flags(system, bank, day)["provider_by_own_acts"] == "yes"


def test_a_later_answer_takes_back_what_the_earlier_brought_about(world: World) -> None:
    system = world.system
    maker, bank = a_chain(system)
    change(system, JUNE)
    change(system, JUNE, "purpose")
    version(system)
    first = answer(
        system, alarms(system)[0], world.alice, "yes", operator=bank, became_on=JUNE
    )
    assert titles(system) == []  # who is the provider is not asked again
    with pytest.raises(EditedMeanwhile):
        answer(system, first, world.bob, "no", seen="")
    second = answer(system, first, world.bob, "no", seen=str(first.pk))
    assert roles(system, bank) == {"deployer"}
    assert flags(system, bank)["provider_by_own_acts"] == "no"
    assert flags(system, maker)["another_became_provider"] == "no"
    assert new_providers(system) == []
    assert len(titles(system)) == 2  # of the same day, and of today
    assert list(ChainAnswer.objects.all()) == [second, first]
    # And once more, on the day on which the register still has a row.
    answer(system, second, world.alice, "yes", operator=bank, became_on=JUNE)
    assert roles(system, bank) == {"deployer", "provider"}
    assert flags(system, maker)["another_became_provider"] == "yes"


def test_an_answer_of_before_can_be_revised_when_somebody_is_the_provider_by_now(
    world: World,
) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    change(system, date(2026, 4, 1))
    change(system, JUNE)
    early, late = alarms(system)
    no = answer(system, early, world.alice, "no")
    answer(system, late, world.alice, "yes", operator=bank, became_on=JUNE)
    # It was the earlier change that did it: the days in between are covered as well.
    answer(system, no, world.bob, "yes", operator=bank, became_on=date(2026, 4, 1))
    assert roles(system, bank, date(2026, 5, 1)) == {"deployer", "provider"}
    assert roles(system, bank) == {"deployer", "provider"}
    rows = system.operator_roles.filter(operator=bank, role="provider")
    assert [row.held_until for row in rows] == [date(2026, 5, 31), None]
    assert flags(system, bank, date(2026, 5, 1))["provider_by_own_acts"] == "yes"


def test_a_product_maker_becomes_the_provider_by_paragraph_3(world: World) -> None:
    system = world.system
    maker = an_operator(system, "Lifts SE")
    holds(system, maker, "product_manufacturer")
    change(system)
    [alarm] = alarms(system)
    said = {"art-25-3-a": "yes", "art-25-3-b": "no"}
    answer(system, alarm, world.alice, letters=said, operator=maker, became_on=JUNE)
    assert flags(system, maker)["product_under_own_name"] == "yes"
    assert roles(system, maker) == {"product_manufacturer", "provider"}


@pytest.mark.parametrize(
    ("told", "more", "reason"),
    [
        (("no", "no", "maybe"), {}, "yes, no"),
        (("yes",), {}, "who became"),
        (("yes",), {"operator": "maker", "became_on": JUNE}, "who became"),
        (("yes",), {"operator": "bank"}, "which day"),
        (("yes",), {"operator": "bank", "became_on": date(2999, 1, 1)}, "not come"),
        (("no",), {"letters": {"art-25-3-a": "no"}}, "yes, no"),
    ],
)
def test_what_an_answer_lacks_is_named(
    world: World, told: tuple[str, ...], more: dict[str, Any], reason: str
) -> None:
    named = dict(zip(("maker", "bank"), a_chain(world.system), strict=True))
    change(world.system)
    [alarm] = alarms(world.system)
    if "operator" in more:
        more = more | {"operator": named[more["operator"]]}
    with pytest.raises(FactsWrong, match=reason):
        answer(world.system, alarm, world.alice, *told, **more)
    assert not ChainAnswer.objects.exists()
    assert "change_of_role.answered" not in verbs(world.system)


def test_a_letter_asks_only_those_whom_it_names(world: World) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    lifts = an_operator(system, "Lifts SE")
    holds(system, lifts, "product_manufacturer")
    change(system)
    [alarm] = alarms(system)
    said = {each.id: "no" for each in alarm.letters} | {"art-25-3-a": "yes"}
    with pytest.raises(FactsWrong, match="holds no role"):
        answer(system, alarm, world.alice, letters=said, operator=bank, became_on=JUNE)


def test_a_change_of_another_system_is_none_of_this_one(world: World) -> None:
    a_chain(world.system)
    a_chain(world.foreign)
    change(world.foreign)
    [foreign] = alarms(world.foreign)
    with pytest.raises(Http404):
        answer(world.system, foreign, world.alice, "no")


def test_the_database_refuses_to_change_an_answer(world: World) -> None:
    a_chain(world.system)
    change(world.system)
    answer(world.system, alarms(world.system)[0], world.alice, "no")
    for refused in ("UPDATE {} SET outcome = 'yes'", "DELETE FROM {}"):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(refused.format("governance_chainanswer"))

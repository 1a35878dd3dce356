"""Versions, dated changes and roles of a system."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from registry.operators.models import Operator
from registry.operators.services import FactsWrong
from registry.people.models import Role, User
from registry.systems.models import OperatorRole, SystemChange, SystemVersion
from registry.systems.services import add_role, end_role
from tests.factories import TESTER, World, a_person
from tests.registry.facts import an_operator, details, verbs

SignedIn = Callable[[User], Client]
TODAY = timezone.now().date()


def a_role(world: World, operator: Operator, **facts: object) -> OperatorRole:
    given = {
        "operator": operator,
        "role": "provider",
        "held_from": TODAY - timedelta(days=100),
        "reason": "Develops it.",
        **facts,
    }
    return add_role(system=world.system, facts=given, by=TESTER, at=timezone.now())


def test_an_engineer_registers_a_version_once(
    world: World, signed_in: SignedIn
) -> None:
    erin = signed_in(a_person("Erin", world.acme, Role.ENGINEER))
    path = f"/systems/{world.system.pk}/versions/add/"
    assert erin.post(path, {"name": "2.1", "changes": "Net income."}).status_code == 302
    assert verbs(world.system)[-1] == "system_version.registered"
    assert erin.post(path, {"name": "2.1"}).status_code == 422
    assert SystemVersion.objects.get(system=world.system).name == "2.1"
    page = erin.get(f"/systems/{world.system.pk}/versions/").content.decode()
    assert "Net income." in page


def test_a_change_is_recorded_with_its_day(world: World, signed_in: SignedIn) -> None:
    given = {
        "changed_on": "2026-01-05",
        "kind": "purpose",
        "description": "Also for business loans.",
        "substantial_modification": "yes",
    }
    alice = signed_in(world.alice)
    path = f"/systems/{world.system.pk}/changes/add/"
    assert alice.post(path, given).status_code == 302
    assert verbs(world.system)[-1] == "system_change.recorded"
    page = alice.get(f"/systems/{world.system.pk}/").content.decode()
    assert "Also for business loans." in page
    future = {**given, "changed_on": str(TODAY + timedelta(days=2))}
    assert alice.post(path, future).status_code == 422
    assert SystemChange.objects.count() == 1


def test_one_operator_holds_several_roles(world: World, signed_in: SignedIn) -> None:
    operator = an_operator(world.acme)
    a_role(world, operator)
    a_role(world, operator, role="deployer")
    page = signed_in(world.alice).get(f"/systems/{world.system.pk}/").content.decode()
    assert page.count("<dd>Acme Bank AG</dd>") == 2
    assert verbs(world.system)[-2:] == ["operator_role.given"] * 2


def test_the_same_role_is_not_held_twice_at_a_time(world: World) -> None:
    operator = an_operator(world.acme)
    a_role(world, operator, held_until=TODAY - timedelta(days=50))
    with pytest.raises(FactsWrong):
        a_role(world, operator, held_from=TODAY - timedelta(days=50))
    a_role(world, operator, held_from=TODAY - timedelta(days=49))


def test_a_role_ends_with_a_reason_and_then_stays(
    world: World, signed_in: SignedIn
) -> None:
    role = a_role(world, an_operator(world.acme))
    path = f"/systems/{world.system.pk}/roles/{role.pk}/end/"
    day = str(TODAY - timedelta(days=1))
    alice = signed_in(world.alice)
    assert alice.get(path).status_code == 200
    assert alice.post(path, {"held_until": day, "reason": "Sold."}).status_code == 302
    assert details(world.system)["reason"] == "Sold."
    assert alice.post(path, {"held_until": day, "reason": "Again."}).status_code == 422
    page = alice.get(f"/systems/{world.system.pk}/").content.decode()
    assert "Nobody is stated as provider" in page


def test_a_role_does_not_end_before_it_begins(world: World) -> None:
    role = a_role(world, an_operator(world.acme))
    with pytest.raises(FactsWrong):
        end_role(
            role=role,
            held_until=TODAY - timedelta(days=200),
            reason="",
            by=TESTER,
            at=timezone.now(),
        )


def test_a_role_of_another_system_cannot_be_ended_through_this_one(
    world: World, signed_in: SignedIn
) -> None:
    role = a_role(world, an_operator(world.acme))
    path = f"/systems/{world.foreign.pk}/roles/{role.pk}/end/"
    charlie = signed_in(world.charlie)
    assert charlie.get(path).status_code == 404
    given = {"held_until": str(TODAY), "reason": "Mine now."}
    assert charlie.post(path, given).status_code == 404


def test_an_operator_of_another_organisation_cannot_be_chosen(
    world: World, signed_in: SignedIn
) -> None:
    foreign = an_operator(world.other)
    answer = signed_in(world.alice).post(
        f"/systems/{world.system.pk}/roles/add/",
        {
            "operator": str(foreign.pk),
            "role": "provider",
            "held_from": "2026-01-01",
            "reason": "Theirs.",
        },
    )
    assert answer.status_code == 422
    assert OperatorRole.objects.count() == 0

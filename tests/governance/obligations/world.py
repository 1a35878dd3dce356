"""A bank that uses and makes its credit scoring, with an approved classification."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from governance.classification.models import Classification
from governance.classification.services import approve_classification, classify_system
from governance.obligations.build import keep_current
from governance.obligations.models import Obligation, Period
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.services import add_operator
from registry.people.models import Organisation
from registry.systems.models import AISystem, LifecycleState
from registry.systems.services import add_role
from tests.factories import TESTER, World
from tests.governance.law.worlds import CREDIT

SINCE = date(2026, 3, 1)


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def a_bank(
    organisation: Organisation, name: str = "Acme Bank AG", **facts: Any
) -> Operator:
    stated = {"name": name, "country": "DE", **facts}
    return add_operator(organisation=organisation, facts=stated, by=TESTER, at=now())


def holds(system: AISystem, operator: Operator, role: str, since: date = SINCE) -> None:
    facts = {
        "operator": operator, "role": role, "held_from": since, "reason": "Does it.",
    }  # fmt: skip
    add_role(system=system, facts=facts, by=TESTER, at=now())


def classified(world: World, system: AISystem, **answers: Any) -> Classification:
    """A classification that Alice proposed and Bob approved."""
    made = classify_system(
        system=system, answers=CREDIT | answers, author=world.alice, on=today(),
        by=TESTER, at=now(),
    )  # fmt: skip
    return approve_classification(
        classification=made, approver=world.bob, by=TESTER, at=now()
    )


def with_duties(world: World, *roles: str) -> AISystem:
    """The system, classified, with its roles, and its duties derived."""
    bank = a_bank(world.acme)
    for role in roles or (OperatorRoleName.DEPLOYER,):
        holds(world.system, bank, role)
    classified(world, world.system)
    # In use, so that what comes before the market is due like all else.
    world.system.lifecycle_state = LifecycleState.ON_MARKET
    world.system.save(update_fields=["lifecycle_state"])
    derive(world.system)
    return world.system


def derive(*systems: AISystem, on: date | None = None) -> Any:
    return keep_current(list(systems), on or today(), now())


def row(system: AISystem, duty: str = "art-26-2") -> Obligation:
    return Obligation.objects.get(system=system, duty=duty)


def period(system: AISystem, duty: str = "art-26-2") -> Period:
    return Period.objects.select_related("obligation").get(
        obligation__system=system, obligation__duty=duty, current=True, event=""
    )

"""Systems with an approved classification, and their drafts for the EU database."""

from datetime import date
from typing import Any

from django.utils import timezone

from governance.circumstances.services import state_circumstance
from governance.classification.services import (
    approve_classification,
    classify_system,
)
from governance.registration.contents.drafts import Draft, draft_of
from governance.registration.selectors import facts_of
from registry.operators.models import Operator
from registry.operators.services import add_operator, edit_operator
from registry.systems.models import AISystem
from registry.systems.services import add_role, edit_system
from tests.factories import TESTER, World
from tests.governance.law.worlds import CREDIT

A, B, C = "annex-viii-a", "annex-viii-b", "annex-viii-c"
LONG_AGO = date(2026, 1, 1)


def kept() -> dict[str, Any]:
    return {"by": TESTER, "at": timezone.now()}


def today() -> date:
    return timezone.now().date()


def an_operator_of(world: World, **facts: Any) -> Operator:
    known = {
        "name": "Acme Bank AG",
        "country": "DE",
        "address": "Marktplatz 1\n60311 Frankfurt",
        "contact": "ai@acme.example",
    }
    return add_operator(organisation=world.acme, facts=known | facts, **kept())


def holds(system: AISystem, operator: Operator, role: str = "provider") -> None:
    held = {"operator": operator, "role": role, "held_from": LONG_AGO, "reason": "It."}
    add_role(system=system, facts=held, **kept())


def classified(world: World, answers: dict[str, Any] = CREDIT) -> None:
    row = classify_system(
        system=world.system, answers=answers, author=world.alice, on=today(), **kept()
    )
    approve_classification(classification=row, approver=world.bob, **kept())


def states(world: World, operator: Operator, **flags: str) -> None:
    for flag, answer in flags.items():
        state_circumstance(
            operator=operator,
            flag=flag,
            answer=answer,
            held_from=LONG_AGO,
            author=world.alice,
            **kept(),
        )


def a_provider(
    world: World, answers: dict[str, Any] = CREDIT, **flags: str
) -> Operator:
    """An operator of ours that provides the system, whose class is approved."""
    operator = an_operator_of(world)
    holds(world.system, operator)
    states(world, operator, **flags)
    classified(world, answers)
    return operator


def now(world: World) -> AISystem:
    """The system, read anew."""
    return AISystem.objects.with_log().get(pk=world.system.pk)


def draft(
    world: World, operator: Operator, section: str = A, edition: str | None = None
) -> Draft:
    """The draft as it stands now."""
    return draft_of(facts_of(now(world), today()), operator.pk, section, edition)


def moves(world: World, operator: Operator, address: str) -> None:
    row = Operator.objects.get(pk=operator.pk)
    edit_operator(
        operator=row, facts={"address": address}, revision=row.revision, **kept()
    )


def edits(world: World, **facts: Any) -> None:
    row = AISystem.objects.get(pk=world.system.pk)
    edit_system(system=row, facts=facts, revision=row.revision, **kept())

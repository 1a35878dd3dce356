"""Who acts for a system on a day, in which roles, and under which circumstances."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from governance.circumstances.selectors import acting_on
from governance.circumstances.services import state_circumstance
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.services import FactsWrong, add_operator
from registry.systems.models import AISystem
from registry.systems.services import add_role
from tests.factories import TESTER, a_system, an_organisation
from tests.registry.facts import verbs

pytestmark = pytest.mark.django_db
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)


def holds(system: AISystem, role: str, since: date = MARCH, **facts: Any) -> Operator:
    operator = add_operator(
        organisation=system.organisation,
        facts={"name": f"{role} {facts}", "country": "DE", **facts},
        by=TESTER,
        at=timezone.now(),
    )
    held = {"operator": operator, "role": role, "held_from": since, "reason": "Does."}
    add_role(system=system, facts=held, by=TESTER, at=timezone.now())
    return operator


def state(operator: Operator, flag: str, answer: str, **more: Any) -> None:
    kept = {"author": None, "by": TESTER, "at": timezone.now(), "held_from": MARCH}
    state_circumstance(operator=operator, flag=flag, answer=answer, **kept | more)


def test_only_our_own_operators_act_and_only_while_they_hold_a_role() -> None:
    system = a_system(an_organisation())
    bank = holds(system, OperatorRoleName.DEPLOYER, since=JUNE)
    holds(system, OperatorRoleName.PROVIDER, ours=False, country="US")
    assert acting_on(system, MARCH) == []
    [acting] = acting_on(system, JUNE)
    assert (acting.operator, acting.roles) == (bank, ("deployer",))
    # The provider is not ours, and yet it decides this fact.
    assert acting.flags == {"third_country": "yes"}


def test_the_register_answers_what_it_knows_and_statements_go_before_it() -> None:
    system = a_system(an_organisation())
    bank = holds(system, "deployer", size="sme", public_body=True)
    flags = acting_on(system, JUNE)[0].flags
    assert flags == {"sme": "yes", "small_mid_cap": "no", "public_body": "yes"}
    state(bank, "public_body", "no")
    state(bank, "employer", "no")
    state(bank, "employer", "yes", system=system, held_from=JUNE)
    assert acting_on(system, MARCH)[0].flags["employer"] == "no"
    assert acting_on(system, JUNE)[0].flags["employer"] == "yes"
    assert acting_on(system, JUNE)[0].flags["public_body"] == "no"
    assert verbs(system)[-1] == "circumstance.stated"


def test_a_fact_that_the_law_does_not_ask_is_refused() -> None:
    system = a_system(an_organisation())
    bank = holds(system, "deployer")
    with pytest.raises(FactsWrong, match="no such fact"):
        state(bank, "left_handed", "yes")
    with pytest.raises(FactsWrong, match="yes, no"):
        state(bank, "employer", "perhaps")
    with pytest.raises(FactsWrong, match="no such operator"):
        state(bank, "employer", "yes", system=a_system(an_organisation("Other")))

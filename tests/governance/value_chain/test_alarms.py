"""Every version, name, mark or purpose raises an alarm, and none is missed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.aimodels.services import register_model, register_model_version, use_model
from registry.systems.models import AISystem
from registry.systems.services import edit_system
from tests.factories import World, a_system
from tests.governance.value_chain.chain import (
    JUNE,
    MARCH,
    a_chain,
    alarms,
    an_operator,
    change,
    holds,
    kept,
    titles,
    version,
)

pytestmark = pytest.mark.django_db
FEBRUARY = MARCH - timedelta(days=20)


def edited(system: AISystem, **facts: str) -> None:
    row = AISystem.objects.get(pk=system.pk)
    edit_system(system=row, facts=facts, revision=row.revision, **kept())


def test_a_version_a_name_a_purpose_and_a_design_are_asked_about(world: World) -> None:
    system = world.system
    _maker, bank = a_chain(system)
    assert alarms(system) == []
    change(system, kind="design")
    version(system)
    edited(system, name="Loan judge", intended_purpose="Ranks applicants for jobs.")
    assert titles(system)[0] == "A change of design"  # of June, the others of today
    assert set(titles(system)[1:]) == {
        "Version 2.0",
        "Another name or mark",
        "Another intended purpose",
    }
    [candidate] = alarms(system)[0].candidates
    assert (candidate.operator, candidate.roles) == (bank, ("deployer",))


def test_an_edit_of_anything_else_is_no_change_of_role(world: World) -> None:
    a_chain(world.system)
    edited(world.system, affected_persons="Applicants.")
    assert alarms(world.system) == []


def test_a_model_version_is_asked_about_once_however_it_comes_in(world: World) -> None:
    system, other = world.system, a_system(world.acme, "Other")
    a_chain(system)
    aimodel = register_model(
        organisation=world.acme, systems=[other], facts={"name": "score"}, **kept()
    )

    def add(name: str, digest: str) -> object:
        facts = {"name": name, "artefact_sha256": digest * 32}
        return register_model_version(
            aimodel=aimodel, facts=facts, metrics=[], **kept()
        )

    first = add("1", "aa")
    assert titles(system) == []
    # Older than its use here, and still asked about.
    use_model(aimodel=aimodel, system=system, **kept())
    assert titles(system) == ["Model version score 1"]
    version(system, "3.0", inside=[first])
    assert titles(system) == ["Version 3.0"]
    add("2", "bb")
    assert titles(system) == ["Version 3.0", "Model version score 2"]
    # Of a role that begins later nobody knows whether the model came in after it.
    bank = an_operator(other, "Late Bank eG")
    holds(other, bank, "deployer", held_from=timezone.localdate() + timedelta(days=9))
    assert titles(other) == ["Model version score 1", "Model version score 2"]


def test_who_asks_nobody_and_who_asks_others(world: World) -> None:
    system = world.system
    version(system)
    alone = an_operator(system, "Alone AG")
    holds(system, alone, "provider")
    holds(system, alone, "deployer")
    assert alarms(system) == []  # the provider is the provider already
    customer = an_operator(system, "Customer SA", ours=False)
    holds(system, customer, "distributor", held_until=JUNE)
    assert alarms(system) == []  # had left before the version came
    change(system)
    assert [each.operator for a in alarms(system) for each in a.candidates] == [
        customer
    ]


def test_a_role_or_a_change_that_is_recorded_late_is_asked_about_all_the_same(
    world: World,
) -> None:
    system = world.system
    change(system, FEBRUARY)
    change(system, JUNE)
    a_chain(system)
    assert [alarm.on for alarm in alarms(system)] == [JUNE]
    importer = an_operator(system, "Importer BV")
    holds(system, importer, "importer", held_from=FEBRUARY)
    assert [alarm.on for alarm in alarms(system)] == [FEBRUARY, JUNE]
    change(system, MARCH)
    assert [alarm.on for alarm in alarms(system)] == [FEBRUARY, MARCH, JUNE]


def test_a_product_maker_is_asked_by_paragraph_3(world: World) -> None:
    maker = an_operator(world.system, "Lifts SE")
    holds(world.system, maker, "product_manufacturer")
    version(world.system)
    [alarm] = alarms(world.system)
    assert [each.id for each in alarm.letters] == ["art-25-3-a", "art-25-3-b"]
    assert alarm.on == timezone.localdate()

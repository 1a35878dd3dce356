"""Which duties are kept for a system, and what moves them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.circumstances.services import state_circumstance
from governance.law.duties_load import catalogue
from governance.obligations import build
from governance.obligations.contents.derived import BEFORE_RELEASE, LASTING
from governance.obligations.models import Derivation, Obligation, Period
from governance.obligations.services import state_due
from registry.operators.models import Operator
from registry.people.models import Role
from registry.systems.models import AISystem
from registry.systems.services import end_role
from tests.factories import TESTER, World, a_person, a_system, an_organisation
from tests.governance.obligations.world import (
    a_bank,
    classified,
    derive,
    holds,
    now,
    period,
    row,
    today,
    with_duties,
)
from tests.registry.facts import details, verbs

NATURE = {each.id: each.nature for each in catalogue().rows}


def kept(**wanted: Any) -> set[str]:
    return set(Obligation.objects.filter(**wanted).values_list("duty", flat=True))


def test_only_what_is_a_duty_of_our_roles_is_kept(world: World) -> None:
    with_duties(world, "deployer")
    found = kept(ended_at=None)
    assert {"art-26-2", "art-27-1", "art-4"} <= found
    assert {NATURE[duty] for duty in found} == {"duty"}
    assert not {"art-16-b", "art-47-1"} & found  # a provider's
    assert row(world.system).borne_as == ["deployer"]


def test_one_row_for_a_duty_that_is_borne_in_two_roles(world: World) -> None:
    with_duties(world, "provider", "deployer")
    literacy = row(world.system, "art-4")
    assert sorted(literacy.borne_as) == ["deployer", "provider"]


def test_nothing_is_derived_before_a_second_person_approved(world: World) -> None:
    holds(world.system, a_bank(world.acme), "deployer")
    derive(world.system)
    assert not Obligation.objects.exists()


def test_what_comes_before_the_market_is_due_by_the_day_planned_for_it(
    world: World,
) -> None:
    def due(stated: dict[str, object], duty: str) -> tuple[date | None, date | None]:
        AISystem.objects.filter(pk=world.system.pk).update(**stated)
        derive(AISystem.objects.with_log().get(pk=world.system.pk))
        found = period(world.system, duty)
        return found.due_on, found.due_later_on

    with_duties(world, "provider", "deployer")
    from_law = due({}, "art-47-1")
    assert due({"lifecycle_state": "design"}, "art-47-1") == (None, None)
    assert period(world.system, "art-72-1").due_on is None  # lasts from release on
    assert period(world.system, "art-4").due_on is not None
    planned = date(2031, 1, 1)
    assert due({"put_into_service_on": planned}, "art-47-1") == (planned, None)
    past = {"placed_on_market_on": date(2020, 3, 2)}
    assert due(past, "art-47-1") == from_law != (None, None)
    # It is bought, and used from a day of its own on.
    assert due({}, "art-27-1") == due({}, "art-26-2") == (planned, None)
    # On the market, though nothing but a plan for its use is known.
    sold = {"placed_on_market_on": None, "lifecycle_state": "on_market"}
    assert due(sold, "art-47-1") == from_law
    assert due({}, "art-27-1") == (planned, None)


def test_every_duty_says_by_when_in_words_that_the_days_are_read_from() -> None:
    """Who words a new `due` decides here whether it waits for the system to be out."""
    read = (*BEFORE_RELEASE, *LASTING)
    others = {
        row.due
        for row in catalogue().rows
        if row.nature == "duty" and row.rhythm != "on_event"
        if not row.due.startswith(read)
    }
    assert others == {
        "after performing", "at first exposure", "at first interaction",
        "at generation", "at most six months, extendable by six", "at publication",
        "before expiry", "before registration is used", "before testing",
        "before relying on the component", "before the test", "every year",
        "first interaction or exposure", "with the system",
    }  # fmt: skip


def test_the_first_day_is_the_earlier_reading_and_never_before_the_role(
    world: World,
) -> None:
    with_duties(world, "provider")
    incidents = row(world.system, "art-72-1")
    assert (incidents.applies_from, incidents.applies_from_later) == (
        date(2026, 8, 2), date(2027, 12, 2),
    )  # fmt: skip
    watch = period(world.system, "art-72-1")
    assert (watch.due_on, watch.due_later_on) == (date(2026, 8, 2), date(2027, 12, 2))
    assert period(world.system, "art-4").due_on == date(2026, 3, 1)  # holds it since
    assert period(world.system, "art-73-2").due_on is None  # waits for an event


def test_the_same_facts_change_nothing_and_leave_no_trace(world: World) -> None:
    system = with_duties(world)
    before = list(Obligation.objects.order_by("pk").values())
    said = len(verbs(system))
    assert derive(system) == {}
    Derivation.objects.update(digest="")  # as on a new day
    derive(system)
    assert list(Obligation.objects.order_by("pk").values()) == before
    assert len(verbs(system)) == said


def test_a_missing_fact_keeps_the_duty_until_it_is_answered(world: World) -> None:
    system = with_duties(world)
    workers = row(system, "art-26-7")
    assert not workers.established
    state(system, "employer", "no")
    derive(system)
    workers.refresh_from_db()
    assert workers.ended_at
    assert "employer" in workers.ended_because
    assert details(system)["ended"] == ["art-26-7"]


def state(system: Any, flag: str, answer: str) -> None:
    state_circumstance(
        operator=Operator.objects.get(), flag=flag, answer=answer,
        held_from=date(2026, 3, 1), author=None, by=TESTER, at=now(), system=system,
    )  # fmt: skip


def test_what_people_wrote_outlives_the_duty_and_comes_back(world: World) -> None:
    system = with_duties(world)
    Period.objects.filter(pk=period(system).pk).update(
        note="Trained.", state="submitted"
    )
    role = system.operator_roles.get()
    end_role(
        role=role, held_until=today() - timedelta(days=1),
        reason="Sold.", by=TESTER, at=now(),
    )  # fmt: skip
    derive(system)
    assert "holds no role" in row(system).ended_because
    holds(system, Operator.objects.get(), "deployer", since=today())
    derive(system)
    back = row(system)
    assert (back.ended_at, back.ended_because) == (None, "")
    assert (period(system).note, period(system).state) == ("Trained.", "submitted")


def test_another_verdict_moves_the_duties(world: World) -> None:
    system = with_duties(world)
    classified(world, system, domains=["none"], scores_people="no")
    derive(system)
    assert row(system).ended_at
    assert row(system, "art-4").ended_at is None


def test_a_new_day_is_asked_anew(world: World) -> None:
    system = with_duties(world)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        derive(system)
        assert Derivation.objects.get().on == today()


def test_a_day_that_a_person_stated_stays(world: World) -> None:
    system = with_duties(world)
    mine = date(2026, 12, 24)
    Period.objects.filter(pk=period(system).pk).update(
        due_on=mine, due_basis="stated", due_reason="The audit is then."
    )
    Period.objects.filter(pk=period(system, "art-4").pk).update(due_on=mine)
    Derivation.objects.update(digest="")
    derive(system)
    assert period(system).due_on == mine
    assert period(system, "art-4").due_on == date(2026, 3, 1)


def test_a_day_that_is_stated_while_duties_are_derived_stays(own_database: str) -> None:
    """The derivation has read the period before the other's commit, not after."""
    acme, mine = an_organisation(), date(2026, 12, 24)
    alice = a_person("Alice", acme, Role.RISK_OFFICER)
    bob = a_person("Bob", acme, Role.COMPLIANCE_OFFICER)
    made = a_system(acme)
    system = with_duties(World(acme, acme, alice, bob, alice, bob, made, made))
    Period.objects.filter(pk=period(system).pk).update(due_on=mine)
    Derivation.objects.update(digest="")

    def derived() -> None:
        try:
            derive(system)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            state_due(
                period=period(system), due_on=mine, reason="The audit is then.",
                revision=0, by=TESTER, at=now(),
            )  # fmt: skip
            other = pool.submit(derived)
            while not other.done() and not waiting():
                pass
        other.result()
    assert (period(system).due_on, period(system).due_basis) == (mine, "stated")


def waiting() -> bool:
    """Whether another connection waits for a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_beat_finds_what_is_behind_and_only_that(world: World) -> None:
    system = with_duties(world)
    assert build.keep_all_current(today(), now) == 0
    state(system, "employer", "no")
    assert build.keep_all_current(today(), now) == 1
    assert row(system, "art-26-7").ended_at


def test_many_systems_cost_as_many_queries_as_one(world: World) -> None:
    bank = a_bank(world.acme)
    systems = [world.system, *(a_system(world.acme, f"Scoring {n}") for n in range(3))]
    for system in systems:
        holds(system, bank, "deployer")
        classified(world, system)
    asked = []
    for some in (systems[:1], systems[1:]):
        with CaptureQueriesContext(connection) as found:
            derive(*some)
        # The trail is one act in each system's own log.
        asked.append([q for q in found if "governance_" in q["sql"]])
    assert len(asked[0]) == len(asked[1])
    assert Obligation.objects.filter(system=systems[3]).exists()

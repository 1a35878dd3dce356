"""Acts at the same moment, on connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.utils import timezone

from registry.people.models import Role
from registry.systems.models import AISystem
from registry.systems.services import (
    EditedMeanwhile,
    FactsWrong,
    edit_system,
    register_system,
)
from tests.factories import TESTER, a_person, a_system, an_organisation

WRITERS = 4


def at_once(act: object) -> list[str]:
    """What each of the writers met: "kept", or the name of the refusal."""
    start = Barrier(WRITERS)

    def one(number: int) -> str:
        try:
            start.wait(timeout=20)
            act(number)  # type: ignore[operator]
        except (FactsWrong, EditedMeanwhile) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(WRITERS) as pool:
        return sorted(pool.map(one, range(WRITERS)))


def test_a_name_is_taken_by_one_of_several_at_once(own_database: str) -> None:
    acme = an_organisation()
    a_person("Alice", acme, Role.RISK_OFFICER)
    facts = {"name": "Fraud alarm", "intended_purpose": "Flags payments."}
    met = at_once(
        lambda _number: register_system(
            organisation=acme, facts=facts, by=TESTER, at=timezone.now()
        )
    )
    assert met == ["FactsWrong"] * (WRITERS - 1) + ["kept"]
    assert AISystem.objects.filter(name="Fraud alarm").count() == 1


def test_one_of_several_editors_of_a_revision_wins(own_database: str) -> None:
    system = a_system(an_organisation())
    met = at_once(
        lambda number: edit_system(
            system=system,
            facts={"affected_persons": f"Group {number}"},
            revision=0,
            by=TESTER,
            at=timezone.now(),
        )
    )
    assert met == ["EditedMeanwhile"] * (WRITERS - 1) + ["kept"]
    assert AISystem.objects.get().revision == 1

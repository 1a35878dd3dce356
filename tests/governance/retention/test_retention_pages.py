"""Officers state duties and holds, and two of them remove what nothing keeps."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audits.duties.models import Duty, Hold
from audits.log.models import Pruned
from audits.retention.build import work
from audits.retention.models import Removal
from registry.people.models import Role, User
from tests.audits.retention.months import Aged, an_aged_system, first_day
from tests.factories import a_person

SignIn = Callable[[User], Client]
REPORT = "/retention/"


@pytest.fixture
def aged(own_database: str, owner_url: str) -> Aged:
    return an_aged_system(owner_url)


@pytest.fixture
def people(aged: Aged, signed_in: SignIn) -> tuple[Client, Client]:
    """Alice, a risk officer, and Bob, a compliance officer."""
    organisation = aged.system.organisation
    alice = a_person("Alice", organisation, Role.RISK_OFFICER)
    bob = a_person("Bob", organisation, Role.COMPLIANCE_OFFICER)
    return signed_in(alice), signed_in(bob)


def at(name: str, *parts: object) -> str:
    return reverse(f"retention:{name}", args=parts)


def test_two_people_remove_a_month_and_pages_say_so(
    aged: Aged, people: tuple[Client, Client]
) -> None:
    alice, bob = people
    month = f"{first_day(9):%Y-%m}"
    assert "may go" in alice.get(REPORT).content.decode()
    page = alice.post(REPORT, {"month": month}).headers["location"]
    said = {"typed": month}
    assert alice.post(page, said).status_code == 403, "a risk officer only prepares"
    assert bob.post(page, {"typed": "2020-01"}).status_code == 422
    work()
    assert not Pruned.objects.exists(), "nothing goes before the approval"
    assert bob.post(page, said).status_code == 302
    work()
    [removal] = Removal.objects.all()
    assert removal.removed
    assert "carried out" in bob.get(page).content.decode()
    assert "Removed" in bob.get(at("system", aged.system.pk)).content.decode()
    entry, event = Pruned.objects.get().entry, (aged.system.pk, aged.events[0])
    for page, more in (("detail", ()), ("disclose", ()), ("disclosure", (1,))):
        gone = bob.get(reverse(f"predictions:{page}", args=(*event, *more)))
        assert gone.status_code == 410
        assert f"Entry {entry}" in gone.content.decode()
    # In the bundle that the month's end divides, the entry stays without its contents.
    bare = bob.get(
        reverse("predictions:detail", args=[aged.system.pk, aged.events[OLDEST]])
    )
    assert f"entry {entry} of this log says so" in bare.content.decode()


OLDEST = 290
"""An event of the oldest month whose entry lies above the minimum index."""


def test_who_prepared_cannot_approve(aged: Aged, people: tuple[Client, Client]) -> None:
    _alice, bob = people
    month = f"{first_day(9):%Y-%m}"
    page = bob.post(REPORT, {"month": month}).headers["location"]
    answer = bob.post(page, {"typed": month})
    assert answer.status_code == 422
    assert "another person has to approve it" in answer.content.decode()
    bob.post(f"{page}withdraw/")
    assert not Removal.objects.get().is_open


def test_duties_and_holds_are_stated_and_ended_with_a_reason(
    aged: Aged, people: tuple[Client, Client]
) -> None:
    _alice, bob = people
    pk = aged.system.pk
    asked = {"source": "contract", "citation": "Clause 9.2", "months": "24"}
    assert bob.post(at("add_duty", pk), {**asked, "months": "0"}).status_code == 422
    bob.post(at("add_duty", pk), asked)
    bob.post(at("add_hold", pk), {"reason": "Proceedings 3 O 411/26"})
    page = bob.get(at("system", pk)).content.decode()
    assert "at least 24 months" in page
    assert "GDPR Art. 5(1)(e)" in page, "the contract is no law: a conflict"
    told = bob.get(f"/api/v1/systems/{pk}/retention").json()
    assert (told["months"], len(told["holds"]), len(told["conflicts"])) == (24, 1, 1)
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert "Clause 9.2" in out.getvalue()
    assert "kept held" in out.getvalue()
    ended = {"reason": "It was settled out of court."}
    for name, row in (("end_duty", Duty), ("lift_hold", Hold)):
        bob.post(at(name, pk, row.objects.get().pk), ended)
    assert "at least 6 months" in bob.get(at("system", pk)).content.decode()
    report = bob.get("/api/v1/retention").json()
    assert report["through"] == first_day(8).isoformat()

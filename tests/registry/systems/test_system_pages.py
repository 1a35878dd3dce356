"""What people see on the pages of systems, and what they may do there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm

from registry.people.models import Role, User
from registry.systems.models import AISystem
from registry.systems.selectors import lists
from tests.factories import World, a_person, a_system
from tests.registry.facts import details, verbs

SignedIn = Callable[[User], Client]
STATED = {
    "name": "Shift planning",
    "intended_purpose": "Proposes shifts; the ward manager decides.",
    "lifecycle_state": "testing",
    "member_states": ["DE", "AT"],
    "for_public_authorities": "",
}


def test_the_list_shows_the_organisations_systems_and_no_others(
    world: World, signed_in: SignedIn
) -> None:
    page = signed_in(world.alice).get("/systems/").content.decode()
    assert world.system.name in page
    assert world.foreign.name not in page


def test_the_list_is_narrowed_by_the_address(world: World, signed_in: SignedIn) -> None:
    a_system(world.acme, "Fraud alarm", lifecycle_state="withdrawn")
    alice = signed_in(world.alice)
    page = alice.get("/systems/?state=withdrawn").content.decode()
    assert "Fraud alarm" in page
    assert world.system.name not in page
    page = alice.get("/systems/?q=CREDIT").content.decode()
    assert world.system.name in page
    assert "Fraud alarm" not in page


@pytest.mark.parametrize(
    "query", ["q=%00", "state=nonsense", "after=%00%FF", "q=" + "x" * 5000]
)
def test_a_hostile_address_of_the_list_is_answered(
    world: World, signed_in: SignedIn, query: str
) -> None:
    assert signed_in(world.alice).get(f"/systems/?{query}").status_code == 200


def test_an_empty_list_teaches_the_first_step(
    world: World, signed_in: SignedIn
) -> None:
    page = signed_in(world.dana).get("/systems/").content.decode()
    assert "curl http://testserver/api/v1/systems" in page


def test_a_risk_officer_registers_a_system(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.alice).post("/systems/register/", STATED)
    system = AISystem.objects.get(name="Shift planning")
    assert answer.url == f"/systems/{system.pk}/"
    assert system.organisation == world.acme
    assert system.member_states == ["DE", "AT"]
    assert system.for_public_authorities is None
    assert verbs(system) == ["system.registered"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 201),
        ("name", "with a \x00 in it"),
        ("name", "two\nlines"),
        ("name", "turned \u202e round"),
        ("name", ""),
        ("name", "credit SCORING"),
        ("intended_purpose", "x" * 10_001),
        ("member_states", "US"),
        ("lifecycle_state", "gone"),
        ("owner", "not an id"),
        ("placed_on_market_on", "2026-02-30"),
    ],
)
def test_wrong_input_is_refused_with_what_was_typed_kept(
    world: World, signed_in: SignedIn, field: str, value: str
) -> None:
    answer = signed_in(world.alice).post("/systems/register/", {**STATED, field: value})
    assert answer.status_code == 422
    assert "Proposes shifts" in answer.content.decode() or field == "intended_purpose"
    assert AISystem.objects.filter(organisation=world.acme).count() == 1


def test_the_type_cannot_be_younger_than_the_system(
    world: World, signed_in: SignedIn
) -> None:
    dates = {
        "put_into_service_on": "2025-01-01",
        "type_first_placed_on": "2025-06-01",
    }
    answer = signed_in(world.alice).post("/systems/register/", {**STATED, **dates})
    assert "cannot be later than this system" in answer.content.decode()


def test_a_colleague_can_be_the_owner_and_a_stranger_cannot(
    world: World, signed_in: SignedIn
) -> None:
    alice = signed_in(world.alice)
    # Charlie works elsewhere; Dana reads for an authority.
    for stranger in (world.charlie, world.dana):
        foreign = {**STATED, "owner": str(stranger.pk)}
        assert alice.post("/systems/register/", foreign).status_code == 422
    own = {**STATED, "owner": str(world.bob.pk)}
    assert alice.post("/systems/register/", own).status_code == 302


def test_html_in_names_is_text(world: World, signed_in: SignedIn) -> None:
    hostile = "<script>alert(1)</script>"
    system = a_system(world.acme, hostile, intended_purpose=hostile)
    alice = signed_in(world.alice)
    for path in ("/systems/", f"/systems/{system.pk}/", f"/systems/{system.pk}/edit/"):
        page = alice.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def stated(system: AISystem, **changes: object) -> dict[str, object]:
    return {
        "name": system.name,
        "intended_purpose": system.intended_purpose,
        "lifecycle_state": system.lifecycle_state,
        "revision": system.revision,
        **changes,
    }


def test_the_old_purpose_stays_in_the_log(world: World, signed_in: SignedIn) -> None:
    old = world.system.intended_purpose
    answer = signed_in(world.alice).post(
        f"/systems/{world.system.pk}/edit/",
        stated(world.system, intended_purpose="Decides on loans by itself."),
        follow=True,
    )
    assert "The new purpose is recorded as a change" in answer.content.decode()
    changed = details(world.system)["changed"]
    assert changed == {
        "intended_purpose": {"from": old, "to": "Decides on loans by itself."}
    }


def test_another_name_or_purpose_is_a_dated_change(
    world: World, signed_in: SignedIn
) -> None:
    system, client = world.system, signed_in(world.alice)
    typed = stated(system, intended_purpose="Decides by itself.", name="Loan judge")
    late = client.post(
        f"/systems/{system.pk}/edit/", typed | {"changed_on": "2999-01-01"}
    )
    assert "This day has not come" in late.content.decode()
    assert not system.changes.exists()
    client.post(f"/systems/{system.pk}/edit/", typed | {"changed_on": "2026-03-01"})
    by_kind = {row.kind: row for row in system.changes.all()}
    assert set(by_kind) == {"name", "purpose"}
    assert by_kind["name"].description == "Before: Credit scoring\nNow: Loan judge"
    assert by_kind["purpose"].changed_on.isoformat() == "2026-03-01"
    assert by_kind["purpose"].substantial_modification == "not_established"
    assert verbs(system)[-3:] == [
        "system_change.recorded", "system_change.recorded", "system.changed",
    ]  # fmt: skip
    # Without a day, over the API too, it is a change of today.
    again = client.patch(
        f"/api/v1/systems/{system.pk}",
        json.dumps({"name": "Loan clerk", "revision": 1}),
        "application/json",
    )
    assert again.status_code == 200
    assert system.changes.filter(changed_on=timezone.localdate()).count() == 1


def test_a_name_change_keeps_the_logs_origin(world: World, signed_in: SignedIn) -> None:
    origin = world.system.log.origin
    signed_in(world.alice).post(
        f"/systems/{world.system.pk}/edit/", stated(world.system, name="New name")
    )
    system = AISystem.objects.get(pk=world.system.pk)
    assert (system.name, system.log.origin) == ("New name", origin)


def test_nothing_changed_leaves_no_trace(world: World, signed_in: SignedIn) -> None:
    before = verbs(world.system)
    signed_in(world.alice).post(
        f"/systems/{world.system.pk}/edit/", stated(world.system)
    )
    assert verbs(world.system) == before


def test_two_editors_never_overwrite_each_other(
    world: World, signed_in: SignedIn
) -> None:
    path = f"/systems/{world.system.pk}/edit/"
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    opened = stated(world.system)
    bob.post(path, {**opened, "affected_persons": "Applicants"})
    answer = alice.post(path, {**opened, "name": "Alice's name"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Alice&#x27;s name" in page
    assert "Somebody else changed this" in page
    assert "Applicants" in page
    again = answer.context["form"]["revision"].value()
    assert alice.post(path, {**opened, "name": "Alice's name", "revision": again}).url
    system = AISystem.objects.get(pk=world.system.pk)
    assert system.name == "Alice's name"


PAGES = ("", "versions/", "sources/")
ACTS = ("edit/", "versions/add/", "changes/add/", "roles/add/")
MAY = {
    Role.ADMINISTRATOR: {"edit/", "changes/add/", "roles/add/"},
    Role.RISK_OFFICER: {"edit/", "changes/add/", "roles/add/"},
    Role.COMPLIANCE_OFFICER: {"edit/", "changes/add/", "roles/add/"},
    Role.OVERSEER: set(),
    Role.ENGINEER: {"versions/add/"},
    Role.AUDITOR: set(),
}


@pytest.mark.parametrize("role", MAY)
def test_a_role_opens_what_the_table_gives_it(
    world: World, signed_in: SignedIn, role: Role
) -> None:
    client = signed_in(a_person("Erin", world.acme, role))
    base = f"/systems/{world.system.pk}/"
    assert {client.get(base + page).status_code for page in PAGES} == {200}
    for act in ACTS:
        allowed = 200 if act in MAY[role] else 403
        assert client.get(base + act).status_code == allowed, act


def test_a_stranger_gets_404_everywhere(world: World, signed_in: SignedIn) -> None:
    charlie = signed_in(world.charlie)
    for page in (*PAGES, *ACTS):
        path = f"/systems/{world.system.pk}/{page}"
        assert charlie.get(path).status_code == 404, page
        assert charlie.post(path).status_code in {404, 405}, page


def test_who_is_not_signed_in_is_sent_to_sign_in(world: World, client: Client) -> None:
    for path in ("/systems/", "/systems/register/", f"/systems/{world.system.pk}/"):
        assert client.get(path).status_code == 302


def test_pages_ask_the_database_little(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        a_system(world.acme, f"System {number}")
    alice = signed_in(world.alice)
    with django_assert_max_num_queries(10):
        alice.get("/systems/")
    with django_assert_max_num_queries(17):
        alice.get(f"/systems/{world.system.pk}/")


def test_an_authority_reads_the_system_it_was_given(
    world: World, signed_in: SignedIn
) -> None:
    assign_perm("registry.view_aisystem", world.dana, world.system)
    a_system(world.acme, "Not for the authority")
    dana = signed_in(world.dana)
    page = dana.get("/systems/").content.decode()
    assert world.system.name in page
    assert "Not for the authority" not in page
    page = dana.get(f"/systems/{world.system.pk}/").content.decode()
    assert "Latest acts" not in page
    assert "Change what is stated" not in page
    for act in ACTS:
        assert dana.get(f"/systems/{world.system.pk}/{act}").status_code == 403


def test_a_long_list_goes_on_after_a_name(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LINES", 2)
    for name in ("Aa", "B & b", "Zz"):
        a_system(world.acme, name)
    alice = signed_in(world.alice)
    page = alice.get("/systems/").content.decode()
    assert "Zz" not in page
    assert "?after=B%20%26%20b" in page
    page = alice.get("/systems/?after=B%20%26%20b").content.decode()
    assert "Zz" in page
    assert ">Aa<" not in page

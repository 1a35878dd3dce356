"""Art. 27 on the pages: whether it binds, before first use, and who was told."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.fria.models import AuthorityNotification, ImpactAssessment
from governance.papers.contents.standing import standings
from registry.operators.models import OperatorRoleName
from registry.systems.models import AISystem
from tests.factories import World
from tests.governance.fria.fria_world import Desk, a_desk
from tests.governance.law.worlds import CHAT, HIRING

SignIn = Callable[[Any], Client]


def overview(world: World, client: Client) -> str:
    return client.get(
        reverse("fria:of_system", args=[world.system.pk])
    ).content.decode()


def test_the_page_teaches_why_it_does_not_bind(world: World, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    assert "none of your operators deploys this system" in overview(world, alice)
    desk = a_desk(world)
    assert "no classification of this system is approved yet" in overview(world, alice)
    desk.classify(CHAT)
    text = overview(world, alice)
    assert "Art. 27 does not bind: the system is not high-risk" in text
    assert "Write one all the same" in text


def test_a_fact_about_the_operator_that_is_missing_is_asked_for(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world)
    desk.classify(HIRING)
    alice = signed_in(world.alice)
    assert "Not established whether Art. 27 binds" in overview(world, alice)
    desk.state("public_body", "yes")
    text = overview(world, alice)
    assert "Art. 27 will bind" in text
    assert "2 Dec 2027" in text


def test_use_without_an_approved_assessment_is_told_with_its_day(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world)
    alice = signed_in(world.alice)
    desk.classify()
    assert "Have a version approved before the first use" in overview(world, alice)
    AISystem.objects.filter(pk=world.system.pk).update(
        put_into_service_on=date(2026, 3, 1)
    )
    text = overview(world, alice)
    assert "In use since 1 Mar 2026 without an approved assessment" in text
    assert "does not apply yet" in text
    # The duty does not apply yet: what is approved before it does is not late.
    desk.approved()
    text = overview(world, alice)
    assert "has been in use since" not in text
    assert "No notification of the market surveillance authority" in text


def test_home_names_what_waits_and_what_is_missing(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world)
    desk.classify()
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    home = reverse("home:home")
    owed = "Have approved: Fundamental rights impact assessment of Credit scoring"
    waits = "Approve: Fundamental rights impact assessment of Credit scoring, version 1"
    assert owed in alice.get(home).content.decode()
    paper = desk.propose(desk.written())
    assert waits in bob.get(home).content.decode()
    assert waits not in alice.get(home).content.decode()
    desk.approve(paper)
    after = bob.get(home).content.decode()
    assert waits not in after
    assert owed not in after


def told(desk: Desk, client: Client, **more: Any) -> Any:
    paper = desk.kind.model.objects.get()
    form = {
        "kind": "notified", "authority": "Bundesnetzagentur", "member_state": "DE",
        "told_on": timezone.localdate().isoformat(), "reference": "KI-118",
    }  # fmt: skip
    url = reverse("fria:notify", args=[paper.system_id, paper.pk])
    return client.post(url, form | more)


def test_a_notification_is_recorded_for_an_approved_version_only(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world)
    desk.classify()
    alice = signed_in(world.alice)
    paper = desk.written()
    assert "is not approved" in told(desk, alice).content.decode()
    desk.approve(desk.propose(paper))
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    assert told(desk, alice, told_on=tomorrow).status_code == 422
    assert told(desk, alice, kind="exempt").status_code == 422
    assert told(desk, alice).status_code == 302
    assert "No notification" not in overview(world, alice)
    one = alice.get(reverse("fria:one", args=[paper.system_id, paper.pk]))
    assert "Reference KI-118" in one.content.decode()
    exempt = told(desk, alice, kind="exempt", reason="Authorised on 3 May.")
    assert exempt.status_code == 302
    row = AuthorityNotification.objects.get(kind="exempt")
    with pytest.raises(IntegrityError, match="has_a_reason"), transaction.atomic():
        AuthorityNotification.objects.filter(pk=row.pk).update(reason="")


def test_who_only_provides_it_or_stands_outside_writes_nothing(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world, OperatorRoleName.PROVIDER)
    desk.classify()
    url = reverse("fria:begin", args=[world.system.pk, desk.operator.pk])
    assert signed_in(world.alice).post(url).status_code == 404
    assert signed_in(world.charlie).post(url).status_code == 404


def test_over_the_api_a_version_is_begun_written_read_and_notified(
    world: World, signed_in: SignIn
) -> None:
    desk = a_desk(world)
    desk.classify()
    alice = signed_in(world.alice)
    url = f"/api/v1/systems/{world.system.pk}/fria"
    kept: dict[str, Any] = {"content_type": "application/json"}
    [standing] = alice.get(f"{url}/standing").json()
    assert (standing["state"], standing["counts"]) == ("applies_from", None)
    begun = alice.post(url, {"operator": str(desk.operator.pk)}, **kept)
    assert begun.status_code == 201
    assert len(begun.json()["open_tasks"]) == 6
    one = f"{url}/{begun.json()['id']}"
    text = {"text": "Applicants.", "revision": 0}
    written = alice.put(f"{one}/fria-c", text, **kept)
    assert written.json()["revisions"] == {"fria-c": 1}
    assert alice.put(f"{one}/fria-c", text, **kept).status_code == 409
    assert alice.put(f"{one}/fria-z", text, **kept).status_code == 400
    assert alice.get(url).json()["results"][0]["number"] == 1
    paper = desk.kind.model.objects.get()
    for letter in "abdef":
        paper = desk.write(paper, f"fria-{letter}")
    paper = desk.approve(desk.propose(paper))
    assert alice.get(one).json()["sha256"] == paper.digest
    note = {
        "kind": "notified", "authority": "BNetzA", "member_state": "DE",
        "told_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    assert alice.post(f"{one}/notifications", note, **kept).status_code == 201
    assert alice.get(f"{one}/notifications").json()[0]["authority"] == "BNetzA"
    asked = {"answers": HIRING, "roles": ["deployer"], "on": "2027-12-02"}
    owed = alice.post("/api/v1/law/fria", asked, **kept)
    assert owed.json()["state"] == "not_established"
    wrong = asked | {"answers": {"nothing": "yes"}}
    assert alice.post("/api/v1/law/fria", wrong, **kept).status_code == 422


def test_once_it_binds_use_without_it_is_a_fault(world: World) -> None:
    desk = a_desk(world)
    desk.classify()
    day = date(2027, 12, 2)
    AISystem.objects.filter(pk=world.system.pk).update(put_into_service_on=day)
    [standing] = standings(desk.kind, desk.system, world.alice, day)
    [notice] = standing.notices
    assert notice.tone == "danger"
    assert "In use since 2 Dec 2027 without an approved assessment" in notice.text
    late = datetime(2027, 12, 5, 9, tzinfo=UTC)
    paper = desk.approved()
    ImpactAssessment.objects.filter(pk=paper.pk).update(decided_at=late)
    [standing] = standings(desk.kind, desk.system, world.alice, late.date())
    assert "approved on 5 Dec 2027" in standing.notices[0].text

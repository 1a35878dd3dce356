"""Art. 6(4): the record of an exemption, before release, and what ends it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.access.services import grant_system
from governance.derogation.contents import KIND
from governance.derogation.models import DerogationRecord
from governance.papers.contents.standing import standings
from governance.papers.services import PaperRefused
from registry.operators.models import OperatorRoleName
from registry.systems.models import AISystem
from tests.factories import TESTER, World
from tests.governance.fria.fria_world import Desk, a_desk
from tests.governance.law.worlds import EXEMPT, HIRING

SignIn = Callable[[Any], Client]
SORTING = HIRING | EXEMPT
TEXTS = ("derogation-use", "derogation-a", "derogation-profiling")
STATED = ("derogation-influence", "derogation-risk")


@pytest.fixture
def desk(world: World) -> Desk:
    found = a_desk(world, OperatorRoleName.PROVIDER, kind=KIND)
    found.classify(SORTING)
    return found


def overview(world: World, client: Client) -> str:
    url = reverse("derogation:of_system", args=[world.system.pk])
    return client.get(url).content.decode()


def written(desk: Desk) -> Any:
    paper = desk.begin()
    for element in TEXTS:
        paper = desk.write(paper, element)
    for element in STATED:
        paper = desk.write(paper, element, choice="none")
    return paper


def test_the_record_asks_for_the_condition_that_is_claimed_and_shows_its_facts(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.begin()
    alice = signed_in(world.alice)
    one = reverse("derogation:one", args=[world.system.pk, paper.pk])
    text = alice.get(one).content.decode()
    assert "A narrow procedural task" in text
    assert "Improving finished human work" not in text
    part = reverse(
        "derogation:part", args=[world.system.pk, paper.pk, "derogation-profiling"]
    )
    assert "Does it use personal data" in alice.get(part).content.decode()
    overall = overview(world, alice)
    assert "An exemption of Art. 6(3) is claimed" in overall
    assert "Art. 49(2)" in overall


def test_a_statement_that_nobody_made_is_an_open_task(
    world: World, signed_in: SignIn
) -> None:
    silent = {k: v for k, v in SORTING.items() if k != "significant_risk"}
    desk = a_desk(world, OperatorRoleName.PROVIDER, kind=KIND)
    desk.classify(silent)
    assert "To be stated, nobody has answered it yet" in overview(
        world, signed_in(world.alice)
    )
    paper = desk.write(written(desk), "derogation-risk", choice="", text="Later.")
    with pytest.raises(PaperRefused, match="nothing is written"):
        desk.propose(paper)


def test_an_admitted_risk_is_disputed_and_cannot_be_proposed(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.write(written(desk), "derogation-risk", choice="risk", text="It may.")
    with pytest.raises(PaperRefused, match="treated as high-risk"):
        desk.propose(paper)
    one = reverse("derogation:one", args=[world.system.pk, paper.pk])
    assert "Disputed" in signed_in(world.alice).get(one).content.decode()


def test_a_record_before_release_raises_no_alarm_and_a_late_one_does(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    assert "Have a version approved before that day" in overview(world, alice)
    desk.approve(desk.propose(written(desk)))
    assert "ds-alert" not in overview(world, alice)
    released = date(2027, 12, 3)
    AISystem.objects.filter(pk=world.system.pk).update(placed_on_market_on=released)
    late = datetime(2027, 12, 5, 9, tzinfo=UTC)
    DerogationRecord.objects.update(decided_at=late)
    [standing] = standings(KIND, desk.system, world.alice, late.date())
    assert "on the market or put into service on 3 Dec 2027" in standing.notices[0].text


def test_release_without_a_record_is_told_and_stands_on_the_work_list(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    AISystem.objects.filter(pk=world.system.pk).update(
        put_into_service_on=timezone.localdate() - timedelta(days=1)
    )
    alice = signed_in(world.alice)
    assert "without an approved record" in overview(world, alice)
    assert "Have approved: Record of an exemption" in alice.get("/").content.decode()


def test_a_classification_that_claims_nothing_any_more_marks_the_record(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.approve(desk.propose(written(desk)))
    desk.classify(SORTING | {"profiling": "yes"})
    alice = signed_in(world.alice)
    text = overview(world, alice)
    assert "does not claim the exemption any more" in text
    assert "behind version 1 have changed" in text
    one = reverse("derogation:one", args=[world.system.pk, paper.pk])
    assert "What changed since this version" in alice.get(one).content.decode()


def test_a_doubt_that_is_answered_makes_the_claim_disputed(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    desk.approve(desk.propose(written(desk)))
    desk.classify(SORTING | {"significant_risk": "yes"})
    assert "The exemption is disputed" in overview(world, signed_in(world.alice))


def test_an_authority_that_was_given_the_system_takes_the_record_once_approved(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.propose(written(desk))
    grant_system(
        user=world.dana, system=world.system, by=TESTER,
        until=timezone.now() + timedelta(days=3), at=timezone.now(),
    )  # fmt: skip
    dana = signed_in(world.dana)
    url = f"/api/v1/systems/{world.system.pk}/derogations"
    assert dana.get(f"{url}/{paper.pk}").status_code == 404
    assert dana.get(url).json()["results"] == []
    paper = desk.approve(paper)
    assert dana.get(f"{url}/{paper.pk}").json()["sha256"] == paper.digest
    page = dana.get(reverse("derogation:of_system", args=[world.system.pk])).content
    assert b">Registration</a>" in page
    assert b">Duties</a>" not in page
    file = dana.get(reverse("derogation:json", args=[world.system.pk, paper.pk]))
    assert file.json()["state"] == "approved"
    begin = reverse("derogation:begin", args=[world.system.pk, desk.operator.pk])
    assert dana.post(begin).status_code == 403


def test_without_a_provider_of_ours_the_page_teaches_whose_duty_it_is(
    world: World, signed_in: SignIn
) -> None:
    text = overview(world, signed_in(world.alice))
    assert "none of your operators provides this system" in text


def test_what_is_not_decided_yet_is_kept_and_stays_open(
    world: World, desk: Desk, signed_in: SignIn
) -> None:
    paper = desk.begin()
    alice = signed_in(world.alice)
    url = reverse(
        "derogation:part", args=[world.system.pk, paper.pk, "derogation-risk"]
    )
    assert alice.post(url, {"text": "Asked counsel.", "revision": 0}).status_code == 422
    form = {"text": "Asked counsel.", "choice": "open", "revision": 0}
    assert alice.post(url, form).status_code == 302
    kept = DerogationRecord.objects.get().parts["derogation-risk"]
    assert (kept["text"], kept["choice"]) == ("Asked counsel.", "")

"""What rests on draft guidance alone says so wherever it is shown."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.classification.services import approve_classification, classify_system
from tests.factories import TESTER, World
from tests.governance.classification.interview import address
from tests.governance.law.worlds import HIRING

SignIn = Callable[[Any], Client]
# By the text of the Act it would be high-risk, and then no open source takes it out.
DRAFTED = HIRING | {
    "work_purposes": ["monitoring"],
    "employer_uses_output": "no",
    "open_source": "yes",
}
DRAFT = "Commission guidelines on Art. 6, draft of 19 May 2026"
LABEL = "By draft guidance alone: Outside the Act"


def test_pages_and_rest_say_what_rests_on_draft_guidance_alone(
    world: World, signed_in: SignIn
) -> None:
    now, alice, system = timezone.now(), signed_in(world.alice), world.system
    row = classify_system(
        system=system, answers=DRAFTED, author=world.alice,
        on=timezone.localdate(), by=TESTER, at=now,
    )  # fmt: skip
    approve_classification(classification=row, approver=world.bob, by=TESTER, at=now)
    html = alice.get(address("overview", system)).content.decode()
    for said in ("This rests on draft guidance alone.", "Ruled out by draft guidance"):
        assert f"<strong>Draft guidance.</strong> {said}" in html
    assert f"By the text of the Act it would stand. ({DRAFT})" in html
    for page in (address("overview", system), reverse("systems:list")):
        assert LABEL in alice.get(page).content.decode()
    answer = alice.get(f"/api/v1/systems/{system.pk}/classifications/{row.pk}").json()
    [finding] = answer["verdict"]["findings"]
    assert finding["guidance"] == "draft"
    assert finding["label"].startswith(LABEL)

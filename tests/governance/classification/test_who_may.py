"""Roles and strangers at the pages and the API of classification."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.classification.models import Classification
from governance.classification.services import classify_system
from registry.people.models import Role
from tests.factories import TESTER, World, a_person, a_source_key
from tests.governance.classification.interview import address
from tests.governance.law.worlds import CREDIT

SignIn = Callable[[Any], Client]


@pytest.fixture
def row(world: World) -> Classification:
    return classify_system(
        system=world.system,
        answers=CREDIT,
        author=world.alice,
        on=timezone.localdate(),
        by=TESTER,
        at=timezone.now(),
    )


def test_a_stranger_gets_404_everywhere(
    world: World, row: Classification, signed_in: SignIn
) -> None:
    charlie = signed_in(world.charlie)
    for name in ("overview", "wizard", "review"):
        assert charlie.get(address(name, world.system)).status_code == 404
    for name in ("approve", "return", "take"):
        assert charlie.post(address(name, world.system, row.pk)).status_code == 404
    for path in ("classifications", f"classifications/{row.pk}"):
        url = f"/api/v1/systems/{world.system.pk}/{path}"
        assert charlie.get(url).status_code == 404


def test_who_may_read_may_not_answer_or_decide(
    world: World, row: Classification, signed_in: SignIn
) -> None:
    auditor = signed_in(a_person("Frida", world.acme, Role.AUDITOR))
    assert auditor.get(address("overview", world.system)).status_code == 200
    assert auditor.get(address("one", world.system, row.pk)).status_code == 200
    assert auditor.get(address("wizard", world.system)).status_code == 403
    decide = auditor.post(address("approve", world.system, row.pk))
    assert decide.status_code == 403
    alice = signed_in(world.alice)
    assert alice.post(address("approve", world.system, row.pk)).status_code == 403


def test_a_classification_is_found_under_its_own_system_only(
    world: World, row: Classification, signed_in: SignIn
) -> None:
    charlie = signed_in(world.charlie)
    assert charlie.get(address("one", world.foreign, row.pk)).status_code == 404


def test_the_api_lists_and_reads_them(
    world: World, row: Classification, signed_in: SignIn
) -> None:
    url = f"/api/v1/systems/{world.system.pk}/classifications"
    found = signed_in(world.bob).get(url).json()["results"]
    assert [each["id"] for each in found] == [str(row.pk)]
    one = signed_in(world.bob).get(f"{url}/{row.pk}").json()
    assert one["digest"] == row.digest
    assert one["author"] == "Alice"
    assert one["decided_by"] is None
    assert one["verdict"]["findings"][0]["citation"] == "Annex III, point 5(b)"


def test_any_signed_in_caller_asks_the_law_and_nobody_else(world: World) -> None:
    body = {"answers": CREDIT, "on": "2026-07-26"}
    url = "/api/v1/law/classify"
    assert Client().post(url, body, content_type="application/json").status_code == 401
    key = {"authorization": f"Bearer {a_source_key(world.system)}"}
    asked = Client().post(url, body, content_type="application/json", headers=key)
    verdict = asked.json()
    assert verdict["edition"] == "enacted_2024"
    assert verdict["findings"][0]["applies_from"] == "2026-08-02"
    assert Classification.objects.count() == 0
    due = (
        Client()
        .post(
            "/api/v1/law/questions",
            {"answers": {"infers": "no"}},
            content_type="application/json",
            headers=key,
        )
        .json()
    )
    assert due["done"] is False
    assert "domains" not in [question["id"] for question in due["questions"]]
    every = Client().get("/api/v1/law/questions", headers=key).json()
    assert every["questions"][0]["id"] == "infers"
    assert every["questions"][0]["example_outside"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"answers": {"infers": "perhaps"}}, 422, "infers"),
        ({"answers": {"no_such_question": "yes"}}, 422, "no_such_question"),
        ({"answers": {"domains": [["x"]]}}, 422, "domains"),
        ({"answers": {"placed_on_market_on": {"a": 1}}}, 422, "placed_on_market_on"),
        ({"answers": {}, "edition": "of 1999"}, 400, "edition"),
        ({"answers": {}, "on": "soon"}, 400, "on"),
        ({"answers": "yes"}, 400, "answers"),
    ],
)
def test_what_cannot_be_read_is_named(
    world: World, signed_in: SignIn, body: Any, status: int, field: str
) -> None:
    answer = signed_in(world.bob).post(
        "/api/v1/law/classify", body, content_type="application/json"
    )
    assert answer.status_code == status
    assert answer["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_pages_stay_within_their_query_budget(
    world: World,
    row: Classification,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    alice = signed_in(world.alice)
    for name in ("overview", "wizard"):
        with django_assert_max_num_queries(18):
            assert alice.get(address(name, world.system)).status_code == 200
    with django_assert_max_num_queries(18):
        alice.get(address("one", world.system, row.pk))

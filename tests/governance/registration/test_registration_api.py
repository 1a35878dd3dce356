"""Drafts over the API: keys read what is public, only people write."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.circumstances.services import state_circumstance
from registry.people.models import Role, User
from tests.factories import TESTER, World, a_person
from tests.governance.law.duty_worlds import CAMERA
from tests.governance.registration.worlds import A, a_provider, draft, moves, today
from tests.registry.facts import a_service_key, call

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    return client.generic(
        method, f"/api/v1/{path}", json.dumps(body), content_type="application/json"
    )


def test_the_list_and_a_draft_are_read_with_a_key(world: World, client: Client) -> None:
    operator = a_provider(world)
    key, base = a_service_key(world.acme), f"systems/{world.system.pk}/registrations"
    told = call(client, "GET", base, key).json()
    assert "nothing has been sent" in told["notice"]
    line = next(row for row in told["drafts"] if row["section"] == A)
    assert (line["complete"], line["of"], line["state"]) == (4, 12, "binds_now")
    one = call(client, "GET", f"{base}/{operator.pk}/{A}", key).json()
    assert len(one["fields"]) == 13
    assert one["sha256"] == draft(world, operator).digest
    old = call(client, "GET", f"{base}?on=2026-07-01", key).json()
    assert old["on"] == "2026-07-01"
    wrong = call(client, "GET", f"{base}?edition=enacted_1999", key)
    assert wrong.status_code == 400
    file = call(client, "GET", f"{base}/{operator.pk}/{A}/export/json", key)
    assert json.loads(file.content)["sha256"] == one["sha256"]
    none = call(client, "GET", f"{base}/{operator.pk}/{A}/export/doc", key)
    assert none.status_code == 404


def test_a_key_writes_nothing_and_reads_no_secure_section(
    world: World, client: Client
) -> None:
    operator = a_provider(world)
    key, base = a_service_key(world.acme), f"systems/{world.system.pk}/registrations"
    one = f"{base}/{operator.pk}/{A}"
    body = {"text": "Income, age.", "revision": 0}
    assert call(client, "PUT", f"{one}/fields/{A}-6", key, body).status_code == 403
    stated = {"submitted_on": "2026-11-23", "reference": "X", "read_sha256": "0"}
    assert call(client, "POST", f"{one}/submissions", key, stated).status_code == 403


def test_a_key_reads_no_secure_section(world: World, client: Client) -> None:
    operator = a_provider(world, CAMERA, police="yes")
    key, base = a_service_key(world.acme), f"systems/{world.system.pk}/registrations"
    assert call(client, "GET", base, key).json()["drafts"][0]["non_public"] == "yes"
    assert call(client, "GET", f"{base}/{operator.pk}/{A}", key).status_code == 403


def test_no_other_day_or_edition_opens_the_secure_section(
    world: World, client: Client, signed_in: SignIn
) -> None:
    """The texts are those of today, also under the law of a day before the police."""
    operator = a_provider(world, CAMERA, police="no", migration_asylum="no")
    key, base = a_service_key(world.acme), f"systems/{world.system.pk}/registrations"
    one, before = f"{base}/{operator.pk}/{A}", "?on=2026-02-01"
    assert call(client, "GET", f"{one}{before}", key).status_code == 200
    state_circumstance(
        operator=operator, flag="police", answer="yes", held_from=today(),
        author=world.alice, by=TESTER, at=timezone.now(),
    )  # fmt: skip
    page = f"/systems/{world.system.pk}/registration/{operator.pk}/{A}/"
    engineer = signed_in(a_person("Erik", world.acme, Role.ENGINEER))
    for query in ("", before, f"{before}&edition=omnibus_2026"):
        assert call(client, "GET", f"{one}{query}", key).status_code == 403, query
        assert engineer.get(f"{page}{query}").status_code == 403, query
        assert engineer.get(f"{page}export/json/{query}").status_code == 403, query


def test_a_person_writes_submits_and_sees_what_differs(
    world: World, signed_in: SignIn
) -> None:
    operator = a_provider(world)
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    one = f"systems/{world.system.pk}/registrations/{operator.pk}/{A}"
    body = {"text": "Income, age.", "revision": 0}
    told = send(alice, "PUT", f"{one}/fields/{A}-6", body).json()
    written = next(row for row in told["fields"] if row["id"] == f"{A}-6")
    assert (written["value"], written["source"]) == ("Income, age.", "Alice")
    assert written["revision"] == 1
    stale = send(alice, "PUT", f"{one}/fields/{A}-6", {"text": "Other", "revision": 0})
    assert stale.status_code == 409
    unknown = send(alice, "PUT", f"{one}/fields/{A}-77", body)
    assert unknown.status_code == 404
    stated = {
        "submitted_on": timezone.now().date().isoformat(),
        "reference": "EU-4711",
        "read_sha256": told["sha256"],
    }
    assert send(alice, "POST", f"{one}/submissions", stated).status_code == 403
    made = send(bob, "POST", f"{one}/submissions", stated)
    assert made.status_code == 201
    assert made.json()["digest"] == told["sha256"]
    moves(world, operator, "Elsewhere 2")
    again = send(bob, "POST", f"{one}/submissions", stated)
    assert again.status_code == 400
    now = send(bob, "GET", one).json()
    assert [each["id"] for each in now["differences"]] == [f"{A}-1"]
    assert [each["reference"] for each in now["submissions"]] == ["EU-4711"]

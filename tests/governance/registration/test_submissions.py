"""What somebody stated was submitted, and the alarm when its facts change."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.registration.contents.changes import alarms, differences
from governance.registration.models import RegistrationSubmission
from governance.registration.services import record_submission, write_text
from registry.operators.services import FactsWrong
from registry.systems.models import OperatorRole
from tests.factories import World
from tests.governance.law.duty_worlds import CAMERA
from tests.governance.law.worlds import CHAT
from tests.governance.registration.worlds import (
    A,
    a_provider,
    classified,
    draft,
    edits,
    kept,
    moves,
    now,
    states,
    today,
)
from tests.registry.facts import details, verbs

pytestmark = pytest.mark.django_db


def submit(world: World, operator: Any, **given: Any) -> RegistrationSubmission:
    of = given.pop("draft", None) or draft(world, operator)
    told = {
        "submitted_on": today(),
        "reference": "EU-4711",
        "read_sha256": of.digest,
        "stated_by": world.bob,
        **kept(),
    }
    return record_submission(draft=of, **told | given)


def ring(world: World) -> list[Any]:
    return alarms([now(world)], today())


def kinds(world: World, operator: Any) -> dict[str, str]:
    return {each.id: each.kind for each in differences(draft(world, operator))}


def test_what_was_submitted_is_kept_as_it_stood(world: World) -> None:
    operator = a_provider(world)
    of = draft(world, operator)
    row = submit(world, operator)
    moves(world, operator, "Elsewhere 2")
    row.refresh_from_db()
    assert row.content == of.content
    assert row.digest == of.digest
    assert "Marktplatz" in row.content["fields"][0]["value"]
    assert verbs(world.system)[-1] == "registration.stated_as_submitted"
    assert "EU-4711" not in str(details(world.system))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"submitted_on": timezone.now().date() + timedelta(days=2)}, "still to come"),
        ({"reference": "  "}, "number that the register gave"),
        ({"read_sha256": "0" * 64}, "changed since you read it"),
    ],
)
def test_what_cannot_have_been_submitted_is_refused(
    world: World, given: dict[str, Any], says: str
) -> None:
    operator = a_provider(world)
    with pytest.raises(FactsWrong, match=says):
        submit(world, operator, **given)
    assert not RegistrationSubmission.objects.exists()


def test_the_alarm_names_each_field_that_changed_and_ends_with_the_next(
    world: World,
) -> None:
    operator = a_provider(world)
    assert ring(world) == []
    submit(world, operator)
    assert ring(world) == []
    moves(world, operator, "Elsewhere 2")
    edits(world, member_states=["FR"])
    [alarm] = ring(world)
    assert [each.id for each in alarm.differences] == [f"{A}-1", f"{A}-10"]
    assert "Marktplatz" in alarm.differences[0].before
    assert "Elsewhere" in alarm.differences[0].now
    assert (alarm.differences[1].before, alarm.differences[1].now) == ("", "France")
    submit(world, operator)
    assert ring(world) == []


def test_a_fact_behind_a_persons_text_rings_too(world: World) -> None:
    operator = a_provider(world)
    told = {"author": world.alice, "revision": 0, "reason": "As it is printed."}
    write_text(
        draft=draft(world, operator), field=f"{A}-1", text="Acme", **told, **kept()
    )
    submit(world, operator)
    moves(world, operator, "Elsewhere 2")
    assert kinds(world, operator) == {f"{A}-1": "register"}


def test_a_change_of_who_may_read_it_rings(world: World) -> None:
    operator = a_provider(world, CAMERA, police="no", migration_asylum="no")
    submit(world, operator)
    states(world, operator, police="yes")
    assert kinds(world, operator) == {
        **{f"{A}-{n}": "moved" for n in (1, 2, 3, 4, 5, 7, 10)},
        **{f"{A}-{n}": "removed" for n in (6, 8, 9, 11, 12, 13)},
    }


def test_a_section_that_binds_no_more_rings_and_stays_readable(world: World) -> None:
    operator = a_provider(world)
    submit(world, operator)
    classified(world, CHAT)
    [alarm] = ring(world)
    assert not alarm.draft.bound
    assert alarm.differences == ()


def test_a_role_that_ended_rings_and_stays_readable(world: World) -> None:
    operator = a_provider(world)
    submit(world, operator)
    yesterday = today() - timedelta(days=1)
    OperatorRole.objects.filter(operator=operator).update(held_until=yesterday)
    [alarm] = ring(world)
    assert not alarm.draft.bound
    assert alarm.draft.content["state"] == "does_not_bind"


def test_the_latest_day_counts_whatever_the_order_of_stating(world: World) -> None:
    operator = a_provider(world)
    submit(world, operator)
    moves(world, operator, "Elsewhere 2")
    submit(world, operator, submitted_on=today() - timedelta(days=9))
    assert kinds(world, operator) == {f"{A}-1": "changed"}


def test_many_systems_ask_no_more_than_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    operator = a_provider(world)
    submit(world, operator)
    with django_assert_max_num_queries(9):
        alarms([world.system, world.foreign], today())

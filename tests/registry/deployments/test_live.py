"""Which version was live at T, and what PostgreSQL refuses."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.selectors import trail_of
from registry.deployments.models import LivePeriod, Stage
from registry.deployments.selectors import live_at
from registry.deployments.services import PeriodRefused, end_period
from registry.systems.models import AISystem
from tests.factories import TESTER, World, a_source_key, an_event, post_events
from tests.registry.datasets.worlds import a_model, a_service_key, a_version
from tests.registry.deployments.worlds import DAY, NOON, a_deployment, a_period

SignIn = Callable[..., Client]


def names(system: AISystem, at: object) -> list[tuple[str, str, int]]:
    return [
        (p.version.name, p.stage, int(p.share))
        for p in live_at(system, at)  # type: ignore[arg-type]
    ]


def test_shadow_and_canary_run_beside_the_full_version_with_their_share(
    world: World,
) -> None:
    aimodel = a_model(world.system)
    one, two, three = (a_version(aimodel, f"v{n}") for n in (1, 2, 3))
    place = a_deployment(world.system)
    a_period(place, three, Stage.SHADOW, 100)
    a_period(place, two, Stage.CANARY, 5)
    a_period(place, one, Stage.FULL, 95)
    assert names(world.system, NOON) == [
        ("v1", "full", 95),
        ("v2", "canary", 5),
        ("v3", "shadow", 100),
    ]


def test_at_the_moment_of_a_change_the_new_version_is_live_and_the_old_one_is_not(
    world: World,
) -> None:
    aimodel = a_model(world.system)
    place = a_deployment(world.system)
    a_period(place, a_version(aimodel, "v1"))
    a_period(place, a_version(aimodel, "v2"), live_from=NOON + DAY, takes_over=True)
    moment = NOON + DAY
    assert names(world.system, moment - DAY / 86400) == [("v1", "full", 100)]
    assert names(world.system, moment) == [("v2", "full", 100)]
    assert names(world.system, NOON - DAY) == []
    verbs = [act.verb for act in trail_of(world.system.log)]
    assert verbs[:2] == ["deployment.went_live", "deployment.ended"]


def test_two_full_versions_at_a_time_are_refused_and_leave_nothing(
    world: World,
) -> None:
    aimodel = a_model(world.system)
    place = a_deployment(world.system)
    a_period(place, a_version(aimodel, "v1"))
    before = len(trail_of(world.system.log))
    with pytest.raises(PeriodRefused, match="fully live in this deployment"):
        a_period(place, a_version(aimodel, "v2"), live_from=NOON + DAY)
    assert LivePeriod.objects.count() == 1
    assert len(trail_of(world.system.log)) == before + 1  # the version itself


def test_a_version_is_live_once_per_deployment_and_moment(world: World) -> None:
    version = a_version(a_model(world.system))
    place = a_deployment(world.system)
    a_period(place, version, Stage.CANARY, 5)
    with pytest.raises(PeriodRefused, match="already live"):
        a_period(place, version, Stage.SHADOW, 5, live_from=NOON + DAY)
    a_period(a_deployment(world.system, "app"), version)


def test_a_version_of_a_model_that_the_system_does_not_use_is_refused(
    world: World,
) -> None:
    foreign = a_version(a_model(world.foreign))
    with pytest.raises(PeriodRefused, match="does not use"):
        a_period(a_deployment(world.system), foreign)


def test_a_period_that_ended_stays_and_one_to_come_may_be_brought_forward(
    world: World,
) -> None:
    now = timezone.now()
    period = a_period(
        a_deployment(world.system),
        a_version(a_model(world.system)),
        live_from=now - 2 * DAY,
        live_until=now + 9 * DAY,
    )

    def end(moment: datetime) -> LivePeriod:
        return end_period(period=period, ended_at=moment, by=TESTER, at=now)

    with pytest.raises(PeriodRefused, match="before the beginning"):
        end(now - 3 * DAY)
    with pytest.raises(PeriodRefused, match="ends before that"):
        end(now + 10 * DAY)
    assert end(now - DAY).period.upper == now - DAY
    with pytest.raises(PeriodRefused, match="ended already"):
        end(now - DAY / 2)


def test_intake_knows_a_deployment_from_its_creation_on(
    world: World, client: Client
) -> None:
    a_version(a_model(world.system), "credit-1")
    key = a_source_key(world.system)
    event = {"model_version": "credit-1", "deployment": "branches"}
    first = post_events(client, key, an_event(**event)).json()["events"][0]
    assert first["flags"] == ["unknown_deployment"]
    a_deployment(world.system, "branches")
    second = post_events(client, key, an_event(**event)).json()["events"][0]
    assert second["flags"] == []


@pytest.fixture
def two_versions(world: World) -> AISystem:
    aimodel = a_model(world.system)
    place = a_deployment(world.system)
    a_period(place, a_version(aimodel, "v1"), live_until=NOON + DAY)
    a_period(place, a_version(aimodel, "v2"), Stage.CANARY, 5)
    return world.system


def test_the_page_answers_for_the_asked_moment_and_says_what_it_does_not_answer(
    world: World, signed_in: SignIn, two_versions: AISystem
) -> None:
    address = reverse("deployments:live", args=[two_versions.pk])
    client = signed_in(world.alice)
    then = client.get(address, {"at": "2026-10-01T13:00"})
    assert [p.version.name for p in then.context["found"]] == ["v1", "v2"]
    assert "its own entry in the log says which version" in then.content.decode()
    assert 'value="2026-10-01T13:00:00"' in then.content.decode()
    after = client.get(address, {"at": "2026-10-03T12:00:00Z"})
    assert [p.version.name for p in after.context["found"]] == ["v2"]
    bars = after.context["timeline"].bars
    assert {bar.period.version.name: bar.holds for bar in bars} == {
        "v1": False,
        "v2": True,
    }
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "at",
    ["yesterday", "2026-02-30T12:00", "0001-01-01T00:00", "9999-12-31T00:00", "\x00"],
)
def test_a_moment_that_is_none_is_a_form_error_and_a_problem(
    world: World, client: Client, signed_in: SignIn, two_versions: AISystem, at: str
) -> None:
    address = reverse("deployments:live", args=[two_versions.pk])
    page = signed_in(world.alice).get(address, {"at": at})
    assert page.status_code == 422
    assert page.context["form"].errors["at"]
    key = a_service_key(world.acme, "registry:read")
    path = f"/api/v1/systems/{two_versions.pk}/live"
    answer = client.get(path, {"at": at}, headers=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "at"


def test_the_api_answers_with_stage_and_share_in_any_zone(
    world: World, client: Client, two_versions: AISystem
) -> None:
    key = a_service_key(world.acme, "registry:read")
    path = f"/api/v1/systems/{two_versions.pk}/live"
    for at in ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00Z", "2026-10-01T12:00"):
        answer = client.get(path, {"at": at}, headers=key).json()
        assert [
            (row["version"], row["stage"], row["share"]) for row in answer["live"]
        ] == [
            ("v1", "full", "100.00"),
            ("v2", "canary", "5.00"),
        ]
    # A "+" that nobody encoded arrives as a blank.
    bare = client.get(f"{path}?at=2026-10-01T14:00:00+02:00", headers=key).json()
    assert bare["at"] == "2026-10-01T14:00:00+02:00" or bare["at"].endswith("Z")
    assert len(bare["live"]) == 2
    other = a_service_key(world.other, "registry:read")
    assert client.get(path, headers=other).status_code == 404
    now = client.get(path, headers=key).json()["live"]
    assert [row["version"] for row in now] == ["v2"]

"""Deployments in the browser and over the API: acts, refusals, roles."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from audits.trail.selectors import trail_of
from registry.deployments.models import Deployment, LivePeriod
from tests.factories import World
from tests.registry.datasets.worlds import (
    a_model,
    a_service_key,
    a_version,
    an_engineer,
    post,
)
from tests.registry.deployments.worlds import NOON, a_deployment, a_period

SignIn = Callable[..., Client]
READ, WRITE = "registry:read", "registry:write"


def test_an_engineer_creates_a_deployment_takes_a_version_live_and_ends_it(
    world: World, signed_in: SignIn
) -> None:
    version = a_version(a_model(world.system))
    client = signed_in(an_engineer(world.acme))
    client.post(
        reverse("deployments:add", args=[world.system.pk]), {"name": "branches"}
    )
    place = Deployment.objects.get()
    client.post(
        reverse("deployments:go_live", args=[world.system.pk, place.pk]),
        {"version": version.pk, "stage": "canary", "share": "2.5",
         "live_from": "2026-09-01T06:00:00"},
    )  # fmt: skip
    period = LivePeriod.objects.get()
    page = client.get(reverse("deployments:of_system", args=[world.system.pk]))
    assert "2.5 %" in page.content.decode()
    ended = client.post(
        reverse("deployments:end", args=[world.system.pk, period.pk]),
        {"live_until": "2026-09-02T06:00"},
    )
    assert ended.status_code == 302
    verbs = [act.verb for act in trail_of(world.system.log)]
    assert verbs[:3] == [
        "deployment.ended",
        "deployment.went_live",
        "deployment.created",
    ]
    assert trail_of(world.system.log)[0].details["until"] == "2026-09-02T06:00:00+00:00"


def test_an_overlap_is_a_form_error_that_keeps_what_was_typed(
    world: World, signed_in: SignIn
) -> None:
    aimodel = a_model(world.system)
    place = a_deployment(world.system)
    a_period(place, a_version(aimodel, "v1"))
    client = signed_in(an_engineer(world.acme))
    address = reverse("deployments:go_live", args=[world.system.pk, place.pk])
    form = {
        "version": a_version(aimodel, "v2").pk, "stage": "full", "share": "100",
        "live_from": "2026-10-02T12:00",
    }  # fmt: skip
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "Let this one take over" in refused.content.decode()
    assert 'value="2026-10-02T12:00"' in refused.content.decode()
    assert LivePeriod.objects.count() == 1
    assert client.post(address, {**form, "takes_over": "on"}).status_code == 302
    assert LivePeriod.objects.count() == 2


def test_shares_and_moments_out_of_range_are_form_errors(
    world: World, signed_in: SignIn
) -> None:
    version = a_version(a_model(world.system))
    place = a_deployment(world.system)
    client = signed_in(an_engineer(world.acme))
    address = reverse("deployments:go_live", args=[world.system.pk, place.pk])
    form = {"version": version.pk, "stage": "full", "share": "100",
            "live_from": "2026-10-02T12:00"}  # fmt: skip
    for field, value in (
        ("share", "0"),
        ("share", "100.01"),
        ("share", "NaN"),
        ("stage", "everywhere"),
        ("live_from", "then"),
        ("live_until", "2026-10-01T12:00"),
        ("version", str(place.pk)),
    ):
        answer = client.post(address, {**form, field: value})
        assert answer.status_code == 422, (field, value)
        assert field in answer.context["form"].errors, (field, value)


def test_a_deployment_name_is_taken_once_per_system(
    world: World, signed_in: SignIn
) -> None:
    a_deployment(world.system)
    a_deployment(world.foreign)
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("deployments:add", args=[world.system.pk]), {"name": "branches"}
    )
    assert answer.status_code == 422
    assert "a deployment of this name" in answer.content.decode()


def test_only_engineers_act_and_strangers_find_nothing(
    world: World, signed_in: SignIn
) -> None:
    period = a_period(a_deployment(world.system), a_version(a_model(world.system)))
    one, place = world.system.pk, period.deployment_id
    pages = (
        ("deployments:of_system", [one], 200),
        ("deployments:live", [one], 200),
        ("deployments:add", [one], 403),
        ("deployments:go_live", [one, place], 403),
        ("deployments:end", [one, period.pk], 403),
    )
    alice = signed_in(world.alice)
    stranger = signed_in(an_engineer(world.other, "Fay"))
    for name, keys, status in pages:
        assert alice.get(reverse(name, args=keys)).status_code == status, name
        assert stranger.get(reverse(name, args=keys)).status_code == 404, name


def test_a_period_or_deployment_of_another_system_does_not_open_under_this_one(
    world: World, signed_in: SignIn
) -> None:
    period = a_period(a_deployment(world.foreign), a_version(a_model(world.foreign)))
    client = signed_in(an_engineer(world.acme))
    for name, key in (
        ("deployments:go_live", period.deployment_id),
        ("deployments:end", period.pk),
    ):
        answer = client.get(reverse(name, args=[world.system.pk, key]))
        assert answer.status_code == 404


def test_a_pipeline_takes_a_version_live_and_ends_it_over_the_api(
    world: World, client: Client
) -> None:
    key = a_service_key(world.acme, READ, WRITE)
    version = a_version(a_model(world.system))
    made = post(client, f"systems/{world.system.pk}/deployments", {"name": "app"}, key)
    assert made.status_code == 201
    path = f"deployments/{made.json()['id']}/periods"
    body = {"version": str(version.pk), "stage": "full", "share": "100",
            "live_from": "2026-09-01T06:00:00Z"}  # fmt: skip
    period = post(client, path, body, key)
    assert period.status_code == 201
    assert (period.json()["version"], period.json()["live_until"]) == ("credit-1", None)
    twice = post(client, path, {**body, "stage": "shadow"}, key)
    assert twice.status_code == 400
    assert twice.json()["errors"][0]["field"] == "version"
    ended = client.patch(
        f"/api/v1/{path}/{period.json()['id']}",
        {"live_until": "2026-09-02T06:00:00Z"},
        content_type="application/json",
        headers=key,
    )
    assert ended.json()["live_until"] == "2026-09-02T06:00:00Z"
    assert len(client.get(f"/api/v1/{path}", headers=key).json()["results"]) == 1


def test_the_api_pages_through_periods_and_asks_for_scopes(
    world: World, client: Client
) -> None:
    place = a_deployment(world.system)
    aimodel = a_model(world.system)
    for number in range(3):
        later = NOON.replace(month=10, day=2 + number)
        a_period(place, a_version(aimodel, f"v{number}"), live_from=later,
                 takes_over=True)  # fmt: skip
    reader = a_service_key(world.acme, READ)
    address = f"/api/v1/deployments/{place.pk}/periods?page_size=2"
    seen: list[str] = []
    while address:
        page = client.get(address, headers=reader).json()
        seen += [row["version"] for row in page["results"]]
        address = page["next"]
    assert seen == ["v2", "v1", "v0"]
    path = f"systems/{world.system.pk}/deployments"
    assert client.get(f"/api/v1/{path}", headers=reader).status_code == 200
    assert post(client, path, {"name": "app"}, reader).status_code == 403
    other = a_service_key(world.other, READ, WRITE)
    assert post(client, path, {"name": "app"}, other).status_code == 404
    periods = f"deployments/{place.pk}/periods"
    assert post(client, periods, {}, other).status_code == 404

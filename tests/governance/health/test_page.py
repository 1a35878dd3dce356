"""The health page: a fault with its place, for those whose log it is, until an act."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.anchors.models import Anchored, TimeStamp
from audits.log.models import Log
from audits.scrub.models import Fault, ScrubRun
from audits.scrub.selectors import open_faults
from audits.trail.models import TrailEntry
from governance.health.contents import evidence, machines, probe
from governance.health.selectors import SILENT
from registry.people.models import Role, ServiceScope, User
from registry.people.services import mint_service_key
from tests.factories import TESTER, World, a_person

SignIn = Callable[[User], Client]
PAGE = "health:page"


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (machines, probe):
        monkeypatch.setattr(module, "waiting_jobs", lambda: dict.fromkeys(SILENT, 0))


def a_fault(log: Log, where: str) -> Fault:
    now = timezone.now()
    kind = ScrubRun.Kind.EVERYTHING
    return Fault.objects.create(
        log=log, kind=kind, where=where, what="it is missing", found_at=now, seen_at=now
    )


def test_a_fault_is_shown_to_those_whose_log_it_is(
    world: World, signed_in: SignIn
) -> None:
    a_fault(world.system.log, "entry 17")
    a_fault(world.foreign.log, "entry 23")
    page = signed_in(world.alice).get(reverse(PAGE)).content.decode()
    assert "entry 17" in page
    assert world.system.log.origin in page
    assert "Found a fault" in page
    assert "entry 23" not in page
    assert world.foreign.log.origin not in page
    assert world.other.log.origin not in page
    assert "1 more fault is open" in page
    assert "2 logs of other organisations" in page


def test_an_alarm_ends_with_a_reason_of_somebody_who_may(
    world: World, signed_in: SignIn
) -> None:
    fault = a_fault(world.system.log, "entry 17")
    url = reverse("health:fault", args=[fault.pk])
    assert signed_in(world.alice).post(url, {"reason": "x" * 20}).status_code == 403
    bob = signed_in(world.bob)
    assert bob.post(url, {"reason": "ok"}).status_code == 422
    done = bob.post(url, {"reason": "A disk failed; see ticket 12."}, follow=True)
    assert "No fault is open" in done.content.decode()
    assert "A disk failed; see ticket 12." in done.content.decode()
    act = TrailEntry.objects.get(log=world.acme.log, verb="fault.acknowledged")
    assert act.actor_name == "Bob"
    again = bob.post(url, {"reason": "A disk failed; see ticket 12."}, follow=True)
    assert "acknowledged this fault already" in again.content.decode()


def test_all_faults_of_a_log_are_acknowledged_at_once(
    world: World, signed_in: SignIn
) -> None:
    fault, _other = (a_fault(world.system.log, f"entry {n}") for n in (17, 18))
    elsewhere = a_fault(world.acme.log, "entry 0")
    url = reverse("health:fault", args=[fault.pk])
    said = {"reason": "A disk failed; see ticket 12.", "whole_log": "on"}
    assert signed_in(world.bob).post(url, said).status_code == 302
    assert list(open_faults()) == [elsewhere]
    assert TrailEntry.objects.filter(verb="fault.acknowledged").count() == 2


def test_a_stranger_s_fault_is_no_address(world: World, signed_in: SignIn) -> None:
    fault = a_fault(world.foreign.log, "entry 23")
    url = reverse("health:fault", args=[fault.pk])
    assert signed_in(world.bob).get(url).status_code == 404


def test_the_api_says_what_the_page_says(world: World, signed_in: SignIn) -> None:
    a_fault(world.system.log, "entry 17")
    _row, key = mint_service_key(
        organisation=world.acme,
        name="monitor",
        scopes=[ServiceScope.REGISTRY_READ],
        expires_at=None,
        by=TESTER,
        at=timezone.now(),
    )
    url = reverse("health_api:health")
    by_key = Client().get(url, headers={"authorization": f"Bearer {key}"}).json()
    auditor = a_person("Ada", world.acme, Role.AUDITOR)
    by_person = signed_in(auditor).get(url).json()
    assert by_key["faults"] == by_person["faults"]
    assert [each["where"] for each in by_key["faults"]] == ["entry 17"]
    assert by_key["tone"] == "danger"
    logs = {each["origin"]: each for each in by_key["logs"]}
    assert logs[world.system.log.origin]["lag_entries"] == 1
    assert world.foreign.log.origin not in logs
    assert {"checkpoints", "canary", "disk", "backups"} <= {
        each["name"] for each in by_key["signs"]
    }


def test_a_log_that_was_anchored_often_stands_once(
    world: World, signed_in: SignIn
) -> None:
    log = world.system.log
    for size in (1, 3, 2):
        Anchored.objects.create(log=log, size=size, idx=size)
    logs = signed_in(world.alice).get(reverse("health_api:health")).json()["logs"]
    [line] = [each for each in logs if each["origin"] == log.origin]
    assert line["anchored_size"] == 3


def test_before_anything_ran_the_page_says_what_will_come(
    world: World, signed_in: SignIn
) -> None:
    page = signed_in(world.alice).get(reverse(PAGE)).content.decode()
    for words in ("No fault is open", "No run yet", "Not heard of", "None is asked"):
        assert words in page


def test_a_time_stamper_that_does_not_answer_is_seen(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "time_stamper", lambda: "one is configured")
    client = signed_in(world.alice)
    assert "the newest time stamp" in client.get(reverse(PAGE)).content.decode()
    TimeStamp.objects.create(
        log=world.system.log, size=1, tsa="Our TSA", note="", token=b"",
        gen_time=timezone.now(),
    )  # fmt: skip
    page = client.get(reverse(PAGE)).content.decode()
    assert "the newest time stamp" not in page
    assert "Stamping" in page
    assert "Our TSA" in page

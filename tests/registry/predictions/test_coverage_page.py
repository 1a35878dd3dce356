"""Log coverage as people and programs see it, and the alarm of a silent source."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.streams.build import follow
from audits.streams.models import Stream
from registry.people.models import Role, User
from tests.audits.streams.numbering import Source
from tests.factories import World, a_person, a_source_key, an_event

SignIn = Callable[[User], Client]


@pytest.fixture
def source(world: World, client: Client) -> Source:
    return Source(client, a_source_key(world.system))


def test_the_page_and_the_api_say_what_is_missing_and_what_to_do(
    world: World, signed_in: SignIn, client: Client, source: Source
) -> None:
    events = source.events(10)
    source.post(*events[:3], *events[5:], an_event())
    source.post(an_event(epoch=source.epoch, seq=1))

    address = f"/systems/{world.system.pk}/predictions/coverage/"
    page = signed_in(world.alice).get(address).content.decode()
    answer = client.get(
        f"/api/v1/systems/{world.system.pk}/coverage",
        headers={"authorization": f"Bearer {source.key}"},
    ).json()

    for words in (
        "80.0 %, 1 gap", "4 – 5", "May still come", "probatum spool",
        "The number stands for a second event.", "1 event came without a number",
    ):  # fmt: skip
        assert words in page, words
    numbers = ("percent", "present", "missing", "gaps", "faults", "not_numbered")
    assert [answer[name] for name in numbers] == ["80.0", 8, 2, 1, 1, 1]
    assert [(g["first"], g["last"]) for g in answer["listed_gaps"]] == [(4, 5)]
    assert (
        "Log coverage: <a"
        in signed_in(world.alice)
        .get(f"/systems/{world.system.pk}/predictions/")
        .content.decode()
    )
    assert signed_in(world.charlie).get(address).status_code == 404


def test_the_list_is_filtered_to_heartbeats(
    world: World, signed_in: SignIn, source: Source
) -> None:
    source.post(source.event())
    source.beat(every=60)
    list_page = f"/systems/{world.system.pk}/predictions/?type=heartbeat"
    page = signed_in(world.alice).get(list_page).content.decode()
    assert page.count('<th scope="row"') == 1
    assert "Gaps declared" in page


def test_a_silent_source_needs_those_who_look_after_it(
    world: World, signed_in: SignIn, source: Source
) -> None:
    engineer = a_person("Erik", world.acme, Role.ENGINEER)
    source.post(source.event())
    source.beat(every=60)
    follow(world.system.log)
    words = "See why scoring-service of Credit scoring is silent"
    assert words not in signed_in(engineer).get("/").content.decode()
    ago = timezone.now() - timedelta(minutes=4)
    Stream.objects.update(heard_at=ago, expected_by=ago + timedelta(minutes=3))
    assert words in signed_in(engineer).get("/").content.decode()
    assert words not in signed_in(world.dana).get("/").content.decode()
    source.beat(state="closed")
    follow(world.system.log)
    assert words not in signed_in(engineer).get("/").content.decode()

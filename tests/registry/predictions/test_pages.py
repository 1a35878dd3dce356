"""The pages of predictions: what they show, to whom, and how few queries they ask."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.metrics.build import roll_up_log
from audits.trail.models import TrailEntry
from registry.people.models import Role, User
from tests.factories import World, a_person, a_source_key, an_event, post_events

SignIn = Callable[[User], Client]
BUDGET = 21


@pytest.fixture
def events(world: World, client: Client) -> list[dict[str, Any]]:
    """Sixty events of Acme's system."""
    posted = [
        an_event(confidence=round(n / 60, 2), latency_ms=20 + n, subject=f"case {n}")
        for n in range(60)
    ]
    answer = post_events(client, a_source_key(world.system), *posted)
    assert answer.status_code == 201
    while roll_up_log(world.system.log):
        continue
    return posted


@pytest.fixture
def overseer(world: World) -> User:
    return a_person("Olga", world.acme, Role.OVERSEER)


def pages(world: World, event: dict[str, Any]) -> dict[str, str]:
    base = f"/systems/{world.system.pk}"
    return {
        "list": f"{base}/predictions/",
        "figures": f"{base}/predictions/figures/",
        "detail": f"{base}/predictions/{event['id']}/",
        "oversight": f"{base}/oversight/",
        "trail": f"{base}/trail/",
        "all": "/predictions/",
        "queue": "/oversight/",
    }


@pytest.mark.parametrize(
    "name", ["list", "figures", "detail", "oversight", "trail", "all", "queue"]
)
def test_each_page_opens_within_its_budget_of_queries(
    world: World,
    events: list[dict[str, Any]],
    overseer: User,
    signed_in: SignIn,
    name: str,
) -> None:
    client = signed_in(overseer)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(pages(world, events[-1])[name])
    assert answer.status_code == 200
    assert len(asked) <= BUDGET, [q["sql"][:120] for q in asked]
    assert " style=" not in answer.content.decode()
    assert world.system.name in answer.content.decode()


@pytest.mark.parametrize("name", ["list", "figures", "detail", "oversight", "trail"])
def test_nobody_of_another_organisation_sees_a_page_of_the_system(
    world: World, events: list[dict[str, Any]], signed_in: SignIn, name: str
) -> None:
    address = pages(world, events[0])[name]
    assert signed_in(world.charlie).get(address).status_code == 404
    assert signed_in(world.dana).get(address).status_code == 404  # not given to her
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["all", "queue"])
def test_pages_across_systems_show_only_what_the_person_sees(
    world: World, events: list[dict[str, Any]], signed_in: SignIn, name: str
) -> None:
    address = pages(world, events[0])[name]
    inside = signed_in(world.alice).get(address).content.decode()
    assert world.system.name in inside
    assert world.foreign.name not in inside
    outside = signed_in(world.charlie).get(address).content.decode()
    assert world.system.name not in outside
    assert str(events[0]["id"])[:8] not in outside


def ids(answer: Any) -> list[str]:
    return re.findall(r"/predictions/([0-9a-f-]{36})/", answer.content.decode())


def follow(client: Client, address: str, rel: str) -> list[list[str]]:
    """The ids on each page, following one of the pager's links to the end."""
    found = []
    for _page in range(20):
        answer = client.get(address)
        found.append(ids(answer))
        link = re.search(rf'href="([^"]*)" rel="{rel}"', answer.content.decode())
        if not link:
            break
        address = address.partition("?")[0] + link[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize(
    "query",
    ["?", "?type=all", "?flagged=on", "?reviewed=no", "?model_version=credit-1"],
)
def test_paging_returns_every_entry_exactly_once_both_ways(
    world: World, events: list[dict[str, Any]], signed_in: SignIn, query: str
) -> None:
    client = signed_in(world.alice)
    address = pages(world, events[0])["list"] + query
    older = [i for page in follow(client, address, "next") for i in page]
    assert older == [event["id"] for event in reversed(events)]
    newer = follow(client, f"{address}&after=0", "prev")
    assert [i for page in reversed(newer) for i in page] == older


def test_filters_find_what_they_say(
    world: World, events: list[dict[str, Any]], overseer: User, signed_in: SignIn
) -> None:
    client, address = signed_in(overseer), pages(world, events[0])["list"]

    def found(query: str) -> list[str]:
        return ids(client.get(f"{address}?{query}"))

    assert found("model_version=nothing") == []
    assert found(f"id={events[7]['id'][:13]}") == [events[7]["id"]]
    today = events[0]["occurred_at"][:10]
    assert len(found(f"since={today}&until={today}")) == 50
    assert found("until=2020-01-01") == []
    assert found("since=9999-12-31") == []
    review(client, world, events[3], act="confirmed")
    review(client, world, events[4], act="overridden", output="reject")
    assert found("reviewed=yes") == [events[4]["id"], events[3]["id"]]
    assert found("reviewed=overridden") == [events[4]["id"]]
    assert events[3]["id"] not in found("reviewed=no&before=20")


def review(client: Client, world: World, event: dict[str, Any], **fields: Any) -> Any:
    """Open a prediction, fill its form and send it, as a browser does."""
    address = pages(world, event)["detail"]
    page = client.get(address).content.decode()
    ticket = re.search(r'id="review".*?name="ticket" value="([^"]+)"', page, re.S)
    assert ticket
    fields = {"reason_code": "implausible", **fields}
    return client.post(f"{address}review/", {"ticket": ticket[1], **fields})


def test_bad_filters_are_explained_and_keep_what_was_typed(
    world: World, events: list[dict[str, Any]], signed_in: SignIn
) -> None:
    client, address = signed_in(world.alice), pages(world, events[0])["list"]
    page = client.get(address + "?id=zz&since=x&before=abc").content.decode()
    assert "give six of them or more" in page
    assert 'value="zz"' in page


def test_csv_holds_what_is_shown_and_no_formula(
    world: World, client: Client, signed_in: SignIn
) -> None:
    event = an_event(model_version="=1+1", output="@cmd")
    post_events(client, a_source_key(world.system), event)
    address = f"/systems/{world.system.pk}/predictions/?format=csv"
    answer = signed_in(world.alice).get(address)
    assert answer["Content-Type"].startswith("text/csv")
    [_head, line] = answer.content.decode().splitlines()
    assert event["id"] in line
    act = TrailEntry.objects.get(log=world.system.log, verb="table.exported")
    assert (act.actor_name, act.details["lines"]) == ("Alice", 1)
    assert "'=1+1" in line
    assert "'@cmd" in line


def test_what_was_posted_is_shown_escaped(
    world: World, client: Client, signed_in: SignIn
) -> None:
    hostile = "<script>alert(1)</script>"
    event = an_event(
        model_version=hostile,
        output={"decision": hostile, hostile: [{"deep": hostile}]},
        input=hostile,
        features={hostile: hostile},
        subject=hostile,
    )
    post_events(client, a_source_key(world.system), event)
    reader = signed_in(world.alice)
    for address in pages(world, event).values():
        assert hostile not in reader.get(address).content.decode()


def test_an_output_without_a_label_is_said_in_words_and_never_as_json(
    world: World, client: Client, overseer: User, signed_in: SignIn
) -> None:
    output = {"score": 0.63, "rank": 9, "shortlisted": False, "for": ["a", "b"]}
    event = an_event(output=output, segment={"age_band": "below 26", "sex": "male"})
    assert post_events(client, a_source_key(world.system), event).status_code == 201
    words = "score: 0.63, rank: 9, shortlisted: false, for: a, b"
    page = signed_in(overseer).get(pages(world, event)["detail"]).content.decode()
    assert "age_band: below 26, sex: male" in page
    for name in ("list", "detail", "all", "queue"):
        html = signed_in(overseer).get(pages(world, event)[name]).content.decode()
        assert html.count(words), name
        assert html.count("{&quot;score&quot;") == 0, name

"""An overseer reviews a prediction in the browser (Art. 14)."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Entry, Head
from audits.oversight.models import Review
from audits.payloads.selectors import read_parts
from registry.people.models import Role, User
from tests.factories import World, a_person, a_source_key, an_event, post_events

SignIn = Callable[[User], Client]


@pytest.fixture
def event(world: World, client: Client) -> dict[str, Any]:
    posted = an_event()
    post_events(client, a_source_key(world.system), posted)
    return posted


@pytest.fixture
def olga(world: World, signed_in: SignIn) -> Client:
    return signed_in(a_person("Olga", world.acme, Role.OVERSEER))


@pytest.fixture
def ove(world: World, signed_in: SignIn) -> Client:
    return signed_in(a_person("Ove", world.acme, Role.OVERSEER))


def address(world: World, event: dict[str, Any]) -> str:
    return f"/systems/{world.system.pk}/predictions/{event['id']}/"


def ticket(client: Client, page: str) -> str:
    """The ticket of the form on a page that this person opened."""
    text = client.get(page).content.decode()
    found = re.search(r'id="review".*?name="ticket" value="([^"]+)"', text, re.S)
    assert found, text
    return found[1]


def send(client: Client, world: World, event: dict[str, Any], **fields: Any) -> Any:
    page = address(world, event)
    given = {"ticket": ticket(client, page), "reason_code": "implausible", **fields}
    return client.post(f"{page}review/", given)


def test_an_override_is_recorded_with_person_role_and_times(
    world: World, event: dict[str, Any], olga: Client
) -> None:
    before = timezone.now()
    answer = send(
        olga, world, event, act="overridden", output="reject", reason="Employer closed."
    )
    assert answer.status_code == 302
    review = Review.objects.get()
    assert (review.act, review.human) == ("overridden", True)
    assert (review.person_name, review.person_role) == ("Olga", "Overseer")
    assert review.authenticated_by == "session"
    assert review.shown_at is not None
    assert before <= review.shown_at <= review.decided_at <= timezone.now()
    decision = {p.role: p.value() for p in read_parts(world.system.log, review.idx)}
    assert decision["decision"] == {
        "output": {"decision": "reject"},  # in the shape of what it replaces
        "reason": "Employer closed.",
        "reason_code": "implausible",
    }
    page = olga.get(address(world, event)).content.decode()
    assert "Olga decided otherwise (overridden): “reject”" in page
    assert "Employer closed." in page


def test_a_double_click_stores_once_and_another_decision_is_refused(
    world: World, event: dict[str, Any], olga: Client
) -> None:
    page = address(world, event)
    form = {"ticket": ticket(olga, page), "act": "confirmed"}
    assert olga.post(f"{page}review/", form).status_code == 302
    assert olga.post(f"{page}review/", form).status_code == 302
    other = {**form, "act": "stopped", "reason_code": "rule", "reason": "My words"}
    answer = olga.post(f"{page}review/", other)
    assert answer.status_code == 422
    assert "already sent with another decision" in answer.content.decode()
    assert "My words" in answer.content.decode()
    assert list(Review.objects.values_list("act", flat=True)) == ["confirmed"]


def test_a_ticket_is_good_for_its_person_and_prediction_only(
    world: World, event: dict[str, Any], olga: Client, ove: Client, client: Client
) -> None:
    second = an_event()
    post_events(client, a_source_key(world.system, "another"), second)
    mine = ticket(olga, address(world, event))
    for who, which, used in (
        (ove, event, mine),
        (olga, second, mine),
        (olga, event, mine[:-2] + "xx"),
        (olga, event, ""),
    ):
        form = {
            "ticket": used,
            "act": "stopped",
            "reason_code": "rule",
            "reason": "Kept",
        }
        answer = who.post(f"{address(world, which)}review/", form)
        assert answer.status_code == 422
        assert "Kept" in answer.content.decode()
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose what you do with the output"),
        ({"act": "liked"}, "Select a valid choice"),
        (
            {"act": "overridden", "reason_code": "rule"},
            "Give the decision that replaces",
        ),
        ({"act": "not_used", "reason_code": ""}, "Choose why you depart"),
        ({"act": "stopped", "reason_code": "other"}, "Say which other reason"),
    ],
)
def test_what_is_missing_is_asked_for(
    world: World,
    event: dict[str, Any],
    olga: Client,
    fields: dict[str, str],
    words: str,
) -> None:
    answer = send(olga, world, event, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Review.objects.exists()


def test_a_second_person_agrees_by_one_button_and_the_first_has_none(
    world: World, event: dict[str, Any], olga: Client, ove: Client
) -> None:
    send(olga, world, event, act="confirmed")
    page = address(world, event)
    assert "Agree as second person" not in olga.get(page).content.decode()
    text = ove.get(page).content.decode()
    form = re.search(r'name="ticket" value="([^"]+)"><button[^>]*name="confirm"', text)
    assert form
    answer = ove.post(f"{page}review/", {"ticket": form[1], "confirm": "1"})
    assert answer.status_code == 302
    first, second = Review.objects.order_by("idx")
    assert second.confirms == first.review_id
    assert (second.person_name, second.act) == ("Ove", "confirmed")
    leaf = json.loads(bytes(Entry.objects.get(idx=second.idx, log=second.log).entry))
    assert leaf["conf"] == str(first.review_id)
    assert "A second person agrees" in olga.get(page).content.decode()


def test_a_correction_takes_the_place_of_what_it_corrects(
    world: World, event: dict[str, Any], olga: Client
) -> None:
    send(olga, world, event, act="stopped")
    first, page = Review.objects.get(), address(world, event)
    used = ticket(olga, f"{page}?corrects={first.review_id}")
    olga.post(f"{page}review/", {"ticket": used, "act": "confirmed"})
    assert Review.objects.order_by("idx").last().corrects == first.review_id
    text = olga.get(page).content.decode()
    assert "Olga confirmed it." in text
    assert "no longer stands" in text


def test_only_overseers_review(
    world: World, event: dict[str, Any], signed_in: SignIn
) -> None:
    page = address(world, event)
    size = Head.objects.get(log=world.system.log).size
    for role in (Role.AUDITOR, Role.ENGINEER, Role.ADMINISTRATOR):
        reader = signed_in(a_person(f"A {role}", world.acme, role))
        assert 'id="review"' not in reader.get(page).content.decode()
        assert reader.post(f"{page}review/", {"act": "confirmed"}).status_code == 403
    assert signed_in(world.charlie).post(f"{page}review/").status_code == 404
    assert Client().post(f"{page}review/").status_code == 302
    assert Head.objects.get(log=world.system.log).size == size


def test_the_queue_shows_what_waits_and_goes_on_to_the_next(
    world: World, event: dict[str, Any], olga: Client, client: Client
) -> None:
    unsure = an_event(confidence=0.51)
    post_events(client, a_source_key(world.system, "second"), unsure, an_event())
    text = olga.get("/oversight/?sort=confidence").content.decode()
    assert "3 of 3 wait" in text
    assert re.findall(r"predictions/([0-9a-f-]{36})/\?next", text)[0] == unsure["id"]
    answer = send(olga, world, unsure, act="confirmed", next="queue")
    assert answer["Location"] == "/oversight/"
    text = olga.get("/oversight/").content.decode()
    assert "2 of 3 wait" in text
    assert unsure["id"] not in text


def test_a_hostile_way_back_is_not_followed(
    world: World, event: dict[str, Any], olga: Client
) -> None:
    answer = send(olga, world, event, act="confirmed", next="//evil.example")
    assert answer["Location"].startswith("/systems/")

"""Addresses and bodies that nobody honest sends are answered, never with a 500."""

import uuid
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import World, a_source_key, an_event, post_events


def cursor(text: str) -> str:
    return quote(b64encode(text.encode()).decode())


@pytest.mark.parametrize("text", ["p=\0", "p=no-date", "o=1&p=\0", "r=1&p=\ud7ff"])
@pytest.mark.parametrize(
    "path", ["systems", "operators", "models", "systems/{system}/classifications"]
)
def test_a_forged_cursor_is_an_unknown_page(
    world: World, signed_in: Callable[..., Client], path: str, text: str
) -> None:
    address = f"/api/v1/{path.format(system=world.system.pk)}?cursor={cursor(text)}"
    assert signed_in(world.alice).get(address).status_code in {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/log/a%00b/checkpoint",
        "/log/a%00b/tile/0/000.p/1",
        "/systems/{system}/predictions/?model_version=%00",
        "/systems/{system}/predictions/?since=0001-01-01&until=9999-12-31",
        "/systems/{system}/predictions/?since=9999-12-31",
        "/systems/{system}/predictions/?id=%00%00%00%00%00%00",
        "/api/v1/systems/{system}/events?received_until=9999-12-31",
        "/api/v1/systems/{system}/events?model_version=%00",
        "/search/?q=%00",
        "/systems/{system}/live/?at=0001-01-01T00:00",
        pytest.param(f"/obligations/?before={'9' * 5000}", id="matrix"),
        pytest.param(f"/obligations/?view=list&after={'9' * 5000}", id="list"),
        pytest.param(
            "/systems/{system}/classification/new/?page=" + "9" * 5000, id="interview"
        ),
    ],
)
def test_a_hostile_address_is_answered(
    client: Client, world: World, signed_in: Callable[..., Client], path: str
) -> None:
    post_events(client, a_source_key(world.system), an_event())
    answer = signed_in(world.alice).get(path.format(system=world.system.pk))
    assert answer.status_code in {200, 400, 404, 422}


def test_a_revision_without_end_gives_no_duty_to_anybody(
    world: World, signed_in: Callable[..., Client]
) -> None:
    url = reverse("obligations:assign", args=[world.system.pk])
    answer = signed_in(world.alice).post(url, {"duty": f"x:{'9' * 5000}"}, follow=True)
    assert "Nothing changed" in answer.content.decode()


@pytest.mark.parametrize("path", ["models", "systems", "law/classify"])
def test_json_that_is_nested_without_end_is_a_broken_request(
    world: World, signed_in: Callable[..., Client], path: str
) -> None:
    answer = signed_in(world.alice).post(
        f"/api/v1/{path}", "[" * 200_000, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"\\ud800": 1}', "U+D800"),
        ('{"flag": "\\udfff"}', "U+DFFF"),
        ('{"operator": %s}' % ("[" * 400 + "]" * 400), "nested"),
    ],
)
def test_json_that_nobody_could_keep_is_a_broken_request(
    world: World, signed_in: Callable[..., Client], body: str, said: str
) -> None:
    """Named back in a reason, or looked up as an id, it would end as a 500."""
    answer = signed_in(world.alice).post(
        f"/api/v1/systems/{world.system.pk}/circumstances",
        body,
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_an_event_is_read_under_its_own_id_only(
    client: Client, world: World, signed_in: Callable[..., Client]
) -> None:
    """A row of ids that was added beside the log must not give an entry another id."""

    post_events(client, a_source_key(world.system), an_event())
    planted = uuid.uuid4()
    with connection.cursor() as rows:
        rows.execute(
            "INSERT INTO audits_event_id SELECT log_class, log_id, %s, idx, body_mac"
            " FROM audits_event_id WHERE log_id = %s",
            [planted, world.system.log_id],
        )
    reader = signed_in(world.alice)
    assert reader.get(f"/api/v1/events/{planted}").status_code == 404
    page = f"/systems/{world.system.pk}/predictions/{planted}/"
    assert reader.get(page).status_code == 404

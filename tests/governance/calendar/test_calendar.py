"""The calendar's page, and the feed that other programs read (RFC 5545)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from governance.calendar.encoding import Event, calendar, escaped, folded
from governance.calendar.models import CalendarFeed
from governance.calendar.selectors import overdue
from governance.obligations.models import Obligation, Period
from registry.people.models import Membership, User
from registry.systems.models import AISystem
from tests.factories import World
from tests.governance.obligations.world import period, row, with_duties

SignIn = Callable[[Any], Client]
AT = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)


def read(body: bytes) -> list[dict[str, str]]:
    """The events of a calendar, unfolded and unescaped, by the letter of the RFC."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    lines = body.replace(b"\r\n ", b"").decode().split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("BEGIN", "END"):
            found[-1][name] = unescaped(value) if name in TEXTS else value
    return found


TEXTS = ("SUMMARY", "DESCRIPTION")


def unescaped(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        return "\n" if found[1] in "nN" else found[1]

    return re.sub(r"\\(.)", plain, text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_survives_escaping_and_folding(text: str) -> None:
    body = folded(f"SUMMARY:{escaped(text)}")
    assert max(len(part) for part in body[:-2].split(b"\r\n")) <= 75
    unfolded = body[:-2].replace(b"\r\n ", b"").decode()
    assert unescaped(unfolded.removeprefix("SUMMARY:")) == text


def test_a_year_has_four_digits_however_early() -> None:
    event = Event("1@x", date(1, 1, 1), "a", "b", "http://x/")
    body = calendar("n", [event], datetime(2026, 1, 1, tzinfo=UTC))
    assert b"DTSTART;VALUE=DATE:00010101\r\n" in body


def test_a_calendar_is_written_as_the_rfc_wants_it() -> None:
    text = "Names; dates, and a back\\slash\r\nsecond line\x07"
    made = calendar(
        "Mine",
        [
            Event("1@host", date(2027, 12, 2), text, "é" * 60, "https://x/1"),
            Event("2@host", AT + timedelta(hours=48), "Soon", "", "https://x/2"),
        ],
        AT,
    )
    first, second = read(made)
    assert made.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert first["DTSTART;VALUE=DATE"] == "20271202"
    assert first["DTSTAMP"] == "20261128T063000Z"
    assert first["SUMMARY"] == "Names; dates, and a back\\slash\nsecond line"
    assert first["DESCRIPTION"] == "é" * 60
    assert second["DTSTART"] == "20261130T063000Z"
    assert b"Names\\; dates\\, and a back\\\\slash\\nsecond" in made.replace(
        b"\r\n ", b""
    )


@pytest.fixture
def system(world: World) -> AISystem:
    return with_duties(world)


def a_link(client: Client, of: str = "all") -> str:
    html = client.post(reverse("obligations:make_feed"), {"of": of}).content.decode()
    found = re.search(r"/api/v1/obligations/calendar\.ics\?token=[\w-]{40,}", html)
    assert found
    return found[0]


def uids(link: str) -> set[str]:
    answer = Client().get(link)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {event["UID"].partition("@")[0] for event in read(answer.content)}


def test_the_feed_shows_what_is_due_and_stays_the_same_event(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    link = a_link(signed_in(world.alice))
    assert str(period(system).pk) in uids(link)
    assert uids(link) == uids(link)
    Period.objects.filter(pk=period(system).pk).update(
        state="accepted", submitted_by=world.alice, decided_by=world.bob
    )
    assert str(period(system).pk) not in uids(link)
    watch = [e for e in read(Client().get(link).content) if "Art. 4)" in e["SUMMARY"]]
    assert watch[0]["URL"].endswith(f"/duties/{row(system, 'art-4').pk}/")


def test_a_feed_of_ones_own_shows_only_these(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    link = a_link(signed_in(world.alice), of="mine")
    assert uids(link) == set()
    Obligation.objects.filter(duty="art-26-2").update(owner=world.alice)
    assert uids(link) == {str(period(system).pk)}


def test_the_feed_stops_with_the_role_and_with_the_account(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    link = a_link(signed_in(world.alice))
    assert len(uids(link)) > 10
    Membership.objects.filter(user=world.alice).update(until=AT - timedelta(days=1))
    assert Client().get(link).status_code == 404
    Membership.objects.filter(user=world.alice).update(until=None)
    assert uids(link)
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    assert Client().get(link).status_code == 404


def test_nobody_reads_systems_that_they_do_not_see(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    assert uids(a_link(signed_in(world.charlie))) == set()


def test_a_new_secret_ends_the_old_one_and_only_its_digest_is_kept(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    first = a_link(alice)
    second = a_link(alice)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    token = second.partition("token=")[2]
    assert token not in str(CalendarFeed.objects.values().get())
    alice.post(reverse("obligations:end_feed"))
    assert Client().get(second).status_code == 404
    assert Client().get(reverse("calendar_api:feed")).status_code == 404


def test_what_may_not_bind_is_late_for_nobody(world: World) -> None:
    with_duties(world)
    literacy = Obligation.objects.filter(system=world.system, duty="art-4")
    today = date(2031, 1, 1)

    def late() -> set[str]:
        return {p.obligation.duty for p in overdue([world.system.pk], today)}

    assert "art-4" in late()
    literacy.update(established=False)
    assert "art-4" not in late()


def test_the_page_shows_the_month_with_both_readings(
    world: World, system: AISystem, signed_in: SignIn
) -> None:
    Period.objects.filter(pk=period(system).pk).update(
        due_on=date(2027, 12, 2), due_later_on=date(2028, 8, 2)
    )
    url = reverse("obligations:calendar")
    html = signed_in(world.alice).get(url, {"month": "2027-12"}).content.decode()
    assert "2 Dec 2027" in html
    assert "by the other reading 2 Aug 2028" in html
    assert str(row(system).pk) in html
    other = signed_in(world.charlie).get(url, {"month": "2027-12"}).content.decode()
    assert str(row(system).pk) not in other
    # What Art. 111 may give is no reading of the law.
    Obligation.objects.filter(pk=row(system).pk).update(
        applies_from_later=date(2030, 12, 31)
    )
    Period.objects.filter(pk=period(system).pk).update(due_later_on=date(2030, 12, 31))
    html = signed_in(world.alice).get(url, {"month": "2027-12"}).content.decode()
    assert "Art. 111 may put it off until 31 Dec 2030" in html
    for odd in ("nonsense", "0001-01", "9999-12"):
        assert signed_in(world.alice).get(url, {"month": odd}).status_code == 200

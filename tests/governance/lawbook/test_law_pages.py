"""The law's own pages: dates, time limits, duties, and what would change a verdict."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.classification.services import approve_classification, classify_system
from tests.factories import TESTER, World
from tests.governance.law.worlds import CREDIT

SignIn = Callable[[Any], Client]


@pytest.fixture
def alice(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.alice)


def text(
    client: Client, name: str, *parts: object, status: int = 200, **query: str
) -> str:
    """What a reader reads: the words of the page without its tags."""
    answer = client.get(reverse(f"lawbook:{name}", args=parts), query)
    assert answer.status_code == status
    bare = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(bare).split())


def test_the_dates_stand_edition_beside_edition_with_both_readings(
    alice: Client,
) -> None:
    said = text(alice, "timeline")
    assert "Status unknown after 1 Oct 2026" in said
    assert "2 Aug 2026 2 Dec 2027 Starts to apply the editions differ" in said
    assert "by another reading; not settled" in said
    assert "on the market or in service before this day" in said
    only = text(alice, "timeline", edition="enacted_2024", kind="application")
    assert "2 Dec 2027" not in only
    assert "Transition for what was there before" not in only.split("Kind")[-1]


def test_a_time_limit_is_counted_from_the_earlier_awareness_and_says_how(
    alice: Client,
) -> None:
    said = text(
        alice, "count", "art-73-2-general",
        providerday="2026-12-09", deployerday="2026-12-04", country="DE",
    )  # fmt: skip
    assert "Immediately; at the latest 19 Dec 2026" in said
    assert "By another reading 21 Dec 2026" in said
    assert "Awareness of the deployer" in said
    assert "This is the safe date." in said
    assert "First of all immediately" in said
    assert "Not settled: plan by the earlier" in said


def test_hours_count_by_the_clock_of_the_member_state(alice: Client) -> None:
    hours = [
        row
        for row in alice.get("/api/v1/law/deadlines").json()["limits"]
        if row["unit"] == "hours"
    ]
    limit = hours[0]["id"]
    said = text(alice, "count", limit, day="2026-12-04", time="18:00", country="DE")
    assert "(Europe/Berlin)" in said


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"country": "DE"}, "Type the day from which it is counted."),
        ({"providertime": "10:00"}, "A time is typed: on which day?"),
        ({"providerday": "2026-12-04", "holidays": "Christmas"}, "Write each day as"),
        ({"providerday": "2026-12-04", "country": "XX"}, "Select a valid choice"),
        ({"providerday": "9999-12-30"}, "too near to the calendar's end"),
    ],
)
def test_what_cannot_be_counted_is_said_at_the_form(
    alice: Client, query: dict[str, str], reason: str
) -> None:
    said = text(alice, "count", "art-73-2-general", status=422, **query)
    assert reason in said
    assert "How it was counted" not in said


def test_time_limits_are_found_by_their_words(alice: Client) -> None:
    said = text(alice, "deadlines", q="serious incident")
    assert "Report a serious incident" in said
    assert "15 days" in said
    assert "No time limit has these words" in text(alice, "deadlines", q="zzz")


def test_duties_say_whom_they_bind_from_when_at_what_cost_and_beside_what(
    alice: Client,
) -> None:
    said = text(alice, "duties", role="deployer", q="Art. 26(1)", on="2026-11-23")
    assert "Use as instructed" in said
    assert "from 2 Dec 2027 (systems of Annex III)" in said
    assert "Up to EUR 15,000,000 or 3 % of worldwide turnover" in said
    assert "For small and medium-sized enterprises and small mid-caps whichever" in said
    assert "ISO/IEC 42001: strong" in said or "ISO/IEC 42001: partial" in said
    old = text(alice, "duties", q="Art. 26(1)", on="2026-11-23", edition="enacted_2024")
    assert "since 2 Aug 2026 (systems of Annex III)" in old
    assert "is not the law on 23 Nov 2026" in old
    none = text(alice, "duties", role="importer", q="Art. 26(1)")
    assert "No row fits" in none


def test_the_duties_are_folded_by_the_parts_of_the_act(alice: Client) -> None:
    def folds(**query: str) -> tuple[int, int, int]:
        html = alice.get(reverse("lawbook:duties"), query).content.decode()
        opened = html.count('<details class="ds-details fold" open>')
        folded = html.count('<details class="ds-details fold"')
        return opened, folded, html.count('<li id="')

    opened, parts, rows = folds(edition="omnibus_2026")
    assert (opened, parts) == (1, 13)
    assert folds(edition="omnibus_2026", all="1") == (parts, parts, rows)
    assert folds(q="Art. 26(1)")[0] == folds(q="Art. 26(1)")[1]
    said = text(alice, "duties")
    assert re.search(r"Deployers Art\. 26 and 27 2\d rows Use as instructed", said)


def test_what_if_says_which_answer_would_change_the_standing_verdict(
    world: World, alice: Client, signed_in: SignIn
) -> None:
    system = world.system
    assert "There is nothing to vary yet" in text(alice, "whatif", system.pk)
    answers = {k: told for k, told in CREDIT.items() if k != "profiling"}
    row = classify_system(
        system=system, answers=answers, author=world.alice,
        on=timezone.localdate(), by=TESTER, at=timezone.now(),
    )  # fmt: skip
    approve_classification(
        classification=row, approver=world.bob, by=TESTER, at=timezone.now()
    )
    said = text(alice, "whatif", system.pk)
    stands, rest = said.split("What would settle a finding that is open")
    opened, rest = rest.split("What would bring another finding")
    further, nothing = rest.split("What would change nothing")
    assert "Does it use personal data to assess or predict" in opened
    assert "would be established" in opened
    assert "open: worth finding out" in opened
    assert "would fall away" in stands + opened
    assert "Prohibited practice" in further
    assert "of which no other answer alone" in nothing
    overview = alice.get(reverse("classification:overview", args=[system.pk]))
    assert reverse("lawbook:whatif", args=[system.pk]) in overview.content.decode()
    text(signed_in(world.charlie), "whatif", system.pk, status=404)
    by_old = text(alice, "whatif", system.pk, on="2026-11-23", edition="enacted_2024")
    assert "Hypothetical" in by_old


def test_changes_stand_newest_first_with_where_the_sources_stop(alice: Client) -> None:
    said = text(alice, "changes")
    assert "Status unknown after 1 Oct 2026" in said
    assert said.index("28 Nov 2026") < said.index("1 Aug 2024 · the law changed")
    only = text(alice, "changes", q="duty.art-4a-1-e")
    assert "2 changes ·" in only
    assert "special categories of data against bias" in only
    assert "No change has these words" in text(alice, "changes", q="zzz")

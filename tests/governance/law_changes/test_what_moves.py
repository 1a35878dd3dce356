"""A moved date, a new duty, a changed condition, another edition: each shows."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from governance.classification.models import Classification, ClassificationDraft
from governance.law_changes.build.portions import carry_on
from governance.law_changes.build.runs import begin_comparison
from governance.law_changes.contents.why import Since
from governance.law_changes.contents.words import reasons, told
from governance.law_changes.models import LawMove, LawRun, Snapshot
from tests.factories import World, a_system
from tests.governance.law.worlds import CHAT, CREDIT
from tests.governance.law_changes.worlds import (
    CREDIT_RULE,
    DAY,
    Amend,
    amend_duties,
    approved,
    moved,
    our_deployer,
    walk,
    written_down,
)

NEW_DUTY = """
[[duty]]
id = "art-26-13"
citation = "Art. 26(13)"
bearers = ["deployer"]
title = "Answer the telephone"
term = "telephone"
says = "Answer it."
logic = "kind.high_risk"
applies = "high-risk"
due = "continuous"
rhythm = "continuous"
evidence = ["a telephone"]
penalty = "art-99-4-e"
from = ["text"]

[[duty]]
id = "art-26-1"
"""


@pytest.fixture
def credit(world: World) -> World:
    """One system under credit scoring with a deployer of ours, one that only chats."""
    our_deployer(world.system)
    approved(world, world.system)
    approved(world, a_system(world.acme, "Chat"), CHAT)
    walk(world.acme)
    assert not LawRun.objects.exists()
    assert Snapshot.objects.count() == 2
    return world


def test_nothing_moves_while_the_law_stays(credit: World) -> None:
    walk(credit.acme)
    assert not LawRun.objects.exists()


def test_a_date_that_moves_shows_on_findings_and_on_duties(
    credit: World, amend: Amend
) -> None:
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    walk(credit.acme)
    found = moved(credit.acme)
    assert set(found) == {"Credit scoring"}
    finding = found["Credit scoring"]["finding annex-iii-5-b"]
    assert finding["change"] == "date"
    assert finding["before"]["applies_from"] == "2027-12-02"
    assert finding["after"]["applies_from"] == "2028-06-01"
    duty = found["Credit scoring"]["duty art-26-1"]
    assert (duty["change"], duty["operator"]) == ("date", "Deployer of Credit scoring")
    assert duty["after"]["applies_from"] == "2028-06-01"


def test_a_new_duty_shows_for_whom_it_binds_and_no_finding_moves(
    credit: World, amend: Amend
) -> None:
    first = '\n[[duty]]\nid = "art-26-1"\n'
    amend_duties(amend, "deployer", first, NEW_DUTY)
    walk(credit.acme)
    [(system, moves)] = moved(credit.acme).items()
    assert system == "Credit scoring"
    assert set(moves) == {"duty art-26-13"}
    assert moves["duty art-26-13"]["change"] == "appears"
    assert moves["duty art-26-13"]["title"] == "Answer the telephone"


def test_a_condition_that_changes_takes_a_finding_and_its_duties(
    credit: World, amend: Amend
) -> None:
    amend("annex_iii_5_services", CREDIT_RULE, f"not profiling and {CREDIT_RULE}")
    walk(credit.acme)
    [(system, moves)] = moved(credit.acme).items()
    assert system == "Credit scoring"
    assert moves["finding annex-iii-5-b"]["change"] == "goes"
    assert moves["duty art-26-1"]["change"] == "goes"


def test_data_that_only_say_it_in_other_words_move_nothing(
    credit: World, amend: Amend
) -> None:
    amend("scope", "Purely personal use", "Private use")
    walk(credit.acme)
    run = LawRun.objects.get()
    assert (run.state, run.total) == ("done", 2)
    assert moved(credit.acme) == {}


def test_time_that_passes_is_no_move(credit: World, monkeypatch: Any) -> None:
    """A duty of 2027 binds in 2028 without any change of the law."""
    later = datetime(2028, 3, 1, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(timezone, "now", lambda: later)
    walk(credit.acme)
    assert not LawRun.objects.exists()


def test_another_edition_that_came_into_force_moves_what_was_approved_before(
    world: World,
) -> None:
    our_deployer(world.system)
    approved(world, world.system, on=date(2026, 7, 26))
    walk(world.acme)
    [moves] = moved(world.acme).values()
    finding = moves["finding annex-iii-5-b"]
    assert finding["before"]["applies_from"] == "2026-08-02"
    assert finding["after"]["applies_from"] == "2027-12-02"


def test_findings_are_compared_where_the_duties_of_that_day_are_not_known(
    world: World, amend: Amend
) -> None:
    """Approved by data that were gone before a snapshot could be taken."""
    our_deployer(world.system)
    approved(world, world.system)
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    walk(world.acme)
    [moves] = moved(world.acme).values()
    assert set(moves) == {"finding annex-iii-5-b"}


def test_answers_and_roles_of_today_are_no_move_of_the_law(
    credit: World, amend: Amend
) -> None:
    our_deployer(Classification.objects.get(answers=CHAT).system)
    approved(credit, credit.system, CREDIT | {"profiling": "not_established"})
    amend("scope", "Purely personal use", "Private use")
    walk(credit.acme)
    assert moved(credit.acme) == {}


def test_comparing_changes_nothing(credit: World, amend: Amend) -> None:
    before = list(Snapshot.objects.order_by("pk").values())
    amend("annex_iii_5_services", CREDIT_RULE, f"not profiling and {CREDIT_RULE}")
    walk(credit.acme)
    walk(credit.acme)
    assert list(Snapshot.objects.order_by("pk").values()) == before
    assert LawRun.objects.count() == 1
    assert not ClassificationDraft.objects.exists()


def test_a_comparison_that_a_further_change_overtook_is_left(
    credit: World, amend: Amend
) -> None:
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    now = timezone.now()
    first = begin_comparison(credit.acme, now)
    assert first is not None
    amend("scope", "Purely personal use", "Private use")
    assert not carry_on(first.pk, now), "a worker with other data leaves it alone"
    walk(credit.acme)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert LawRun.objects.filter(
        state="done", started_at__gte=now - timedelta(1)
    ).count()


@pytest.mark.parametrize(
    "named", ["annex-iii-5-b", "date.high-risk-annex-iii", "finance_purposes"]
)
def test_the_changelog_says_why_it_moves(
    credit: World, amend: Amend, monkeypatch: Any, tmp_path: Any, named: str
) -> None:
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    written_down(monkeypatch, tmp_path, named)
    walk(credit.acme)
    account, _why = account_of(credit)
    [finding] = account.findings
    assert [change.what for change in finding.why] == ["We had read the day wrongly."]
    # No entry names the duties; they move with the finding.
    assert {tuple(each.why) for each in account.duties} == {tuple(finding.why)}


def test_where_several_entries_may_be_behind_a_move_all_of_them_are_named(
    credit: World, amend: Amend, monkeypatch: Any, tmp_path: Any
) -> None:
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    written_down(monkeypatch, tmp_path, "flag.sme")
    written_down(monkeypatch, tmp_path, "tier.art-99-5", id_="mended-again")
    walk(credit.acme)
    account, _why = account_of(credit)
    [finding] = account.findings
    assert finding.why == []
    assert [change.id for change in finding.perhaps] == ["mended", "mended-again"]
    assert account.entries == finding.perhaps


def test_what_was_known_before_is_no_reason(credit: World, amend: Amend) -> None:
    amend("dates", DAY, DAY.replace("2027-12-02", "2028-06-01"))
    walk(credit.acme)
    account, why = account_of(credit)
    assert [(each.why, each.perhaps) for each in account.findings] == [([], [])]
    assert why == ["The law's data were changed."]


def test_another_edition_gives_the_entries_of_the_amending_act(world: World) -> None:
    approved(world, world.system, on=date(2026, 7, 26))
    walk(world.acme)
    account, why = account_of(world)
    [finding] = account.findings
    assert finding.why
    assert {change.edition for change in finding.why} == {"omnibus_2026"}
    assert why[0].startswith("Since 27 Jul 2026 the law is")


def account_of(world: World) -> Any:
    """What the page of the system tells, with its reasons."""
    move = LawMove.objects.get(system=world.system)
    since = [Since(move.since_rules, move.since_edition, move.since_known)]
    now = Since(move.run.rules, move.run.edition)
    return told([(row, 1) for row in move.moves], since, now), reasons(since, now)

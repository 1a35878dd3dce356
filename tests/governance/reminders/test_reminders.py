"""Reminders by e-mail: before a day and after it, once each, one message a day."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from governance.obligations.models import Obligation, Period
from governance.reminders import build
from governance.reminders.models import Digest, Reminder
from registry.people.models import Membership, User
from registry.systems.models import AISystem
from tests.factories import World
from tests.governance.obligations.world import period, with_duties

TODAY = date(2026, 12, 1)


@pytest.fixture
def system(world: World) -> AISystem:
    """Alice owns one duty, due in 31 days; nobody owns the others."""
    system = with_duties(world)
    due(system, TODAY + timedelta(days=31))
    Obligation.objects.filter(duty="art-26-2").update(owner=world.alice)
    return system


def due(system: AISystem, day: date, **more: Any) -> None:
    rows = Period.objects.filter(pk=period(system).pk)
    rows.update(due_on=day, due_basis="stated", due_reason="Plan.", **more)


def run(day: date) -> list[str]:
    """The subjects and bodies that were sent on a day."""
    before = len(mail.outbox)
    build.remind_all(day, datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
    return [f"{m.to[0]} {m.subject}\n{m.body}" for m in mail.outbox[before:]]


def test_the_owner_is_told_at_each_mark_and_only_once(system: AISystem) -> None:
    sent = {}
    for ahead in range(36):
        if said := run(TODAY + timedelta(days=ahead)):
            sent[31 - ahead] = said
    assert sorted(sent, reverse=True) == [30, 7, 1, -1]
    [first] = sent[30]
    assert first.startswith("alice@example.org A duty of yours is due")
    assert "(Art. 26(2))" in first
    assert "in 30 days" in first
    assert f"/duties/{period(system).obligation_id}/" in first
    assert "overdue by 1 day" in sent[-1][0]


def test_a_new_owner_is_told_of_what_the_one_before_knew(
    world: World, system: AISystem
) -> None:
    due(system, TODAY + timedelta(days=5))
    assert len(run(TODAY)) == 1
    Obligation.objects.filter(duty="art-26-2").update(owner=world.bob)
    [only] = run(TODAY + timedelta(days=1))
    assert only.startswith("bob@example.org A duty of yours is due")


def test_one_message_a_day_names_everything_that_is_due(
    world: World, system: AISystem
) -> None:
    Obligation.objects.filter(duty="art-4").update(owner=world.alice)
    due(system, TODAY + timedelta(days=5), due_later_on=date(2027, 12, 2))
    [only] = run(TODAY)
    assert "2 duties of yours are due" in only
    assert "Not settled: by the other reading 2 Dec 2027" in only
    assert run(TODAY) == []
    # Five days before: the marks of 30 and of 7 days are both settled by one line.
    assert run(TODAY + timedelta(days=1)) == []


def test_a_worker_that_is_killed_before_sending_never_sends_twice(
    world: World, system: AISystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(system, TODAY)

    def killed(*_args: object, **_options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(build, "send_mail", killed)
        with pytest.raises(SystemExit):
            run(TODAY)
    assert Reminder.objects.exists()  # it was written down before anything was sent
    assert Digest.objects.get().sent_at is None
    assert run(TODAY) == []


def test_without_a_mail_server_nothing_is_written_down(
    system: AISystem, settings: Any
) -> None:
    due(system, TODAY)
    kept = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9  # nobody listens there
    with pytest.raises(OSError, match="refused"):
        run(TODAY)
    assert not Digest.objects.exists()
    settings.EMAIL_BACKEND = kept
    assert len(run(TODAY)) == 1


def test_a_server_that_hangs_up_on_one_loses_no_message_to_the_others(
    world: World, system: AISystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it has hung up, a connection takes no message until it is opened anew."""
    due(system, TODAY)
    Obligation.objects.exclude(duty="art-26-2").update(owner=world.bob)
    Period.objects.filter(obligation__owner=world.bob).update(due_on=TODAY)
    post, acts = EmailBackend(), []
    monkeypatch.setattr(build, "get_connection", lambda: post)
    monkeypatch.setattr(post, "open", lambda: acts.append("open"))
    monkeypatch.setattr(post, "close", lambda: acts.append("close"))

    def send(messages: Any) -> int:
        if acts.count("send") == 0 or acts[-1] == "send":
            acts.append("send")
            raise SMTPServerDisconnected("closed")
        acts.append("sent")
        return len(messages)

    monkeypatch.setattr(post, "send_messages", send)
    run(TODAY)
    assert acts == ["open", "send", "close", "open", "sent", "close"]
    assert Digest.objects.filter(sent_at__isnull=False).count() == 1


def test_when_no_connection_comes_back_the_others_are_told_by_the_next_try(
    world: World, system: AISystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(system, TODAY)
    Obligation.objects.exclude(duty="art-26-2").update(owner=world.bob)
    Period.objects.filter(obligation__owner=world.bob).update(due_on=TODAY)
    post, opened = EmailBackend(), [True]

    def hang_up(_messages: Any) -> int:
        raise SMTPServerDisconnected("closed")

    def open_once() -> bool:
        if not opened:
            raise ConnectionRefusedError("refused")
        return opened.pop()

    with monkeypatch.context() as patched:
        patched.setattr(build, "get_connection", lambda: post)
        patched.setattr(post, "send_messages", hang_up)
        patched.setattr(post, "open", open_once)
        with pytest.raises(ConnectionRefusedError):
            run(TODAY)
    assert Digest.objects.count() == 1  # of whom it may have reached
    assert len(run(TODAY)) == 1


def test_the_database_holds_that_nobody_is_told_twice(
    world: World, system: AISystem
) -> None:
    due(system, TODAY)
    run(TODAY)
    said = Reminder.objects.first()
    assert said
    said.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.bulk_create([said])
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(
            person=world.alice, on=TODAY, written_at=said.digest.written_at
        )


def test_who_left_and_what_is_done_are_not_written_of(
    world: World, system: AISystem
) -> None:
    due(system, TODAY)
    roles = Membership.objects.filter(user=world.alice)
    roles.update(until=datetime(2026, 1, 1, tzinfo=UTC))
    assert run(TODAY) == []
    roles.update(until=None)
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    assert run(TODAY) == []
    User.objects.filter(pk=world.alice.pk).update(is_active=True)
    due(system, TODAY, state="submitted")
    assert run(TODAY) == []
    due(system, TODAY, state="open")
    assert len(run(TODAY)) == 1


def test_a_day_that_moves_is_reminded_of_anew(system: AISystem) -> None:
    due(system, TODAY)
    assert len(run(TODAY)) == 1
    due(system, TODAY + timedelta(days=3))
    assert len(run(TODAY + timedelta(days=1))) == 1


def test_a_clock_says_immediately_first(system: AISystem) -> None:
    due(system, TODAY, counted={"first": "immediately"})
    assert "To be done immediately, at the latest on 1 Dec 2026" in run(TODAY)[0]

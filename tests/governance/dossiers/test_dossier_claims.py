"""A claim is a lease: taken once, lost in time, and finished once at most."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import InternalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from audits.trail.models import TrailEntry
from governance.celery import app
from governance.dossiers import build
from governance.dossiers.build import (
    LEASE,
    MOST_ATTEMPTS,
    UNHEARD,
    build_dossier,
    claim,
    waiting,
)
from governance.dossiers.models import Dossier
from governance.dossiers.tasks import build_dossier as build_dossier_task
from tests.governance.dossiers.worlds import Bank, a_bare_bank

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def requested(bare: Bank) -> Dossier:
    return bare.ask()


def row(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def entries(dossier: Dossier, verb: str) -> int:
    return TrailEntry.objects.filter(subject=f"dossier:{dossier.pk}", verb=verb).count()


def test_of_many_workers_that_ask_at_once_one_gets_it(own_database: str) -> None:
    asked = a_bare_bank().ask()
    start, tokens = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        tokens.append(claim(asked.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([token for token in tokens if token is not None]) == 1
    assert row(asked).attempts == 1


def test_a_claim_holds_until_its_lease_runs_out(requested: Dossier) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = claim(requested.pk)
        clock.shift(LEASE)
        early = claim(requested.pk)
        clock.shift(1)
        late = claim(requested.pk)

    assert first is not None
    assert early is None
    assert late not in {None, first}
    assert row(requested).attempts == 2


def test_what_does_not_exist_cannot_be_claimed(db: None) -> None:
    assert claim(UUID(int=0)) is None


def test_the_sweeper_finds_what_nobody_works_on(bare: Bank) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        asked = bare.ask(at=now)
        rung = waiting()
        clock.shift(UNHEARD + timedelta(seconds=1))
        unheard = waiting()
        claim(asked.pk)
        held = waiting()
        clock.shift(LEASE + timedelta(seconds=1))
        stale = waiting()
        build_dossier(asked.pk)
        done = waiting()

    assert rung == []
    assert unheard == [asked.pk]
    assert held == []
    assert stale == [asked.pk]
    assert done == []
    assert row(asked).state == Dossier.State.READY


def test_a_slow_first_worker_cannot_finish_twice(
    requested: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = build.render

    def overtaken(*arguments: bytes) -> bytes:
        """While the first one sets pages, its lease runs out and another finishes."""
        monkeypatch.setattr(build, "render", real)
        Dossier.objects.filter(pk=requested.pk).update(
            claimed_until=timezone.now() - timedelta(seconds=1)
        )
        build_dossier(requested.pk)
        return real(*arguments) + b"\n% from the slow one\n"

    monkeypatch.setattr(build, "render", overtaken)
    build_dossier(requested.pk)

    found = row(requested)
    assert found.state == Dossier.State.READY
    assert found.attempts == 2
    assert entries(requested, "dossier.generated") == 1
    assert (
        TrailEntry.objects.get(
            subject=f"dossier:{requested.pk}", verb="dossier.generated"
        ).details["sha256"]
        == found.pdf_sha256
    )


def test_a_failure_is_written_into_the_row_and_frees_the_claim(
    requested: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(data: bytes) -> str:
        raise OSError(28, "No space left on device", "/srv/probatum/documents/14")

    monkeypatch.setattr(build, "store_bytes", full)
    build_dossier(requested.pk)

    found = row(requested)
    assert found.state == Dossier.State.FAILED
    assert found.failure == "OSError: No space left on device"
    assert found.claim_token is None
    assert entries(requested, "dossier.generated") == 0


def test_a_dossier_that_breaks_its_worker_again_and_again_is_given_up(
    requested: Dossier,
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(MOST_ATTEMPTS):
            assert claim(requested.pk)
            clock.shift(LEASE + timedelta(seconds=1))
        build_dossier(requested.pk)
        left = waiting()

    assert row(requested).state == Dossier.State.FAILED
    assert "broken off 3 times" in row(requested).failure
    assert left == []


def test_a_broker_that_is_away_costs_a_delay_and_not_the_request(
    own_database: str,
) -> None:
    # Nothing listens at the broker's address in tests.
    asked = a_bare_bank().ask()

    assert row(asked).state == Dossier.State.REQUESTED
    with time_machine.travel(timezone.now() + UNHEARD * 2, tick=False):
        assert waiting() == [asked.pk]


def test_a_broker_that_hangs_is_given_up_in_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        # It accepts (the kernel does) and never says a word.
        url = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        began = time.monotonic()
        with app.connection_for_write(url) as hanging, pytest.raises(OperationalError):
            build_dossier_task.apply_async(
                kwargs={"dossier_id": str(UUID(int=0))},
                connection=hanging,
                retry_policy={"max_retries": 0},
            )

    assert time.monotonic() - began < 30


def test_asking_again_while_it_waits_is_the_same_dossier(bare: Bank) -> None:
    first, second = bare.ask(), bare.ask()

    assert first == second
    assert entries(first, "dossier.requested") == 1


def test_asking_again_when_it_is_ready_makes_another(bare: Bank) -> None:
    first = bare.dossier()

    assert bare.ask() != first


def test_two_that_ask_at_once_get_the_same_dossier(own_database: str) -> None:
    bank = a_bare_bank()
    start, asked = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        asked.append(bank.ask().pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(asked)) == 1
    assert Dossier.objects.count() == 1


def test_a_lease_is_renewed_while_the_work_goes_on(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "RENEW_SECONDS", 0.02)
    asked = a_bare_bank().ask()
    token = claim(asked.pk)
    assert token is not None
    begun = row(asked).claimed_until
    renewed = threading.Event()

    with build._lease(asked.pk, token):
        for _ in range(500):
            if row(asked).claimed_until > begun:
                renewed.set()
                break

    assert renewed.is_set()


def test_everything_is_read_in_one_snapshot_that_cannot_write(
    own_database: str,
) -> None:
    asked = a_bare_bank().ask()

    with build._one_moment(), pytest.raises(InternalError, match="read-only"):
        Dossier.objects.filter(pk=asked.pk).update(step="x")

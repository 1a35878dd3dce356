"""No room, no connections, no right time: told so in words, and nothing is lost."""

import json
import re
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import psycopg

from tests.faults import evidence
from tests.faults.installation import CLOCK, FULL, POOL, Installation
from tests.faults.poster import Source

MOST_TRIES = 2000
CHUNK = bytes(1 << 20)


def fill(path: Path) -> None:
    """Leave not one byte on the disk."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(CHUNK[:size]):
                    pass
            except OSError:
                pass


def until_refused(
    source: Source, answers: evidence.Answers, why: Callable[[str], bool]
) -> tuple[bytes, Message]:
    """Post until one is refused for the reason; return it and how it was told."""
    waiting = []
    for _ in range(MOST_TRIES):
        body = source.body(20)
        status, headers, said = source.attempt(body)
        if status in (200, 201):
            answers.append(json.loads(said))
            continue
        assert status == 503, said
        waiting.append(body)
        if why(json.loads(said)["detail"]):
            return b"[%s]" % b",".join(each[1:-1] for each in waiting), headers
    raise AssertionError("never refused")


def check(hurt: Installation, log: str, answers: evidence.Answers) -> None:
    tree = evidence.stored(hurt, hurt.log(log)["origin"])
    evidence.check_answers(tree, hurt.log(log)["vkey"], answers)


def test_a_full_disk_is_named_and_loses_nothing(hurt: Installation) -> None:
    source, filler = hurt.source(FULL), hurt.var / "filler"
    answers = [source.post(300)]
    try:
        fill(filler)
        refused, headers = until_refused(
            source, answers, lambda told: "disk of the database is full" in told
        )
        assert int(headers["Retry-After"]) >= 1
        # Those that could be read before can be read now.
        assert hurt.is_well()
    finally:
        filler.unlink()
    answers.append(source.post(body=refused))
    answers.append(source.post())
    check(hurt, FULL, answers)


def take_all_connections(address: str, taken: list[psycopg.Connection]) -> None:
    """Connect until nobody gets in any more, and nobody who was there before is left.

    Whoever is sent away leaves a place: it is taken too, before anybody asks for it.
    """
    others = True
    while others:
        try:
            while True:
                taken.append(
                    psycopg.connect(address, autocommit=True, application_name="faults")
                )
        except psycopg.OperationalError:
            pass
        others = bool(
            taken[0]
            .execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ="
                " current_user AND application_name <> 'faults'"
            )
            .fetchall()
        )


def test_when_all_connections_are_taken_it_says_when_to_come_again(
    hurt: Installation,
) -> None:
    source, address = hurt.source(POOL), hurt.environment["DATABASE_URL"]
    answers = [source.post()]
    taken: list[psycopg.Connection] = []
    body = source.body(1)
    try:
        for _ in range(MOST_TRIES):
            take_all_connections(address, taken)
            status, headers, said = source.attempt(body)
            if status == 503:
                break
            # A process of the product was quicker than we were.
            answers.append(json.loads(said))
            body = source.body(1)
        told = json.loads(said)
        # Nothing was stored, or it is stored and the signer cannot read it.
        assert re.search("Post (it|the same) again", told["detail"])
        assert int(headers["Retry-After"]) >= 1
    finally:
        for each in taken:
            each.close()
    answers.append(source.post(body=body))
    check(hurt, POOL, answers)


def test_a_clock_that_was_set_back_an_hour_stores_and_signs_nothing(
    hurt: Installation,
) -> None:
    source = hurt.source(CLOCK)
    answers = [source.post()]
    clock = hurt.faults / "clock"
    clock.symlink_to("-3600")
    try:
        body = json.dumps(
            [
                event | {"occurred_at": "2026-01-01T00:00:00Z"}
                for event in source.events(1)
            ]
        ).encode()
        status, headers, said = source.attempt(body)
        assert status == 503
        assert "Set the clock" in json.loads(said)["detail"]
        assert int(headers["Retry-After"]) >= 1
        before = evidence.stored(hurt, hurt.log(CLOCK)["origin"])
    finally:
        clock.unlink()
    answers.append(source.post(body=body))
    assert answers[1]["events"][0]["status"] == "appended"
    check(hurt, CLOCK, answers)
    assert len(before.entries) == 2

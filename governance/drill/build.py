"""The drill itself: every attack, each on a fresh copy of the log, one at a time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from django.db import connection
from django.test import override_settings

from audits.log.models import Log
from audits.log.seal import NotSigned
from governance.drill.attacks import Attack, Way, attacks
from governance.drill.erasing import erase_somebody
from governance.drill.layers import Finding, found
from governance.drill.scratch import DrillRefused, Scratch, pointed_at, scratch
from governance.drill.world import Kept, begin, go_on, post
from governance.settings import env

# What a refusal by the database is called, by its SQLSTATE. Any other error is a
# mistake of the drill, and no defence.
REFUSALS = {
    "42501": "grant",
    "23001": "trigger",
    "23514": "check",
    "23505": "key",
}
COPY = "work"


class Outcome(StrEnum):
    STOPPED = "stopped"
    FOUND = "found"
    UNFOUND = "NOT FOUND"


@dataclass(frozen=True)
class Result:
    """What became of one attack as tried by one role."""

    attack: str
    way: Way
    outcome: Outcome
    layers: list[str]
    where: str


def drill(server: str, only: str = "") -> Iterator[Result]:
    """Try the attacks whose name holds `only` on a log in a scratch database.

    Raises DrillRefused when the login is no superuser's or no attack has that name.
    The database is dropped when the iterator ends or is closed.
    """
    chosen = [each for each in attacks() if only in each.name]
    if not chosen:
        raise DrillRefused(f"No attack has {only!r} in its name. Nothing was tried.")
    with scratch(server) as made:
        kept = _build(made)
        with pointed_at(made, COPY):
            fresh = ""
            for attack in chosen:
                for way in attack.ways:
                    if fresh != attack.begins:
                        made.make(COPY, attack.begins)
                    # What it signs in one attack says nothing of the next one.
                    with override_settings(SIGNER_DIR=made.another_signer()):
                        result = _try(attack, way, made, kept)
                    stopped = result.outcome == Outcome.STOPPED
                    fresh = attack.begins if stopped else ""
                    yield result


def _build(made: Scratch) -> Kept:
    """Make the log, with a copy of it as it was before its newest entries."""
    kept = Kept(made.url(COPY, made.signer))
    made.make("base")
    _prepare(made)
    with pointed_at(made, "base"):
        begin(kept)
    made.make("dump", "base")
    with pointed_at(made, "base"):
        go_on(kept)
    made.make("erased", "base")
    with pointed_at(made, "erased"):
        erase_somebody(kept)
    return kept


def _prepare(made: Scratch) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=env.ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        env={
            **os.environ,
            "DATABASE_URL": made.url("base", made.app),
            "DATABASE_OWNER_URL": made.url("base", made.owner),
            "SIGNER_DATABASE_URL": made.url("base", made.signer),
        },
    )


def _try(attack: Attack, way: Way, made: Scratch, kept: Kept) -> Result:
    try:
        attack.carry_out(way, made, COPY, kept)
    except psycopg.Error as refusal:
        layer = REFUSALS.get(refusal.sqlstate or "")
        if layer is None:
            raise
        where = refusal.diag.message_primary or str(refusal)
        return Result(attack.name, way, Outcome.STOPPED, [layer], where)
    with _taken_back(attack, made, kept):
        findings = [*_going_on(attack, kept), *found(kept)]
    if not findings:
        return Result(attack.name, way, Outcome.UNFOUND, [], "")
    layers = [each.layer for each in findings]
    return Result(attack.name, way, Outcome.FOUND, layers, findings[0].where)


@contextmanager
def _taken_back(attack: Attack, made: Scratch, kept: Kept) -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
        attack.take_back(made, COPY, kept)


def _going_on(attack: Attack, kept: Kept) -> list[Finding]:
    """Let the application work on, and the signer look at what it shall sign."""
    if not attack.goes_on:
        return []
    try:
        post(Log.objects.get(pk=kept.log), 200)
    except NotSigned as error:
        return [Finding("signer", str(error))]
    return []

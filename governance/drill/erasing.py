"""Attacks through the one function that may remove something.

They are the application's, taken over: it can append an entry that erases somebody and
call the function. What it says and does not do, or does and does not say, is found.
"""

import os
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone

from audits.erasure.encoding import erasure_leaf
from audits.erasure.models import Ground
from audits.erasure.selectors import erased_indexes
from audits.erasure.services import erase, name_of, request_erasure, stands_against
from audits.log.models import Log
from audits.log.services import extend, lock_tail
from audits.payloads.keys import wrap
from audits.payloads.models import KeyTree
from audits.payloads.selectors import stored_keys
from audits.trail.services import Actor
from governance.drill.world import PERSON, SUBJECT, Kept

ERASE = "SELECT audits_erase(%s, %s, %s)"


def erase_somebody(kept: Kept) -> None:
    """Erase a person as two officers do, and keep a copy of the keys of before."""
    log = Log.objects.get(pk=kept.log)
    kept.keys = bytes(KeyTree.objects.get(log=log).wrapped)
    now = timezone.now()
    asked = request_erasure(
        log=log, subject=SUBJECT, ground=Ground.CONSENT, reference="", by=PERSON, at=now
    )
    resolved = {name_of(each): "a drill" for each in stands_against(asked, now=now)}
    erase(erasure=asked, resolved=resolved, by=Actor("second", "Sam Second"), at=now)


def with_false_keys(connection: psycopg.Connection, kept: Kept) -> None:
    """Erase one person, and put keys that are none in the place of all."""
    at, _tree = _say(kept)
    connection.execute(ERASE, [kept.log, at, os.urandom(64)])


def of_others_than_said(connection: psycopg.Connection, kept: Kept) -> None:
    """Erase one person, and say that the payloads of others went."""
    at, tree = _say(kept, shift=1)
    connection.execute(ERASE, [kept.log, at, tree])


def more_than_said(connection: psycopg.Connection, kept: Kept) -> None:
    """Erase all of a person, and say that it was one payload."""
    at, tree = _say(kept, most=1)
    connection.execute(ERASE, [kept.log, at, tree])


def acts_of_people(connection: psycopg.Connection, kept: Kept) -> None:
    """Erase what is about nobody: acts of people, and whoever decided."""
    nobody = stored_keys(Log.objects.get(pk=kept.log)).nobodys_tag()
    at, tree = _say(kept, tag=nobody)
    connection.execute(ERASE, [kept.log, at, tree])


def twice(connection: psycopg.Connection, kept: Kept) -> None:
    """Do once more what an entry allowed once."""
    at, tree = _say(kept)
    connection.execute(ERASE, [kept.log, at, tree])
    connection.execute(ERASE, [kept.log, at, tree])


def in_words_only(_connection: psycopg.Connection, kept: Kept) -> None:
    """Say that a person was erased, and erase nothing."""
    _say(kept)


def roll_the_keys_back(connection: psycopg.Connection, kept: Kept) -> None:
    """Put the keys of before an erasure back, which open copies of what went."""
    connection.execute(
        "UPDATE audits_key_tree SET wrapped = %s, version = 0 WHERE log_id = %s",
        [kept.keys, kept.log],
    )


def _say(
    kept: Kept, *, tag: bytes = b"", shift: int = 0, most: int | None = None
) -> tuple[int, bytes]:
    """Append the entry of an erasure; its index, and the keys that are left."""
    log = Log.objects.get(pk=kept.log)
    keys = stored_keys(log)
    tag = tag or keys.tag(SUBJECT)
    indexes = [each + shift for each in erased_indexes(log, tag)][:most]
    decision: dict[str, Any] = {"request": "none"}
    leaf = erasure_leaf(
        keys, tag=tag, ground=Ground.CONSENT, indexes=indexes, decision=decision,
        person={"id": "", "name": "Nobody", "role": ""},
    )  # fmt: skip
    with transaction.atomic():
        tail = lock_tail(log)
        extend(tail, [leaf], timezone.now())
    return tail.compact.size, wrap(keys.without(tag))

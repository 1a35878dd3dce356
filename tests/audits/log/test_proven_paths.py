"""Proofs that are put together from what is kept in memory."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audits.log.contents import proven_path
from audits.log.models import Log, LogClass
from audits.log.selectors import head_checkpoint, inclusion_path
from audits.log.services import Leaf, extend, lock_tail, open_log

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def grow(log: Log, count: int) -> None:
    with transaction.atomic():
        tail = lock_tail(log)
        first = tail.compact.size
        leaves = [
            Leaf(b'{"n":%d,"rx":"' % (first + n), b'"}', "test", b"", b"")
            for n in range(count)
        ]
        extend(tail, leaves, NOW)


@pytest.fixture
def log(own_database: str) -> Log:
    made = open_log(path="t", title="t", log_class=LogClass.EVIDENCE, at=NOW)
    for count in (3, 64, 200, 300, 1):
        grow(made, count)
    return made


def test_they_are_the_paths_that_the_database_gives_while_the_log_grows(
    log: Log,
) -> None:
    for more in (0, 1, 200, 64):
        if more:
            grow(log, more)
        now = head_checkpoint(log)
        for index in {0, 1, 255, 256, 511, 512, now.size // 2, now.size - 1}:
            assert proven_path(log, index, now) == inclusion_path(log, index, now.size)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        proven_path(log, 300, now)
    assert not asked.captured_queries


def test_what_was_kept_and_no_longer_leads_to_the_root_is_read_anew(
    log: Log, owner_url: str
) -> None:
    """A tile that is changed in the database is neither hidden nor believed."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_tile DISABLE TRIGGER no_change")
        owner.execute("UPDATE audits_tile SET data = set_byte(data, 40, 1) WHERE n = 0")
    now = head_checkpoint(log)
    path = proven_path(log, 0, now)
    assert path == inclusion_path(log, 0, now.size)
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE audits_tile SET data = set_byte(data, 40, 2) WHERE n = 0")
    assert proven_path(log, 0, now) == inclusion_path(log, 0, now.size) != path

"""What the database refuses the application, what its owner can do, who finds it."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audits.log.models import Entry, Head, Log
from audits.tlog.note import parse_vkey
from audits.tlog.proof import check
from audits.tlog.report import Report
from audits.tlog.verify import verify_bundle
from audits.tlog.vouch import Others
from registry.predictions.access import entry_at
from registry.predictions.contents.event import bundle_of, contents_of, proof_of
from registry.systems.models import AISystem
from tests.factories import (
    World,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

TABLES = ["entry", "payload", "event_id", "tile", "checkpoint", "trail", "review"]
MONTH = "to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')"


@pytest.fixture
def log(world: World) -> Log:
    """A log with 400 entries: one full tile, and a right edge."""
    return filled(world.system)


@pytest.fixture
def committed_log(own_database: str) -> Log:
    """The same, committed, so that its owner can reach it."""
    return filled(a_system(an_organisation()))


def filled(system: AISystem) -> Log:
    events = [an_event() for _ in range(399)]
    post_events(Client(), a_source_key(system), *events)
    return system.log


def partition(table: str) -> str:
    """The name of this month's evidence partition of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 'audits_{table}_evidence_' || {MONTH}")
        name: str = cursor.fetchone()[0]
    return name


def refused(statement: str, *values: object) -> str:
    """The database's complaint; the statement must not pass."""
    with (
        pytest.raises(DatabaseError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    return str(error.value)


@pytest.mark.parametrize("table", [*TABLES, "log"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_{} SET log_class = log_class",
        "DELETE FROM audits_{}",
        "TRUNCATE audits_{} CASCADE",
        "ALTER TABLE audits_{} DISABLE TRIGGER ALL",
        "DROP TABLE audits_{} CASCADE",
    ],
)
def test_the_application_cannot_change_evidence(
    log: Log, table: str, statement: str
) -> None:
    complaint = refused(statement.format(table))
    assert "permission denied" in complaint or "must be owner" in complaint


@pytest.mark.parametrize("table", ["entry", "payload"])
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE {}",
        "DELETE FROM {}",
        "INSERT INTO {} SELECT * FROM {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE audits_entry_evidence DETACH PARTITION {}",
    ],
)
def test_the_application_cannot_reach_a_partition_directly(
    log: Log, table: str, statement: str
) -> None:
    complaint = refused(statement.replace("{}", partition(table)))
    assert "permission denied" in complaint or "must be owner" in complaint


COPY_ENTRY = (
    "INSERT INTO audits_entry (log_class, log_id, idx, received_at, type, leaf_hash,"
    " entry) SELECT log_class, log_id, {idx}, received_at, type, {leaf}, entry"
    " FROM audits_entry WHERE log_id = %s AND idx = 5"
)


@pytest.mark.parametrize(
    ("idx", "leaf", "complaint"),
    [
        ("401", "leaf_hash", "must continue at index 400"),  # a hole behind the head
        ("12", "leaf_hash", ""),  # among what is signed: also the primary key
        ("400", "sha256('other')", "leaf_hash_is_of_the_entry"),
        ("400 + g", "leaf_hash", "must continue"),
    ],
)
def test_an_entry_goes_nowhere_but_to_the_end_with_its_own_hash(
    log: Log, idx: str, leaf: str, complaint: str
) -> None:
    statement = COPY_ENTRY.format(idx=idx, leaf=leaf)
    if "g" in idx:
        statement = statement.replace(
            "FROM audits_entry", "FROM generate_series(1, 2) g, audits_entry"
        )
    assert complaint in refused(statement, log.pk)
    assert Entry.objects.filter(log=log).count() == 400


def test_an_entry_of_another_class_than_its_log_is_refused(log: Log) -> None:
    statement = COPY_ENTRY.format(idx="400", leaf="leaf_hash")
    statement = statement.replace("SELECT log_class,", "SELECT 'sample',")
    assert "must continue" in refused(statement, log.pk)


@pytest.mark.parametrize(
    "change",
    [
        "size = size - 1",
        "root = sha256('forged')",
        "size = size + 1",
        "received_at = received_at - interval '1 second'",
        "log_id = log_id + 1000",
    ],
)
def test_the_head_only_moves_forward_and_never_past_its_entries(
    log: Log, change: str
) -> None:
    statement = f"UPDATE audits_head SET {change} WHERE log_id = %s"  # noqa: S608
    complaint = refused(statement, log.pk)
    assert "head" in complaint
    assert Head.objects.get(log=log).size == 400


def test_the_head_cannot_be_removed(log: Log) -> None:
    complaint = refused("DELETE FROM audits_head WHERE log_id = %s", log.pk)
    assert "permission denied" in complaint


def test_the_application_cannot_become_another_role(db: None, owner_url: str) -> None:
    with psycopg.connect(owner_url) as owner:
        [name] = owner.execute("SELECT current_user").fetchone() or [""]
    assert "permission denied" in refused(f'SET ROLE "{name}"')
    assert "permission denied" in refused("SET session_replication_role = replica")


def report_of(log: Log, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What an export of the log says; it must not hold."""
    with pytest.raises(CommandError, match="do not hold"):
        call_command("exportlog", log.origin, str(folder))
    return capsys.readouterr().out


OwnerAct = Callable[[psycopg.Connection, Log], None]


def change_entry(owner: psycopg.Connection, log: Log) -> None:
    """Rewrite one entry and its hash with the trigger off, as an owner can."""
    owner.execute("ALTER TABLE audits_entry DISABLE TRIGGER no_change")
    owner.execute(
        "UPDATE audits_entry SET entry = entry || '!'::bytea,"
        " leaf_hash = sha256('\\x00'::bytea || entry || '!'::bytea)"
        " WHERE log_id = %s AND idx = 17",
        [log.pk],
    )


def swap_entries(owner: psycopg.Connection, log: Log) -> None:
    owner.execute("ALTER TABLE audits_entry DISABLE TRIGGER no_change")
    owner.execute(
        "UPDATE audits_entry a SET entry = b.entry, leaf_hash = b.leaf_hash"
        " FROM audits_entry b WHERE a.log_id = %s AND b.log_id = a.log_id"
        " AND (a.idx, b.idx) IN ((17, 18), (18, 17))",
        [log.pk],
    )


def delete_entry(owner: psycopg.Connection, log: Log) -> None:
    owner.execute("ALTER TABLE audits_entry DISABLE TRIGGER no_change")
    owner.execute("DELETE FROM audits_entry WHERE log_id = %s AND idx = 17", [log.pk])


def change_tile(owner: psycopg.Connection, log: Log) -> None:
    owner.execute("ALTER TABLE audits_tile DISABLE TRIGGER no_change")
    owner.execute(
        "UPDATE audits_tile SET data = set_byte(data, 17 * 32,"
        " get_byte(data, 17 * 32) # 1) WHERE log_id = %s AND level = 0",
        [log.pk],
    )


def beside(change: str, table: str) -> OwnerAct:
    """An owner's change of what lies beside the entries, with the triggers off."""

    def act(owner: psycopg.Connection, log: Log) -> None:
        owner.execute(f"ALTER TABLE audits_{table} DISABLE TRIGGER USER")
        owner.execute(f"{change} WHERE log_id = %s", [log.pk])

    return act


@pytest.mark.parametrize(
    ("act", "where"),
    [
        (change_entry, "tile/entries/000 entry 17"),
        (swap_entries, "these bytes belong at entry 18"),
        (delete_entry, "tile/entries/000"),
        (change_tile, "tile/0/000 position 17"),
        (
            beside("UPDATE audits_payload SET sealed = sealed || 'x'", "payload"),
            "payload of entry 0: the stored payload does not open",
        ),
        (beside("DELETE FROM audits_event_id", "event_id"), "entry 1: its id"),
        (
            beside("UPDATE audits_entry SET model_version = 'other'", "entry"),
            "entry 17: the column model_version",
        ),
        (
            beside("UPDATE audits_trail SET actor_name = 'X'", "trail"),
            "entry 0: the column actor_name",
        ),
        (
            beside("UPDATE audits_head SET peaks = sha256(peaks)", "head"),
            "head: its peaks are none",
        ),
    ],
)
def test_what_an_owner_changes_is_found_and_named(
    committed_log: Log,
    owner_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    act: OwnerAct,
    where: str,
) -> None:
    with psycopg.connect(owner_url) as owner:
        act(owner, committed_log)
    found = report_of(committed_log, tmp_path / "export", capsys)
    assert where in found
    assert "does NOT hold" in found


def test_erasing_a_payload_leaves_every_proof_valid(
    committed_log: Log, owner_url: str
) -> None:
    log = committed_log
    before = [bundle_of(contents_of(log, entry_at(log, idx))) for idx in (3, 300)]
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_payload DISABLE TRIGGER no_change")
        owner.execute("DELETE FROM audits_payload WHERE log_id = %s", [log.pk])
    vkey = parse_vkey(log.vkey)
    for old in before:
        contents = contents_of(log, entry_at(log, old.index))
        assert contents.parts == []
        assert contents.erased == ["input", "output"]
        check(proof_of(log, old.index).file, contents.data, vkey)
        report = Report("verify")
        verify_bundle(report, "bundle", bundle_of(contents), vkey, Others())
        assert report.holds
        assert len(report.unchecked) == 2

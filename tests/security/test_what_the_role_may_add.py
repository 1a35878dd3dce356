"""The application's database role, taken over: it adds nothing that no entry backs."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from audits.log.models import Head
from governance.access.database import grant
from governance.stack.testing import Server
from registry.systems.models import AISystem
from tests.factories import a_system, an_organisation

ENTRY = (
    "INSERT INTO audits_entry"
    " (log_class, log_id, idx, received_at, type, leaf_hash, entry)"
    " VALUES ('evidence', %s, %s, now(), 'act',"
    " sha256('\\x0078'::bytea), '\\x78'::bytea)"
)
TRAIL = (
    "INSERT INTO audits_trail (log_class, log_id, idx, at, verb, subject, actor_name)"
    " VALUES ('evidence', %s, %s, now(), 'classification.approved', 'x:1', 'Bob')"
)
REVIEW = (
    "INSERT INTO audits_review (log_class, log_id, idx, review_id, prediction_id,"
    " prediction_idx, act, decided_at, human, authenticated_by, person_name)"
    " VALUES ('evidence', %s, %s, gen_random_uuid(), gen_random_uuid(), 0,"
    " 'overridden', now(), true, 'session', 'Olga')"
)
CHECKPOINT = "INSERT INTO audits_checkpoint VALUES ('evidence', %s, %s, now(), 'x')"


@pytest.fixture
def system(own_database: str) -> AISystem:
    return a_system(an_organisation())


@pytest.fixture
def intruder(
    postgres: Server, own_database: str, system: AISystem
) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The application's role in a database that lets everybody make temporary tables,
    which is what PostgreSQL does unless it is told otherwise."""
    root = postgres.superuser_url(own_database)
    with psycopg.connect(root, autocommit=True) as administrator:
        administrator.execute(f'GRANT TEMPORARY ON DATABASE "{own_database}" TO PUBLIC')
    with psycopg.connect(postgres.app_url(own_database)) as found:
        yield found


def refused(intruder: object, statement: str, log_id: int, idx: int) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(statement, [log_id, idx])  # type: ignore[attr-defined]


@pytest.mark.parametrize("idx", [0, 5000])
def test_a_temporary_table_cannot_pose_as_the_head_of_a_log(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem, idx: int
) -> None:
    intruder.execute("CREATE TEMP TABLE audits_head (log_id integer, size bigint)")
    intruder.execute("INSERT INTO audits_head VALUES (%s, %s)", [system.log_id, idx])
    intruder.execute("GRANT SELECT ON audits_head TO PUBLIC")
    refused(intruder, ENTRY, system.log_id, idx)


def test_a_temporary_table_cannot_pose_as_the_entries_of_a_log(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem
) -> None:
    intruder.execute("CREATE TEMP TABLE audits_entry (log_id integer, idx bigint)")
    intruder.execute("INSERT INTO audits_entry VALUES (%s, 999)", [system.log_id])
    moved = "UPDATE public.audits_head SET size = %s + 1 WHERE log_id = %s"
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(moved, [999, system.log_id])


def test_a_temporary_catalogue_cannot_make_the_role_an_owner(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem
) -> None:
    functions = intruder.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (proname LIKE 'audits%' OR proname LIKE 'registry%')"
        " AND NOT coalesce(proconfig::text LIKE '%pg_temp%', false)"
    ).fetchall()
    assert functions == []


@pytest.mark.parametrize("statement", [TRAIL, REVIEW])
@pytest.mark.parametrize("beyond", [0, 7])
def test_no_act_and_no_review_is_shown_without_its_entry(
    intruder: "psycopg.Connection[tuple[object, ...]]",
    system: AISystem,
    statement: str,
    beyond: int,
) -> None:
    size = Head.objects.get(log=system.log).size
    refused(intruder, statement, system.log_id, size + beyond)


def test_an_act_cannot_be_shown_as_a_review(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem
) -> None:
    refused(intruder, REVIEW, system.log_id, 0)


def test_no_checkpoint_of_a_size_to_come_is_saved(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem
) -> None:
    size = Head.objects.get(log=system.log).size
    refused(intruder, CHECKPOINT, system.log_id, size + 1)


def test_the_peaks_of_a_head_stay_with_its_root(
    intruder: "psycopg.Connection[tuple[object, ...]]", system: AISystem
) -> None:
    changed = "UPDATE audits_head SET peaks = sha256('x') WHERE log_id = %s"
    with pytest.raises(psycopg.errors.RestrictViolation):
        intruder.execute(changed, [system.log_id])


def test_preparing_takes_temporary_tables_from_everybody(
    postgres: Server,
    own_database: str,
    intruder: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    intruder.rollback()
    settings = connection.settings_dict
    owner = psycopg.conninfo.conninfo_to_dict(postgres.owner_url(own_database))
    login = {"USER": owner["user"], "PASSWORD": owner["password"]}
    other = DatabaseWrapper({**settings, **login}, "default")
    grant(other, str(settings["USER"]))
    other.close()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        intruder.execute("CREATE TEMP TABLE anything (a integer)")

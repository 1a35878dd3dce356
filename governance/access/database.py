"""The database roles of application and signer: what each is granted.

And what the application's must not be.
"""

import sys

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from audits.payloads.keys import KeysUnusable
from audits.payloads.selectors import check_keys
from governance.access.guards import GuardsOff, refuse_open_guards

# Evidence: rows are added and read, nothing else, and only through the parents.
APPEND_ONLY = (
    "audits_entry",
    "audits_payload",
    "audits_event_id",
    "audits_tile",
    "audits_checkpoint",
    "audits_trail",
    "audits_review",
    "audits_log",
    "audits_cosignature",
    "audits_log_key",
    "audits_timestamp",
    "audits_meta_log",
    "audits_key_tree",
)
# Written by a function of the database only.
READ_ONLY = ("audits_pruned",)
# Rows end, and never go.
NEVER_DELETED = ("audits_head", "audits_witnessed", "audits_duty", "audits_hold")
FUNCTIONS = (
    "audits_make_partitions(integer)",
    "audits_append(json, boolean)",
    "audits_write_tile(text, integer, integer, bigint, bytea)",
    "audits_erase(integer, bigint, bytea)",
    "audits_prune(date, integer[])",
)
# What the signer hashes again, and what it compares that with.
SIGNER_READS = (
    "audits_log",
    "audits_entry",
    "audits_tile",
    "audits_checkpoint",
    "audits_log_key",
    "audits_witnessed",
)
TABLES = """
SELECT c.relname, c.relkind = 'v' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
"""
SUPERUSER = "is a superuser"
# Everything by which a role could change evidence although triggers refuse it:
# one row per reason, each with the words for it and the SQL that mends it.
REASONS = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
audit AS (
  SELECT c.oid, c.relname, c.relowner, c.relnamespace FROM pg_class c
  WHERE c.relname LIKE 'audits\\_%%' AND c.relkind IN ('r', 'p')
)
SELECT 'is a superuser', format('ALTER ROLE %%I NOSUPERUSER;', rolname)
  FROM me WHERE rolsuper
UNION ALL
SELECT 'may make roles, and so give itself the owner''s rights',
  format('ALTER ROLE %%I NOCREATEROLE;', rolname) FROM me WHERE rolcreaterole
UNION ALL
(SELECT format('owns the audit table %%s', relname),
  format('REASSIGN OWNED BY %%I TO probatum_owner;', current_user)
  FROM audit WHERE pg_has_role(current_user, relowner, 'MEMBER')
  ORDER BY relname LIMIT 1)
UNION ALL
SELECT format('owns the database %%s', datname),
  format('ALTER DATABASE %%I OWNER TO probatum_owner;', datname)
  FROM pg_database
  WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')
UNION ALL
(SELECT format('may change rows of the audit table %%s', relname),
  format('REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON %%I FROM %%I, PUBLIC;',
         relname, current_user)
  FROM audit WHERE relname = ANY(%(append_only)s)
  AND has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
  ORDER BY relname LIMIT 1)
"""


class UnsafeDatabaseRole(Exception):
    """The role could change evidence. Carries the SQL that mends it."""

    def __init__(self, advice: str, reasons: list[str]) -> None:
        super().__init__(advice)
        self.reasons = reasons


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` just what the application needs; run as the owner.

    Safe to run again: it takes back first what it gives.
    """
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        run = cursor.cursor.execute
        run(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        # PostgreSQL gives everybody this; the application makes no tables at all.
        base = sql.Identifier(str(connection.settings_dict["NAME"]))
        run(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(base))
        run(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM {}").format(base, name))
        run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        run(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
        for table, is_view in tables:
            run(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL("SELECT" if is_view else _rights(table)),
                    sql.Identifier(table),
                    name,
                )
            )
        run(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        for function in FUNCTIONS:
            run(
                sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(
                    sql.SQL(function), name
                )
            )


def grant_signer(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let the signer's `role` read what it hashes again, and nothing more.

    Safe to run again: it takes back first what it gives.
    """
    name = sql.Identifier(role)
    tables = sql.SQL(", ").join(map(sql.Identifier, SIGNER_READS))
    with connection.cursor() as cursor:
        run = cursor.cursor.execute
        run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        run(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
        run(sql.SQL("GRANT SELECT ON {} TO {}").format(tables, name))


def _rights(table: str) -> str:
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table in READ_ONLY:
        return "SELECT"
    if table in NEVER_DELETED:
        return "SELECT, INSERT, UPDATE"
    if table == "django_migrations":
        return "SELECT"
    return "SELECT, INSERT, UPDATE, DELETE"


def refuse_unsafe_role(connection: BaseDatabaseWrapper) -> None:
    """Raise UnsafeDatabaseRole when the connected role could change evidence.

    That is a superuser, one that may make roles, the owner of the audit tables or
    of the database (which may drop what is in its schema), a member of these, or a
    role that was granted more than `grant` gives.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
        cursor.execute(REASONS, {"append_only": [*APPEND_ONLY, *READ_ONLY]})
        found = cursor.fetchall()
    if found and found[0][0] == SUPERUSER:
        found = found[:1]  # the other reasons all follow from this one
    if found:
        reasons = [why for why, _mend in found]
        raise UnsafeDatabaseRole(_advice(role, reasons, found), reasons)


def refuse_to_start(connection: BaseDatabaseWrapper) -> None:
    """End the process, saying why and what mends it, on an unsafe role or database."""
    try:
        refuse_unsafe_role(connection)
        refuse_open_guards(connection)
        refuse_wrong_kek(connection)
    except (UnsafeDatabaseRole, GuardsOff, KeysUnusable) as refusal:
        sys.stderr.write(f"{refusal}\n")
        raise SystemExit(78) from refusal  # EX_CONFIG of sysexits.h
    finally:
        # The server forks or threads after this: it must not inherit a connection.
        connection.close()


def refuse_wrong_kek(connection: BaseDatabaseWrapper) -> None:
    """Raise KeysUnusable when the payloads could not be read."""
    if "audits_key_tree" in connection.introspection.table_names():
        check_keys()


def _advice(role: str, reasons: list[str], found: list[tuple[str, str]]) -> str:
    mends = "\n".join(f"    {mend}" for _why, mend in found)
    return (
        f'The database role "{role}" of DATABASE_URL {"; it ".join(reasons)}. It could '
        "change evidence unseen, so Probatum does not start with it.\n\n"
        "Best give the application a role of its own, as a database administrator:\n\n"
        "    CREATE ROLE probatum_owner LOGIN PASSWORD '…';\n"
        "    CREATE ROLE probatum_app LOGIN PASSWORD '…'\n"
        "      NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;\n\n"
        "set DATABASE_URL to probatum_app and DATABASE_OWNER_URL to probatum_owner, or "
        "mend this role:\n\n"
        f"{mends}\n\n"
        "then run `manage.py prepare`, which grants the application what it needs."
    )

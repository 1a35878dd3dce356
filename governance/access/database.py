"""The application's database role: what it is granted, and what it must not be."""

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

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
)
PARTITIONED = APPEND_ONLY[:-1]


class UnsafeDatabaseRole(Exception):
    """The role could change evidence. Carries the SQL that mends it."""


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` just what the application needs; run as the owner.

    Safe to run again: it takes back first what it gives.
    """
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v')"
            " AND NOT c.relispartition"
        )
        tables = [row[0] for row in cursor.fetchall()]
        run = cursor.cursor.execute
        run(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        run(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
        for table in tables:
            run(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL(_rights(table)), sql.Identifier(table), name
                )
            )
        run(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        run(
            sql.SQL(
                "GRANT EXECUTE ON FUNCTION audits_make_partitions(integer) TO {}"
            ).format(name)
        )


def _rights(table: str) -> str:
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table == "audits_head":
        return "SELECT, INSERT, UPDATE"
    if table == "django_migrations":
        return "SELECT"
    return "SELECT, INSERT, UPDATE, DELETE"


def refuse_unsafe_role(connection: BaseDatabaseWrapper) -> None:
    """Raise UnsafeDatabaseRole when the connected role could change evidence.

    That is a superuser, a role that bypasses row security, may create databases'
    objects as owner, or is a member of the role that owns the audit tables.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        role, superuser = cursor.fetchone()
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relname LIKE 'audits\\_%%'"
            " AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')"
            " ORDER BY 1 LIMIT 1"
        )
        owned = cursor.fetchone()
    if not superuser and owned is None:
        return
    why = "is a superuser" if superuser else f"owns the audit table {owned[0]}"
    raise UnsafeDatabaseRole(
        f'The database role "{role}" of DATABASE_URL {why}: it could change evidence '
        "unseen, so Probatum does not start with it. Give the application a role of "
        "its own, as a database administrator:\n\n"
        "    CREATE ROLE probatum_owner LOGIN PASSWORD '…';\n"
        "    CREATE ROLE probatum_app LOGIN PASSWORD '…' NOSUPERUSER NOCREATEDB NOCREATEROLE;\n"
        f'    REASSIGN OWNED BY "{role}" TO probatum_owner;\n\n'
        "then set DATABASE_URL to probatum_app, DATABASE_OWNER_URL to probatum_owner and "
        "run `manage.py prepare`, which grants the application what it needs."
    )

"""The guards of the evidence in the database: all there, on, and as they were made.

Their owner can turn them off. Then the application must not go on as if they held.
"""

import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

PARTITIONED = ("entry", "payload", "event_id", "tile", "checkpoint", "trail", "review")
# Each table with the triggers that it and all its partitions must have.
TRIGGERS = (
    *((f"audits_{table}", "no_change") for table in (*PARTITIONED, "log")),
    *((f"audits_{table}", "no_truncate") for table in (*PARTITIONED, "log", "head")),
    ("audits_head", "forward"),
    ("audits_head", "no_delete"),
    ("audits_checkpoint", "is_reached"),
    ("audits_log_key", "no_change"),
    ("audits_log_key", "no_truncate"),
    ("audits_key_tree", "no_change"),
    ("audits_key_tree", "no_truncate"),
    ("audits_cosignature", "no_change"),
    ("audits_cosignature", "no_truncate"),
    ("audits_timestamp", "no_change"),
    ("audits_timestamp", "no_truncate"),
    ("audits_meta_log", "no_change"),
    ("audits_meta_log", "no_truncate"),
    ("audits_pruned", "no_change"),
    ("audits_pruned", "no_truncate"),
    *(
        (table, trigger)
        for table in ("audits_duty", "audits_hold")
        for trigger in ("ends_once", "no_delete", "no_truncate")
    ),
    ("audits_witnessed", "forward"),
    ("audits_witnessed", "no_truncate"),
    ("audits_trail", "has_entry"),
    ("audits_review", "has_entry"),
)
# A statement's trigger has no copy on partitions.
ON_THE_PARENT = (("audits_entry", "contiguous"),)
FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (audits_\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL
)
# One row per fault: the words for it, and the SQL that mends it.
FAULTS = """
WITH named AS (
  SELECT name, to_regclass('public.' || name)::oid AS relid
    FROM unnest(%(tables)s::text[]) AS name
), guarded AS (
  -- A table without partitions has no tree, not even itself.
  SELECT name, relid FROM named WHERE relid IS NOT NULL UNION
  SELECT name, t.relid FROM named, pg_partition_tree(named.relid) AS t
), wanted AS (
  SELECT trigger, relid
    FROM unnest(%(of)s::text[], %(triggers)s::text[]) AS w (name, trigger)
    JOIN guarded USING (name)
  UNION ALL
  SELECT trigger, relid
    FROM unnest(%(parents)s::text[], %(on_parents)s::text[]) AS w (name, trigger)
    JOIN named USING (name) WHERE relid IS NOT NULL
)
SELECT format('the trigger %%s of %%s is off or gone', trigger, relid::regclass),
       format('ALTER TABLE %%s ENABLE TRIGGER %%I;', relid::regclass, trigger)
  FROM wanted WHERE NOT EXISTS (
    SELECT FROM pg_trigger g WHERE g.tgrelid = relid AND g.tgname = trigger
       AND g.tgenabled IN ('O', 'A'))
UNION ALL
SELECT 'audits_entry no longer hashes again what it stores',
  'ALTER TABLE audits_entry ADD CONSTRAINT leaf_hash_is_of_the_entry'
  ' CHECK (leaf_hash = sha256(''\\x00''::bytea || entry));'
  FROM named WHERE name = 'audits_entry' AND relid IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_constraint c WHERE c.conrelid = relid AND c.convalidated
       AND c.conname = 'leaf_hash_is_of_the_entry'
       AND pg_get_constraintdef(c.oid) LIKE 'CHECK ((leaf_hash = sha256(%%entry))))')
UNION ALL
SELECT format('the function %%s is not that of the migrations', f.name),
       format('-- define public.%%I anew from audits/migrations/sql', f.name)
  FROM unnest(%(functions)s::text[], %(bodies)s::text[]) AS f (name, body)
 WHERE to_regclass('public.audits_entry') IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_proc p WHERE p.proname = f.name AND p.prosrc = f.body
       AND p.pronamespace = 'public'::regnamespace
       AND 'search_path=pg_catalog, public, pg_temp' = ANY(p.proconfig))
UNION ALL
SELECT format('the trigger %%s of %%s is not ours', g.tgname, relid::regclass),
       format('DROP TRIGGER %%I ON %%s;', g.tgname, relid::regclass)
  FROM guarded JOIN pg_trigger g ON g.tgrelid = relid AND NOT g.tgisinternal
    AND g.tgparentid = 0
  JOIN pg_proc p ON p.oid = g.tgfoid
 WHERE p.pronamespace <> 'public'::regnamespace OR p.proname <> ALL(%(functions)s)
UNION ALL
SELECT format('the rule %%s of %%s is not ours', r.rulename, relid::regclass),
       format('DROP RULE %%I ON %%s;', r.rulename, relid::regclass)
  FROM guarded JOIN pg_rewrite r ON r.ev_class = relid
UNION ALL
SELECT format('the name %%s leads to another table', name),
  format('ALTER ROLE %%I RESET search_path; ALTER DATABASE %%I RESET search_path;',
         current_user, current_database())
  FROM named WHERE to_regclass(name)::oid IS DISTINCT FROM relid
UNION ALL
SELECT 'triggers are off in all sessions of this role (session_replication_role)',
  format('ALTER ROLE %%I RESET session_replication_role;'
         ' ALTER DATABASE %%I RESET session_replication_role;',
         current_user, current_database())
 WHERE current_setting('session_replication_role') <> 'origin'
 ORDER BY 1
"""


class GuardsOff(Exception):
    """The database no longer refuses every change. Carries the SQL that mends it."""

    def __init__(self, reasons: list[str], mends: list[str]) -> None:
        super().__init__(_advice(reasons, mends))
        self.reasons = reasons


def refuse_open_guards(connection: BaseDatabaseWrapper) -> None:
    """Raise GuardsOff when a guard of the evidence is off, gone or another one."""
    functions = _functions()
    tables = dict.fromkeys(name for name, _trigger in TRIGGERS)
    with connection.cursor() as cursor:
        cursor.execute(
            FAULTS,
            {
                "tables": list(tables),
                "of": [name for name, _trigger in TRIGGERS],
                "triggers": [trigger for _name, trigger in TRIGGERS],
                "parents": [name for name, _trigger in ON_THE_PARENT],
                "on_parents": [trigger for _name, trigger in ON_THE_PARENT],
                "functions": list(functions),
                "bodies": list(functions.values()),
            },
        )
        found = cursor.fetchall()
    if found:
        raise GuardsOff([why for why, _mend in found], [mend for _why, mend in found])


@cache
def _functions() -> dict[str, str]:
    """The body of each function as the newest migration that defines it left it."""
    folder = Path(apps.get_app_config("audits").path) / "migrations" / "sql"
    texts = (path.read_text() for path in sorted(folder.glob("*.sql")))
    return {name: body for text in texts for name, body in FUNCTION.findall(text)}


def _advice(reasons: list[str], mends: list[str]) -> str:
    statements = "\n".join(f"    {mend}" for mend in dict.fromkeys(mends))
    return (
        "The database of DATABASE_URL no longer guards the evidence: "
        f"{'; '.join(reasons)}. Evidence could be changed unseen, so Probatum does not "
        "start with it.\n\n"
        "Only the owner of the tables or a superuser can have done this: find out who, "
        "when and why, and keep a copy of the database as it is. Then, as one of them:"
        f"\n\n{statements}\n\n"
        "and check each log with `manage.py exportlog`, which says what was changed, "
        "and where."
    )

"""With whose login the signer reads, and what that login must not be able to do."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import psycopg

OWN, APPLICATION = "SIGNER_DATABASE_URL", "DATABASE_URL"
# By rights of its own, or as a role that it may become: the first thing of each kind.
WRITES = """
WITH mine AS (
  SELECT oid, rolcreaterole FROM pg_roles
   WHERE pg_has_role(current_user, oid, 'MEMBER')
)
(SELECT format('may change rows of the table %s', c.relname)
   FROM pg_class c, mine
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND (c.relowner = mine.oid
         OR has_any_column_privilege(mine.oid, c.oid, 'INSERT, UPDATE')
         OR has_table_privilege(mine.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))
  ORDER BY c.relname LIMIT 1)
UNION ALL
(SELECT format('may call the function %s', p.proname)
   FROM pg_proc p, mine
  WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
    AND p.proname LIKE 'audits\\_%' AND p.prorettype <> 'trigger'::regtype
    AND has_function_privilege(mine.oid, p.oid, 'EXECUTE')
  ORDER BY p.proname LIMIT 1)
UNION ALL
(SELECT 'may make roles' FROM mine WHERE rolcreaterole LIMIT 1)
"""


class LoginRefused(Exception):
    """The signer does not read with this login; says why, and what mends it."""

    def __init__(self, advice: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(advice)
        self.reasons = reasons


class Login(NamedTuple):
    """An address of the database, and by which variable it was given."""

    variable: str
    url: str

    @property
    def is_own(self) -> bool:
        return self.variable == OWN


def given(environment: Mapping[str, str]) -> Login:
    """Its own login; the application's, as before it had one, where none is set.

    Raises LoginRefused where neither is.
    """
    for variable in (OWN, APPLICATION):
        if url := environment.get(variable):
            return Login(variable, url)
    raise LoginRefused(f"The environment variable {OWN} is not set.")


def refuse_writer(connection: psycopg.Connection) -> None:
    """Raise LoginRefused when its own login could change what it is to judge."""
    found = [why for (why,) in connection.execute(WRITES).fetchall()]
    if found:
        raise LoginRefused(
            f'The role "{connection.info.user}" of {OWN} {", and ".join(found)}. The '
            "signer judges what the database has, so whoever takes it over must not "
            f"be able to change that. {ADVICE}",
            found,
        )


ADVICE = f"""Give it a role of its own that can only read, as a database administrator:

    CREATE ROLE probatum_signer LOGIN PASSWORD '…'
      NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    GRANT CONNECT ON DATABASE … TO probatum_signer;

set {OWN} to it, for the signer and for `manage.py prepare`, and run that: it
grants what the signer reads."""

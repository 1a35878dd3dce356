"""`manage.py prepare`: bring the database to this version, as its owner."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from governance.access.database import (
    UnsafeDatabaseRole,
    grant,
    grant_signer,
    refuse_unsafe_role,
)
from governance.access.guards import GuardsOff, refuse_open_guards
from governance.access.sync import sync_roles
from governance.settings import env


class Command(BaseCommand):
    """Migrates as DATABASE_OWNER_URL, grants the other logins' roles, syncs roles."""

    help = (
        "Migrate as the owner role, grant the roles of application and signer, sync "
        "the roles table."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        owner = env.database("DATABASE_OWNER_URL")
        role, signer = str(env.database("DATABASE_URL")["USER"]), _signer_role()
        if signer in (role, owner["USER"]):
            raise CommandError(
                f'The role "{signer}" of SIGNER_DATABASE_URL is not the signer\'s own.'
            )
        connections.settings["owner"] = {**connections.settings["default"], **owner}
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        if role == owner["USER"]:
            # ORDER: before granting, which begins by taking back all rights.
            self._refuse_unsafe_role()
        grant(connections["owner"], role)
        if signer:
            grant_signer(connections["owner"], signer)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT audits_make_partitions(3)")
        sync_roles(using="owner")
        connections["owner"].close()
        self._refuse_unsafe_role()
        self.stdout.write(f"Database ready; the application is {role}.")

    def _refuse_unsafe_role(self) -> None:
        try:
            refuse_unsafe_role(connections["default"])
            refuse_open_guards(connections["default"])
        except (UnsafeDatabaseRole, GuardsOff) as error:
            raise CommandError(str(error)) from error


def _signer_role() -> str:
    """The role of SIGNER_DATABASE_URL; none where the signer has no login yet."""
    url = env.text("SIGNER_DATABASE_URL", "")
    return str(env.database_at(url, "SIGNER_DATABASE_URL")["USER"]) if url else ""

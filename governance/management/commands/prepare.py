"""`manage.py prepare`: bring the database to this version, as its owner."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from governance.access.database import UnsafeDatabaseRole, grant, refuse_unsafe_role
from governance.access.guards import GuardsOff, refuse_open_guards
from governance.access.sync import sync_roles
from governance.settings import env


class Command(BaseCommand):
    """Migrates as DATABASE_OWNER_URL, grants the role of DATABASE_URL, syncs roles."""

    help = (
        "Migrate as the owner role, grant the application role, sync the roles table."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        owner = env.database("DATABASE_OWNER_URL")
        connections.settings["owner"] = {**connections.settings["default"], **owner}
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        role = str(env.database("DATABASE_URL")["USER"])
        if role == owner["USER"]:
            # ORDER: before granting, which begins by taking back all rights.
            self._refuse_unsafe_role()
        grant(connections["owner"], role)
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

"""`manage.py logkeys [ORIGIN]`: the keys to hand to whoever verifies our logs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.log.models import Log
from audits.log.selectors import ml_dsa_vkeys, vkeys


class Command(BaseCommand):
    """Reads the database; changes nothing."""

    help = "Show each log's keys, one in a line: the newest Ed25519 key first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("origin", nargs="?", metavar="ORIGIN", help="one log only")

    def handle(self, *args: Any, **options: Any) -> None:
        logs = Log.objects.order_by("origin")
        if options["origin"]:
            logs = logs.filter(origin=options["origin"])
        if not logs:
            raise CommandError("There is no such log.")
        for log in logs:
            for vkey in (*reversed(vkeys(log)), *ml_dsa_vkeys(log)):
                self.stdout.write(vkey)

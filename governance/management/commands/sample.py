"""`manage.py sample load|wipe`: the sample workspace, from real data."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from probatum_client import ProbatumError

from governance.settings import env
from governance.workspace.load import SampleFailed, load
from governance.workspace.wipe import WipeRefused, wipe


class Command(BaseCommand):
    """Load the sample through the running product's API, or wipe it as the owner."""

    help = "Load the sample workspace, or wipe it (as the role of DATABASE_OWNER_URL)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["load", "wipe"])
        parser.add_argument("--url", default=settings.BASE_URL)
        parser.add_argument(
            "--anyway",
            action="store_true",
            help="load it also beside other organisations, or after it was wiped",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "wipe":
            self._wipe()
            return
        try:
            load(url=options["url"], say=self._say, anyway=options["anyway"])
        except (SampleFailed, ProbatumError) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(f"sample: {text}")
        self.stdout.flush()

    def _wipe(self) -> None:
        connection = connections["default"]
        connection.close()
        connection.settings_dict.update(env.database("DATABASE_OWNER_URL"))
        try:
            entries = wipe()
        except WipeRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The sample is gone, with {entries} log entries.")

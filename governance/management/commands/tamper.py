"""`manage.py tamper --drill`: attack a log in a scratch database; say what finds it."""

import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.drill.build import Outcome, Result, drill
from governance.drill.scratch import DrillRefused
from governance.stack.testing import embedded_postgres

LINE = "  {:<24} {:<10} {:<39} {}"
WIDEST = 150


class Command(BaseCommand):
    """Touches no database but those that it makes and drops."""

    help = (
        "Attack a log as application, owner and superuser, in a scratch database, and "
        "say which layer stopped or found each attack. Exit status 1 when one stayed "
        "unfound."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--drill", action="store_true", required=True,
            help="attack the scratch database; there is nothing else to do",
        )  # fmt: skip
        parser.add_argument(
            "--server", metavar="URL", default="",
            help="a superuser's login to the server on which the scratch database is "
            "made and dropped; without it, a PostgreSQL is started for the drill alone",
        )  # fmt: skip
        parser.add_argument(
            "--only", metavar="TEXT", default="",
            help="try only the attacks whose name holds this text",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        results: list[Result] = []
        try:
            with _server(options["server"]) as server:
                for result in drill(server, options["only"]):
                    self._say(result, results[-1] if results else None)
                    results.append(result)
        except DrillRefused as error:
            raise CommandError(str(error), returncode=2) from error
        counts = Counter(result.outcome for result in results)
        self.stdout.write(
            f"{len(results)} attempts: {counts[Outcome.STOPPED]} stopped, "
            f"{counts[Outcome.FOUND]} found, {counts[Outcome.UNFOUND]} not found."
        )
        unfound = [each for each in results if each.outcome == Outcome.UNFOUND]
        if unfound:
            names = "; ".join(f"{each.attack} ({each.way})" for each in unfound)
            raise CommandError(f"Stayed unfound: {names}.")

    def _say(self, result: Result, before: Result | None) -> None:
        if before is None:
            self.stdout.write(LINE.format("as", "outcome", "by", "where"))
        if before is None or before.attack != result.attack:
            self.stdout.write(result.attack)
        layers = ", ".join(result.layers)
        line = LINE.format(result.way, result.outcome, layers, result.where).rstrip()
        self.stdout.write(line if len(line) <= WIDEST else line[: WIDEST - 1] + "…")
        self.stdout.flush()


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with (
        tempfile.TemporaryDirectory(prefix="probatum-drill-") as folder,
        embedded_postgres(Path(folder)) as server,
    ):
        yield server.superuser_url()

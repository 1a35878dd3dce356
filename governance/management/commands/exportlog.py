"""`manage.py exportlog ORIGIN FOLDER`: a log as files that anyone can verify."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.log.models import Log
from audits.log.selectors import vkeys
from registry.predictions.build import FolderTaken, check_folder, check_rows, write_log

EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    """Reads as the application's role; writes only below FOLDER."""

    help = (
        "Write a log at its newest size as C2SP tlog-tiles files (checkpoint, hash "
        "tiles, entry bundles) and check them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("origin", metavar="ORIGIN", help="the log's name")
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="new or empty")

    def handle(self, *args: Any, **options: Any) -> None:
        log = Log.objects.filter(origin=options["origin"]).first()
        if log is None:
            raise CommandError(self._unknown(options["origin"]))
        folder: Path = options["folder"]
        self.said = time.monotonic()
        try:
            size = write_log(log, folder, self._progress)
        except FolderTaken as error:
            raise CommandError(
                f"{error} Name a new folder; nothing was written."
            ) from error
        report = check_folder(log, folder, self._progress)
        rows = check_rows(log, self._progress)
        report.held += rows.held
        report.faults += rows.faults
        report.conclusions += rows.conclusions
        for line in report.lines():
            self.stdout.write(line)
        if not report.holds:
            raise CommandError(
                "The files were written as the database has them, and do not hold: "
                "keep both, and see the lines above for what is wrong and where."
            )
        self.stdout.write(f"{size} entries of {log.origin} are in {folder}.")
        self.stdout.write("Check them anywhere, with nothing but Python:")
        self.stdout.write(
            f"  python -m audits.tlog fsck {folder} --vkey {vkeys(log)[-1]}"
        )

    def _progress(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            self.stderr.write(f"{what}: {done} of {total}")

    def _unknown(self, origin: str) -> str:
        known = list(
            Log.objects.order_by("origin").values_list("origin", flat=True)[:20]
        )
        listed = "\n".join(f"  {each}" for each in known) or "  (no log is open)"
        return f"There is no log {origin!r}. The first of those that exist:\n{listed}"

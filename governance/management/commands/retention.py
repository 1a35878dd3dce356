"""`manage.py retention --dry-run`: what may be removed, what is kept, and by what."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from governance.retention.contents import report_of
from registry.people.models import Organisation


class Command(BaseCommand):
    """Reads only: a removal is prepared and approved by two people, on its page."""

    help = (
        "Say month by month what no duty asks to keep any longer, and what stands "
        "against removing the rest. Nothing is removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", required=True,
            help="report; there is nothing else to do: people remove, at /retention/",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for organisation in Organisation.objects.order_by("name"):
            self.stdout.write(f"{organisation.name}")
            report = report_of(organisation, now)
            if not report.months:
                self.stdout.write("  No month is over in which its systems posted.")
            for month, kept in report.shown:
                size = filesizeformat(month.size_on_disk)
                self.stdout.write(
                    f"  {month.start:%Y-%m}  {month.entries} entries in "
                    f"{len(month.lines)} logs; the month's tables take {size}"
                )
                for line in month.free:
                    name = report.systems[line.log.pk].name
                    self.stdout.write(
                        f"    may go since {line.free_at:%Y-%m-%d}: {name}"
                    )
                for system, line in kept:
                    for each in line.standing:
                        until = f"until {each.until:%Y-%m-%d}" if each.until else "held"
                        self.stdout.write(
                            f"    kept {until}: {system.name} ({each.ground})"
                        )
        self.stdout.write("Nothing was removed.")

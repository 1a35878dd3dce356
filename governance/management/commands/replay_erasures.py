"""`manage.py replay_erasures`: after keys were restored from a copy."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from audits.erasure.services import ErasureRefused, replay
from audits.payloads.models import KeyTree


class Command(BaseCommand):
    """Runs as the application's role; it asks the logs themselves what was erased."""

    help = (
        "Destroy the keys of erased persons again, where the keys of a log "
        "(audits_key_tree) were restored from a copy older than the erasures."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = KeyTree.objects.filter(version__lt=F("log__head__keys"))
        logs = [row.log for row in rows.select_related("log").order_by("log")]
        if not logs:
            self.stdout.write("The keys of every log are as new as its erasures.")
        for log in logs:
            try:
                done = replay(log)
            except ErasureRefused as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{log.origin}: {done} keys destroyed again.")

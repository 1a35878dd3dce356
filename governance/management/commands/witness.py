"""`manage.py witness`: whom we cosign, who cosigns us, and our key as a witness."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from audits.anchors.keys import time_stamper, witnessed_logs, witnesses
from audits.anchors.models import Witnessed
from audits.anchors.selectors import cosigned_size, find_meta_log
from audits.log.keys import witness_vkey
from audits.log.selectors import ml_dsa_vkeys, vkeys

NO_STAMPS = "  no time stamps: TSA_URL is empty"


class Command(BaseCommand):
    """Reads settings and database; changes nothing."""

    help = "Show this installation's key as a witness, whom it cosigns, who cosigns it."

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        say(f"Our key as a witness: {witness_vkey()}")
        address, _, _ = reverse("witness:add").rpartition("/")
        say(f"  at {settings.BASE_URL}{address}, as others name it in WITNESSES")
        seen = dict(Witnessed.objects.values_list("origin", "size"))
        for origin in witnessed_logs():
            say(f"  cosigns {origin}, seen up to size {seen.get(origin, 0)}")
        if not witnessed_logs():
            say("  cosigns no log: WITNESS_FOR is empty")
        meta = find_meta_log()
        say(f"Our meta-log: {vkeys(meta)[-1] if meta else 'not opened yet'}")
        for older in vkeys(meta)[:-1] if meta else ():
            say(f"  an older key of it: {older}")
        for key in ml_dsa_vkeys(meta)[-1:] if meta else ():
            say(f"  its ML-DSA-44 key: {key}")
        for each in witnesses():
            size = cosigned_size(meta, each.key.name) if meta else 0
            say(f"  {each.key.name} at {each.url} has cosigned size {size}")
        if not witnesses():
            say("  no witness: WITNESSES is empty")
        authority = time_stamper()
        say(f"  time-stamped by {authority.url}" if authority else NO_STAMPS)

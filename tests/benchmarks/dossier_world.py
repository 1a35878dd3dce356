"""Run as a process: load the sample, build its dossier, and time it."""

import json
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.utils import timezone  # noqa: E402

from governance.dossiers import build  # noqa: E402
from governance.dossiers.contents.frozen import thaw  # noqa: E402
from governance.dossiers.models import Dossier  # noqa: E402
from governance.dossiers.render.attachments import Tools  # noqa: E402
from governance.workspace.load import CATALOGUE, CREDIT, make_workspace  # noqa: E402
from governance.workspace.posts import post_all  # noqa: E402
from registry.documents.services import read_bytes  # noqa: E402
from registry.people.models import User  # noqa: E402
from registry.systems.models import AISystem  # noqa: E402
from tests.benchmarks.dossier_pages import dossier_pages  # noqa: E402


def quiet(_text: str) -> None:
    """The bench prints figures only."""


if __name__ == "__main__":
    kept = make_workspace(quiet)
    rows = AISystem.objects.select_related("log")
    systems = {slug: rows.get(name=known.name) for slug, known in CATALOGUE.items()}
    post_all(
        sys.argv[1], systems, folder=settings.VAR_DIR / "sample",
        now=timezone.now(), salt=kept["salt"], say=quiet,
    )  # fmt: skip
    system = systems[CREDIT]
    dossier = Dossier.objects.create(
        system=system,
        version=system.versions.first(),
        as_of=timezone.now(),
        requested_at=timezone.now(),
        requested_by=User.objects.get(email="compliance@sample.example"),
    )
    begun = time.perf_counter()
    build.build_dossier(dossier.pk)
    seconds = time.perf_counter() - begun
    dossier.refresh_from_db()
    if dossier.state != Dossier.State.READY:
        raise SystemExit(f"the dossier was not built: {dossier.failure}")
    frozen = bytes(dossier.contents)
    named = thaw(frozen)
    tools = Tools(read_bytes(named.verifier_sha256), read_bytes(named.page_sha256))
    ours, alone = dossier_pages(frozen, tools)
    print(json.dumps({"seconds": seconds, "ours": ours, "alone": alone}))

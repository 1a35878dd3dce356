"""Loading the sample workspace, so that it may be broken off at any line.

1. People, registry, classifications and texts: one transaction, all or nothing.
2. Events and reviews over HTTP: posting the same again changes nothing.
3. The dossier: asked for once, then waited for.
What is shown at the end lies in VAR_DIR/secrets/sample.json (0600).
"""

import json
import os
import secrets
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audits.events.access import source_key
from audits.log.models import LogClass
from audits.metrics.build import BATCH, roll_up_log
from audits.trail.models import TrailEntry
from governance.access.services import grant_system
from governance.dossiers.models import Dossier
from governance.dossiers.services import request_dossier
from governance.sample import catalogue
from governance.workspace import facts, judgements, people
from governance.workspace.posts import STREAMS, Progress, new_key, post_all
from governance.workspace.wipe import WIPED
from registry.documents.services import read_bytes
from registry.people.models import Organisation, Role
from registry.systems.models import AISystem

WAIT = 240.0  # seconds for the worker to build the dossier
CREDIT = "credit-scoring"
CATALOGUE = {
    CREDIT: catalogue.CREDIT,
    "applicant-ranking": catalogue.RANKING,
    "chat-assistant": catalogue.ASSISTANT,
}


# What ready.json says where there is no sample.
NOTHING: dict[str, Any] = {"users": [], "api_key": None, "dossier": None, "logs": []}


class SampleFailed(Exception):
    """The sample could not be loaded; the text says at which step."""


def load(*, url: str, say: Progress, anyway: bool = False) -> dict[str, Any]:
    """Load the sample, or what is missing of it; returns what ready.json needs.

    Only an empty database is filled, unless `anyway`: what was wiped stays away.
    """
    found = Organisation.objects.filter(log__log_class=LogClass.SAMPLE).first()
    kept = _read_kept()
    if found is None:
        if not anyway and (reason := _in_use()):
            say(f"{reason}: no sample is loaded. SAMPLE=1 loads it all the same.")
            _keep(NOTHING)
            return NOTHING
        kept = make_workspace(say)
    elif not kept.get("users"):
        _renew_sign_ins(kept, say)
    systems = _systems()
    # Without its salt a broken-off posting cannot be continued: it stays as it is.
    if "salt" in kept and not kept.get("posted"):
        now = datetime.fromisoformat(kept["now"])
        keys = post_all(
            url, systems, folder=_folder(), now=now, salt=kept["salt"], say=say
        )
        kept |= {"posted": True, "api_key": keys[CREDIT]}
        _keep(kept)
    if source_key(kept.get("api_key") or "") is None:
        kept["api_key"] = new_key(systems[CREDIT], STREAMS[CREDIT][0])
        _keep(kept)
    kept["dossier"] = str(_dossier(systems[CREDIT], say))
    kept["logs"] = [
        {"system": s.name, "origin": s.log.origin, "vkey": s.log.vkey}
        for s in systems.values()
    ]
    _keep(kept)
    return kept


@transaction.atomic
def _renew_sign_ins(kept: dict[str, Any], say: Progress) -> None:
    new = people.new_sign_ins(timezone.now())
    kept["users"] = [asdict(user) for user in new]
    # ORDER: before the commit; without it nobody could sign in any more.
    _keep(kept)
    say("the sign-ins were lost: its people have new passwords")


@transaction.atomic
def make_workspace(say: Progress) -> dict[str, Any]:
    """People, registry, classifications and texts; the sign-ins are kept."""
    now = timezone.now()
    if (known := people.known_already()) is not None:
        raise SampleFailed(
            f"{known} has an account here, by a role in another organisation; so "
            "the sample cannot be loaded again."
        )
    organisation, users, shown = people.make_people(now)
    seed = facts.Seed(organisation, users, now)
    operators = facts.make_operators(seed)
    systems = {
        slug: facts.make_system(seed, known, operators)
        for slug, known in CATALOGUE.items()
    }
    say("fitting the credit models")
    version = facts.make_credit(seed, systems[CREDIT])
    facts.make_ranking(seed, systems["applicant-ranking"])
    facts.make_assistant(seed, systems["chat-assistant"])
    judgements.classify(seed, systems)
    judgements.document(seed, version)
    grant_system(
        user=users[Role.AUTHORITY],
        system=systems[CREDIT],
        until=now + timedelta(days=365),
        by=people.SEEDER,
        at=now,
    )
    kept = {
        "users": [asdict(user) for user in shown],
        "now": now.isoformat(),
        "salt": secrets.token_hex(8),
    }
    # ORDER: before the commit; without it nobody could sign in to what it made.
    _keep(kept)
    say("three systems registered and classified")
    return kept


def _in_use() -> str:
    """Why the database is not an empty one; "" when it is."""
    if TrailEntry.objects.filter(verb=WIPED).exists():
        return "The sample was wiped"
    return "Organisations are here already" if Organisation.objects.exists() else ""


def _systems() -> dict[str, AISystem]:
    rows = AISystem.objects.filter(log__log_class=LogClass.SAMPLE).select_related("log")
    by_name = {row.name: row for row in rows}
    return {slug: by_name[known.name] for slug, known in CATALOGUE.items()}


def _dossier(system: AISystem, say: Progress) -> Path:
    path = _folder() / "dossier-credit-scoring.pdf"
    ready = Dossier.objects.filter(system=system, state=Dossier.State.READY).first()
    if ready is None:
        while roll_up_log(system.log) == BATCH:
            continue
        ready = _wait(_request(system), say)
    if not path.exists():
        path.write_bytes(read_bytes(ready.pdf_sha256))
    return path.resolve()


def _request(system: AISystem) -> Dossier:
    version = system.versions.order_by("-created_at").first()
    officer = system.organisation.memberships.get(role=Role.COMPLIANCE_OFFICER).user
    return request_dossier(
        system=system,
        version=version,
        requested_by=officer,
        by=people.SEEDER,
        at=timezone.now(),
    )


def _wait(dossier: Dossier, say: Progress) -> Dossier:
    say("generating the dossier of the credit scoring system")
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        dossier.refresh_from_db()
        if dossier.state == Dossier.State.READY:
            return dossier
        if dossier.state == Dossier.State.FAILED:
            raise SampleFailed(f"The sample dossier was not built: {dossier.failure}")
        time.sleep(0.25)  # a wait on the worker's row, not for a guess of time
    raise SampleFailed(
        f"No worker built the sample dossier within {WAIT:.0f} s; its state is "
        f"{dossier.state}. Look into the worker's log."
    )


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "sample"


def _file() -> Path:
    return Path(settings.VAR_DIR) / "secrets" / "sample.json"


def _read_kept() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_file().read_text())
    except (OSError, ValueError):
        return {}
    return found


def _keep(kept: dict[str, Any]) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as file:
        file.write(json.dumps(kept, indent=1))
    draft.replace(path)

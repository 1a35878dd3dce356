"""The sample's events and reviews, posted through the public API by the client.

Bodies are kept in a file before the first post: the same bodies again are the same
receipts, so a load that was broken off can simply go on.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone
from probatum_client import Client

from audits.events.models import EventSource, Scope
from governance.sample import assistant, ranking, reviews, serving
from governance.workspace.people import SEEDER
from registry.systems.models import AISystem
from registry.systems.services import add_source, commit_by_field, mint_source_key

Progress = Callable[[str], None]
STREAMS = {
    "credit-scoring": ("loan-desk scoring service", serving.predictions),
    "applicant-ranking": ("applicant portal", ranking.predictions),
    "chat-assistant": ("website assistant", assistant.predictions),
}


def new_key(system: AISystem, name: str) -> str:
    """A key of the system's source, which is made on first use."""
    by, at = SEEDER, timezone.now()
    source = EventSource.objects.filter(log=system.log, name=name).first()
    if source is None:
        source = add_source(system=system, name=name, by=by, at=at)
        # So that a visitor can try how a score is disclosed without the inputs.
        commit_by_field(source=source, by_field=True, by=by, at=at)
    return mint_source_key(
        source=source,
        name="Sample",
        scopes=list(Scope),
        expires_at=None,
        by=by,
        at=at,
    )[1]


def post_all(
    url: str,
    systems: dict[str, AISystem],
    *,
    folder: Path,
    now: datetime,
    salt: str,
    say: Progress,
) -> dict[str, str]:
    """Post every stream, then the reviews; returns a key per system."""
    keys = {slug: new_key(systems[slug], name) for slug, (name, _m) in STREAMS.items()}
    for slug, (_name, make) in STREAMS.items():
        events = _kept(folder / f"{slug}.json", partial(make, now, salt))
        with Client(url, keys[slug]) as client:
            receipts = client.log_many(events)
            receipts[-1].check(systems[slug].log.vkey)
        say(f"{len(events)} events of {systems[slug].name}")
    events = _kept(folder / "credit-scoring.json", list)
    decide = partial(reviews.reviews, events, now, salt)
    decisions = _kept(folder / "reviews.json", decide)
    with Client(url, keys["credit-scoring"]) as client:
        for review in decisions:
            client.review(review)
    say(f"{len(decisions)} reviews, made by a documented rule, not by a human")
    return keys


def _kept(
    path: Path, make: Callable[[], Iterable[dict[str, Any]]]
) -> list[dict[str, Any]]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(list(make())))
        draft.replace(path)
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found

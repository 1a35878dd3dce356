"""Keyset paging against brute force: everything exactly once, in stretches too."""

import json
import random
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.log.models import Entry, Log
from audits.oversight.models import Review
from registry.predictions.selectors import entries as module
from registry.predictions.selectors.entries import (
    Filters,
    Reviewed,
    entries,
    index_at,
)
from tests.factories import World, a_source_key, an_event, post_events


@pytest.fixture
def log(world: World, client: Client) -> Log:
    """Ninety events of three versions, some reviewed, in a mixed order."""
    key, chance = a_source_key(world.system), random.Random(3)
    for _ in range(30):
        events = [
            an_event(model_version=f"v{chance.randint(1, 3)}", deployment=name)
            for name in ("", "d1", "")
        ]
        for event in events:
            if not event["deployment"]:
                del event["deployment"]
        post_events(client, key, *events)
        if chance.random() < 0.6:
            review(client, key, chance.choice(events), chance)
    return world.system.log


def review(
    client: Client, key: str, event: dict[str, Any], chance: random.Random
) -> None:
    body = {
        "id": str(uuid.uuid4()),
        "prediction": event["id"],
        "act": chance.choice(["confirmed", "overridden", "stopped"]),
        "output": "no",
        "decided_at": timezone.now().isoformat(),
        "person": {"id": "1", "name": "K"},
        "human": True,
    }
    client.post(
        "/api/v1/oversight",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


def expected(log: Log, filters: Filters) -> list[int]:
    """The same question, answered by looking at every row."""
    acts = {r.prediction_idx: r.act for r in Review.objects.filter(log=log)}
    kinds = {
        None: lambda _idx: True,
        Reviewed.NO: lambda idx: idx not in acts,
        Reviewed.YES: lambda idx: idx in acts,
        Reviewed.OVERRIDDEN: lambda idx: acts.get(idx) == "overridden",
        Reviewed.NOT_CONFIRMED: lambda idx: acts.get(idx, "confirmed") != "confirmed",
    }
    return [
        e.idx
        for e in Entry.objects.filter(log=log).order_by("-idx")
        if (not filters.type or e.type == filters.type)
        and (not filters.model_version or e.model_version == filters.model_version)
        and (not filters.flagged or e.flags)
        and (filters.reviewed is None or e.type == "prediction")
        and kinds[filters.reviewed](e.idx)
    ]


def walk(log: Log, filters: Filters, direction: str) -> list[int]:
    """Every index found by going from page to page, in the order of the list."""
    found: list[int] = []
    cursor = {"before": None} if direction == "older" else {"after": -1}
    for _page in range(200):
        page = entries(log, Filters(**{**vars_of(filters), **cursor}))
        indexes = [line.idx for line in page.lines]
        found = found + indexes if direction == "older" else indexes + found
        following = page.older if direction == "older" else page.newer
        if following is None:
            return found
        cursor = {"before" if direction == "older" else "after": following}
    raise AssertionError("the pages never end")


def vars_of(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in filters.__slots__}


QUESTIONS = [
    Filters(),
    Filters(type=""),
    Filters(type="review"),
    Filters(type="act"),
    Filters(model_version="v2"),
    Filters(flagged=True),
    Filters(flagged=True, model_version="v1"),
    Filters(model_version="v2", type="review"),
    *(Filters(reviewed=reviewed) for reviewed in Reviewed),
    *(Filters(reviewed=reviewed, model_version="v3") for reviewed in Reviewed),
    Filters(model_version="never"),
]


@pytest.mark.parametrize("direction", ["older", "newer"])
@pytest.mark.parametrize("stretch", [7, 50_000])
def test_every_entry_is_found_exactly_once(
    log: Log, monkeypatch: pytest.MonkeyPatch, stretch: int, direction: str
) -> None:
    monkeypatch.setattr(module, "STRETCH", stretch)
    monkeypatch.setattr(module, "REVIEWS", 5 if stretch == 7 else 2_000)
    for question in QUESTIONS:
        filters = Filters(**{**vars_of(question), "limit": 4})
        assert walk(log, filters, direction) == expected(log, question), question


def test_a_moment_maps_to_the_first_index_received_from_then_on(log: Log) -> None:
    rows = list(
        Entry.objects.filter(log=log).order_by("idx").values_list("idx", "received_at")
    )
    size = len(rows)
    for idx, received_at in rows[::13]:
        first = min(i for i, at in rows if at >= received_at)
        assert index_at(log, size, received_at) == first <= idx
    assert index_at(log, size, timezone.now()) == size
    assert index_at(log, 0, timezone.now()) == 0

"""Lists of systems, of a system's versions, sources and possible members."""

import json
import shlex
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from audits.events.models import EventSource, SourceKey
from registry.people.models import Organisation, Role, User
from registry.systems.models import AISystem, SystemVersion
from registry.systems.selectors.header import live_versions

# LIMIT: lines of the list on one page.
LINES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One system in the list."""

    system: AISystem
    live: list[str]
    log_size: int


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """A page of the list, and the name after which the next one begins."""

    lines: list[Line]
    after: str


def systems_page(
    systems: QuerySet[AISystem],
    *,
    at: datetime,
    q: str = "",
    state: str = "",
    after: str = "",
) -> SystemsPage:
    """Systems by name, with what is live and how long their log is; two reads."""
    rows = list(filtered(systems, words=q, state=state, after=after)[: LINES + 1])
    more, rows = rows[LINES:], rows[:LINES]
    live = live_versions(rows, at) if rows else {}
    return SystemsPage(
        lines=[Line(row, live.get(row.pk, []), row.log.head.size) for row in rows],
        after=rows[-1].name if more else "",
    )


def filtered(
    systems: QuerySet[AISystem], *, words: str = "", state: str = "", after: str = ""
) -> QuerySet[AISystem]:
    """Systems whose name or purpose has the words, in the state, after a name."""
    if words:
        systems = systems.filter(name__icontains=words) | systems.filter(
            intended_purpose__icontains=words
        )
    if state:
        systems = systems.filter(lifecycle_state=state)
    if after:
        systems = systems.filter(name__gt=after)
    return systems.select_related("log__head").order_by("name", "pk")


def versions_of(system: AISystem) -> QuerySet[SystemVersion]:
    """The system's versions, newest first, with the model versions in them."""
    return system.versions.prefetch_related("model_versions__aimodel")[:LINES]


def sources_of(system: AISystem) -> QuerySet[EventSource]:
    """The services that post the system's events, with their keys, newest first."""
    keys = SourceKey.objects.order_by("revoked", "-created")
    return (
        EventSource.objects.filter(log=system.log)
        .prefetch_related(Prefetch("keys", keys))
        .order_by("name")
    )


def first_event(system: AISystem, *, address: str, key: str, at: datetime) -> str:
    """A line for a shell that posts one event of the system with the key."""
    live = live_versions([system], at).get(system.pk)
    event = {
        "id": str(uuid.uuid4()),
        "type": "prediction",
        "occurred_at": at.isoformat(timespec="milliseconds"),
        "model_version": live[0].partition(" (")[0] if live else "my-model-1",
        "input": {"income": 2400, "term_months": 36},
        "output": {"decision": "approve"},
        "confidence": 0.81,
    }
    body = shlex.quote(json.dumps(event, ensure_ascii=False))
    return (
        f"curl {shlex.quote(address)} \\\n"
        f"  -H 'Authorization: Bearer {key}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d {body}"
    )


def members(organisation: Organisation) -> QuerySet[User]:
    """Who works in the organisation, by name; an authority only looks at it."""
    held = organisation.memberships.exclude(role=Role.AUTHORITY)
    people = User.objects.filter(memberships__in=held, is_active=True)
    return people.order_by("name").distinct()


def model_versions_of(system: AISystem) -> QuerySet[Any]:
    """The versions of the system's models; their room lies above this one."""
    target = SystemVersion._meta.get_field("model_versions").related_model
    versions = target._default_manager.filter(aimodel__systems=system)
    return versions.select_related("aimodel").order_by("aimodel__name", "-created_at")

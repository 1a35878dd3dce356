"""What tests of the registry share: operators, service keys, calls, the trail."""

import json
from collections.abc import Sequence
from typing import Any

from django.test import Client
from django.utils import timezone

from audits.trail.models import TrailEntry
from registry.operators.models import Operator
from registry.operators.services import add_operator
from registry.people.models import Organisation, ServiceKey
from registry.systems.models import AISystem
from tests.factories import TESTER

BOTH = ("registry:read", "registry:write")


def an_operator(organisation: Organisation, name: str = "Acme Bank AG") -> Operator:
    facts = {"name": name, "country": "DE"}
    return add_operator(
        organisation=organisation, facts=facts, by=TESTER, at=timezone.now()
    )


def a_service_key(organisation: Organisation, scopes: Sequence[str] = BOTH) -> str:
    _row, key = ServiceKey.objects.create_key(
        name="pipeline", organisation=organisation, scopes=list(scopes)
    )
    return str(key)


def call(client: Client, method: str, path: str, key: str, body: object = None) -> Any:
    """One call of the API with a key."""
    return client.generic(
        method,
        f"/api/v1/{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


def verbs(system: AISystem) -> list[str]:
    """The acts in the system's log, oldest first."""
    rows = TrailEntry.objects.filter(log=system.log).order_by("idx")
    return [row.verb for row in rows]


def details(system: AISystem) -> dict[str, Any]:
    """The details of the newest act in the system's log."""
    newest = TrailEntry.objects.filter(log=system.log).order_by("-idx")[0]
    return dict(newest.details)

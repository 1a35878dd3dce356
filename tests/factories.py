"""Small worlds for tests, made through the product's own services.

Alice is a provider's risk officer, Bob her compliance officer, Charlie works for
another operator, Dana is an authority's reader.
"""

import json
import pickle
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.events.access import forget_keys
from audits.events.models import EventSource, Scope, SourceKey
from audits.events.services import forget_names
from audits.trail.services import Actor
from governance.access.sync import sync_organisation
from registry.people.models import Organisation, Role, User
from registry.people.services import create_organisation, give_role
from registry.systems.models import AISystem
from registry.systems.services import register_system

TESTER = Actor("test", "Test")
PASSWORD = "a long pass phrase for tests"


def an_organisation(name: str = "Acme Bank") -> Organisation:
    found = create_organisation(name=name, by=TESTER, at=timezone.now())
    sync_organisation(found)
    return found


def a_person(
    name: str,
    organisation: Organisation,
    role: Role,
    *,
    until: datetime | None = None,
) -> User:
    """A person of that name with a role; the same name again gets another role."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, PASSWORD, name=name
    )
    if role == Role.AUTHORITY and until is None:
        until = timezone.now() + timedelta(days=30)
    give_role(
        user=user, organisation=organisation, role=role, by=TESTER,
        at=timezone.now(), until=until,
    )  # fmt: skip
    return User.objects.get(pk=user.pk)


def a_system(
    organisation: Organisation, name: str = "Credit scoring", **facts: Any
) -> AISystem:
    purpose = "Scores applicants for consumer loans; a clerk decides."
    return register_system(
        organisation=organisation,
        facts={"name": name, "intended_purpose": purpose, **facts},
        by=TESTER,
        at=timezone.now(),
    )


def a_source_key(system: AISystem, name: str = "scoring-service") -> str:
    """The text of a key with every scope of a new source of the system."""
    source = EventSource.objects.create(log=system.log, name=name)
    _row, key = SourceKey.objects.create_key(
        name=name, source=source, scopes=list(Scope.values)
    )
    return key


def an_event(**fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "type": "prediction",
        "occurred_at": timezone.now().isoformat(),
        "model_version": "credit-1",
        "input": {"income": 2400.5, "age": 41},
        "output": {"decision": "approve"},
        "confidence": 0.81,
        **fields,
    }


def post_events(client: Client, key: str, *events: dict[str, Any]) -> Any:
    """Post events as a service does, and return the response."""
    return client.post(
        "/api/v1/events",
        json.dumps(list(events)),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


@dataclass
class World:
    """Two organisations that must never see each other."""

    acme: Organisation
    other: Organisation
    alice: User
    bob: User
    charlie: User
    dana: User
    system: AISystem
    foreign: AISystem


def a_world() -> World:
    acme, other = an_organisation(), an_organisation("Other Insurance")
    return World(
        acme=acme,
        other=other,
        alice=a_person("Alice", acme, Role.RISK_OFFICER),
        bob=a_person("Bob", acme, Role.COMPLIANCE_OFFICER),
        charlie=a_person("Charlie", other, Role.RISK_OFFICER),
        dana=a_person("Dana", acme, Role.AUTHORITY),
        system=a_system(acme),
        foreign=a_system(other, "Claims triage"),
    )


@dataclass(frozen=True)
class KeptWorld:
    """A world that is in the database, and the signer's folder with its logs."""

    pickled: bytes
    signer: Path


@pytest.fixture
def world(
    kept_world: KeptWorld,
    db: None,
    settings: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    """The world as it was made: what a test does to it is gone after the test.

    So is what the signer signed for it; it would sign nothing else instead.
    """
    settings.SIGNER_DIR = tmp_path_factory.mktemp("signer-of-the-world")
    copytree(kept_world.signer, settings.SIGNER_DIR, dirs_exist_ok=True)
    found: World = pickle.loads(kept_world.pickled)  # noqa: S301 - it is our own
    return found


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """Sign a person in to a client of its own."""

    def sign_in(user: User) -> Client:
        fresh = Client()
        fresh.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return fresh

    return sign_in


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test has a database of its own ids; forget what others found."""
    forget_keys()
    forget_names()

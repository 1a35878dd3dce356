"""A populated organisation, as small or as large as asked for, through the services.

`python -m tests.journeys.world NUMBER` makes one in the database of the environment and
prints what the parts of addresses stand for, as JSON. Tests that count queries build it
in their own transaction.
"""

import json
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.test import Client
from django.utils import timezone

from audits.events.models import Scope
from audits.metrics.tasks import roll_up
from governance.access.services import give_systems
from governance.classification.services import (
    approve_classification,
    classify_system,
    save_draft,
)
from governance.documentation.services import (
    approve_text,
    digest_of,
    write_text,
)
from governance.dossiers.services import request_dossier
from governance.law.load import annex_iv
from registry.aimodels.services import (
    register_model,
    register_model_version,
)
from registry.datasets.models import DatasetVersion
from registry.datasets.services import (
    register_dataset,
    register_dataset_version,
)
from registry.deployments.models import Stage
from registry.deployments.services import create_deployment, go_live
from registry.documents.services import add_document
from registry.operators.models import OperatorRoleName
from registry.operators.services import add_operator
from registry.people.links import invitation_link, reset_link
from registry.people.models import Role, ServiceScope, User
from registry.people.services import invite_person, mint_service_key
from registry.systems.models import AISystem, SystemChange
from registry.systems.services import (
    add_change,
    add_role,
    add_source,
    add_version,
    mint_source_key,
)
from tests import factories
from tests.factories import TESTER
from tests.governance.law.worlds import CHAT, CREDIT

ACTS = ["confirmed", "overridden", "disregarded"]


@dataclass(frozen=True)
class Builder:
    """Where, when and how much; `number` is how many of each thing there are."""

    number: int
    name: str
    now: datetime
    people: dict[Role, User]

    @property
    def kept(self) -> dict[str, Any]:
        return {"by": TESTER, "at": self.now}

    @property
    def numbers(self) -> list[int]:
        return list(range(self.number))


def build(number: int, name: str = "Hansa Credit") -> dict[str, str]:
    """Make the organisation; what the parts of addresses stand for."""
    organisation = factories.an_organisation(name)
    domain = organisation.slug
    people = {
        role: factories.a_person(f"{role} {domain}", organisation, role)
        for role in Role
    }
    make = Builder(number, name, timezone.now(), people)
    systems = [
        factories.a_system(organisation, f"Credit scoring {n}") for n in make.numbers
    ]
    system = systems[0]
    return {
        "system": str(system.pk),
        "bare": str(systems[-1].pk),
        **{f"email:{role}": person.email for role, person in people.items()},
        **_people(make, systems),
        **_facts(make, systems),
        **_versions(make, systems),
        **_predictions(make, systems),
        **_judgement(make, systems),
    }


def _people(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    organisation = systems[0].organisation
    invited = [
        invite_person(
            email=f"guest{n}@{organisation.slug}.example",
            organisation=organisation,
            role=Role.AUDITOR,
            **make.kept,
        )
        for n in make.numbers
    ]
    [key, *_] = [
        mint_service_key(
            organisation=organisation,
            name=f"Pipeline {n}",
            scopes=[ServiceScope.REGISTRY_READ],
            expires_at=None,
            **make.kept,
        )[0]
        for n in make.numbers
    ]
    authority = make.people[Role.AUTHORITY].memberships.get()
    give_systems(
        membership=authority,
        systems=systems[: -1 or None],
        until=make.now + timedelta(days=20),
        **make.kept,
    )
    guest = invited[0].membership
    return {
        "person": str(guest.user.pk),
        "role": str(guest.pk),
        "authority_role": str(authority.pk),
        "service_key": key.prefix,
        "invitation": _path(invitation_link(guest.user)),
        "reset": _path(reset_link(invited[1].membership.user)),
    }


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def _facts(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    system, today = systems[0], make.now.date()
    operators = [
        add_operator(
            organisation=system.organisation,
            facts={"name": f"Operator {n}", "country": "DE"},
            **make.kept,
        )
        for n in make.numbers
    ]
    roles = [
        add_role(
            system=system,
            facts={
                "operator": operator,
                "role": OperatorRoleName.DEPLOYER,
                "held_from": today,
                "reason": "Uses it under its own authority.",
            },
            **make.kept,
        )
        for operator in operators
    ]
    documents = [
        add_document(
            organisation=system.organisation,
            system=system,
            title=f"Instructions {n}",
            file_name=f"instructions-{n}.txt",
            chunks=[f"How to read a score, part {n}.".encode()],
            uploaded_by=make.people[Role.RISK_OFFICER],
            **make.kept,
        )
        for n in make.numbers
    ]
    for n in make.numbers:
        add_change(
            system=system,
            facts={
                "changed_on": today - timedelta(days=n),
                "kind": SystemChange.Kind.DESIGN,
                "description": f"Change {n}",
            },
            **make.kept,
        )
    return {
        "operator": str(operators[0].pk),
        "operator_role": str(roles[0].pk),
        "document": str(documents[0].pk),
    }


def _versions(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    system, organisation = systems[0], systems[0].organisation
    found: dict[str, str] = {}
    for n in make.numbers:
        dataset = register_dataset(
            organisation=organisation,
            systems=[system],
            facts={"name": f"Loans {n}"},
            **make.kept,
        )
        data = register_dataset_version(
            dataset=dataset,
            facts={"name": "1994", "use": DatasetVersion.Use.TRAINING, "rows": 700},
            **make.kept,
        )
        aimodel = register_model(
            organisation=organisation,
            systems=[system],
            facts={"name": f"Repayment {n}"},
            **make.kept,
        )
        version = register_model_version(
            aimodel=aimodel,
            facts={
                "name": f"credit-{n}",
                "artefact_sha256": f"{n:02x}" * 32,
                "training_data": data,
                "params": {"C": 0.5},
            },
            metrics=[{"name": "AUC", "value": 0.78, "dataset": data, "count": 300}],
            **make.kept,
        )
        deployment = create_deployment(
            system=system, facts={"name": f"loan-desk-{n}"}, **make.kept
        )
        period = go_live(
            deployment=deployment,
            version=version,
            stage=Stage.FULL,
            share=100,
            live_from=make.now - timedelta(days=3),
            **make.kept,
        )
        whole = add_version(
            system=system,
            facts={"name": f"{n}.0", "changes": "Refitted."},
            model_versions=[version],
            **make.kept,
        )
        found = {
            "dataset": str(dataset.pk),
            "dataset_version": str(data.pk),
            "model": str(aimodel.pk),
            "model_version": str(version.pk),
            "deployment": str(deployment.pk),
            "period": str(period.pk),
            "version": str(whole.pk),
        }
    return found


def _predictions(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    posts = Client(SERVER_NAME="127.0.0.1")
    found: dict[str, str] = {}
    for system in reversed(systems):
        sources = [
            add_source(system=system, name=f"scoring-{n}", **make.kept)
            for n in (make.numbers if system == systems[0] else [0])
        ]
        keys = [
            mint_source_key(
                source=source,
                name="Production",
                scopes=list(Scope),
                expires_at=None,
                **make.kept,
            )
            for source in sources
        ]
        row, key = keys[0]
        events = [
            factories.an_event(model_version=f"credit-{n % 3}", latency_ms=20 + n)
            for n in range(make.number * 5)
        ]
        answer = factories.post_events(posts, key, *events)
        assert answer.status_code == 201, answer.content
        for n, event in enumerate(events[: make.number]):
            _review(make, posts, key, event["id"], ACTS[n % 3])
        found = {
            "source": str(sources[0].pk),
            "source_key": row.prefix,
            "event": events[-1]["id"],
            "reviewed": events[0]["id"],
        }
    roll_up()
    return found


def _review(make: Builder, posts: Client, key: str, event: str, act: str) -> None:
    body: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "prediction": event,
        "act": act,
        "shown_at": (make.now - timedelta(seconds=40)).isoformat(),
        "decided_at": make.now.isoformat(),
        "person": {"id": "clerk-3", "name": "Kari Nordmann", "role": "Clerk"},
        "human": True,
    }
    if act == "overridden":
        body |= {"output": {"decision": "reject"}, "reason_code": "implausible"}
    answer = posts.post(
        "/api/v1/oversight",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 201, answer.content


def _judgement(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    system = systems[0]
    author, second = (
        make.people[Role.RISK_OFFICER],
        make.people[Role.COMPLIANCE_OFFICER],
    )
    answered = {"author": author, "answers": CREDIT, "on": make.now.date(), **make.kept}
    for each in systems[:-1]:
        approve_classification(
            classification=classify_system(system=each, **answered),
            approver=second,
            **make.kept,
        )
    waiting = [classify_system(system=system, **answered) for _ in make.numbers]
    save_draft(system=systems[-1], author=author, answers=CHAT, on=None, edition="")
    leaves = [leaf.id for leaf in annex_iv()]
    whole = system.versions.order_by("created_at").last()
    for n, leaf in enumerate(leaves[: make.number + 1]):
        text = write_text(
            version=whole,
            leaf=leaf,
            text=f"Text {n} of **this** version.",
            evidence=list(system.documents.all()[:2]),
            author=author,
            revision=0,
            **make.kept,
        )
        if n:
            approve_text(
                text=text, read_sha256=digest_of(text), approver=second, **make.kept
            )
    dossiers = [
        request_dossier(
            system=system, version=version, requested_by=second, **make.kept
        )
        for version in system.versions.order_by("-created_at")
    ]
    return {
        "classification": str(waiting[-1].pk),
        "leaf": leaves[0],
        "unwritten": leaves[-1],
        "dossier": str(dossiers[0].pk),
    }


if __name__ == "__main__":
    print(json.dumps(build(int(sys.argv[1]))))

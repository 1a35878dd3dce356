"""A small bank with a documented system, made through the product's own services."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from audits.events.encoding import decode_event
from audits.events.models import EventSource
from audits.events.services import Posted, append_batch
from audits.log.models import LogClass
from audits.oversight.models import Act
from audits.oversight.services import SESSION, ReviewOf, record_review
from audits.trail.services import Actor
from governance.access.sync import sync_organisation
from governance.classification.services import (
    approve_classification,
    classify_system,
)
from governance.documentation.services import approve_text, digest_of, write_text
from governance.dossiers.build import build_dossier
from governance.dossiers.models import Dossier
from governance.dossiers.services import request_dossier
from governance.law.load import annex_iv
from registry.aimodels.services import register_model, register_model_version
from registry.datasets.services import register_dataset, register_dataset_version
from registry.deployments.services import create_deployment, go_live
from registry.operators.services import add_operator
from registry.people.models import Organisation, Role, User
from registry.people.services import create_organisation
from registry.systems.models import AISystem, SystemVersion
from registry.systems.services import add_change, add_role, add_version
from tests.factories import TESTER, a_person, a_system, an_event, an_organisation
from tests.governance.law.worlds import CREDIT

TEXT = """The system estimates the chance that a person repays a loan.

## Who uses it

Clerks of the loan desk. They see **three** things:

1. the recommendation,
2. the confidence,
3. the four features that weighed most.

| Output | What the clerk does |
|---|---|
| approve | checks identity, signs |
| refer | reads the file, decides alone |

Threshold ≥ 0.5 → *approve*; see [the manual](https://bank.example/manual)."""


@dataclass
class Bank:
    """One organisation, two officers, one system with everything stated."""

    organisation: Organisation
    alice: User
    bob: User
    system: AISystem
    version: SystemVersion | None

    def ask(self, at: datetime | None = None) -> Dossier:
        """Ask for a dossier of the version, as Bob would."""
        return request_dossier(
            system=self.system,
            version=self.version,
            requested_by=self.bob,
            by=TESTER,
            at=at or timezone.now(),
        )

    def dossier(self) -> Dossier:
        """Ask for a dossier, build it here and now, and return its row."""
        asked = self.ask()
        build_dossier(asked.pk)
        return Dossier.objects.get(pk=asked.pk)


def a_bare_bank() -> Bank:
    """A bank that has registered a system and stated nothing else of it."""
    organisation = an_organisation("Bare Bank")
    alice = a_person("Alice", organisation, Role.RISK_OFFICER)
    bob = a_person("Bob", organisation, Role.COMPLIANCE_OFFICER)
    return Bank(organisation, alice, bob, a_system(organisation), None)


def a_sample_bank() -> Bank:
    """The bank in the sample workspace: its logs are of the class `sample`."""
    organisation = create_organisation(
        name="Sample Bank", by=TESTER, at=timezone.now(), log_class=LogClass.SAMPLE
    )
    sync_organisation(organisation)
    return a_bank(events=12, reviews=4, organisation=organisation)


def a_bank(
    *,
    events: int = 40,
    reviews: int = 8,
    organisation: Organisation | None = None,
) -> Bank:
    """The bank, with predictions over twelve days and some of them reviewed."""
    organisation = organisation or an_organisation()
    alice = a_person("Alice", organisation, Role.RISK_OFFICER)
    bob = a_person("Bob", organisation, Role.COMPLIANCE_OFFICER)
    system = a_system(
        organisation,
        affected_persons="Natural persons who apply for a consumer credit.",
        member_states=["DE", "AT"],
        put_into_service_on=date(2025, 3, 1),
    )
    version = _registry(organisation, system)
    bank = Bank(organisation, alice, bob, system, version)
    _documentation(bank)
    _classification(bank)
    posted = _events(system, events)
    _reviews(system, posted[:reviews])
    return bank


def _registry(organisation: Organisation, system: AISystem) -> SystemVersion:
    at, stated = timezone.now(), {"by": TESTER, "at": timezone.now()}
    for name, role in (
        ("Beispiel Scoring GmbH", "provider"),
        ("Acme Bank", "deployer"),
    ):
        facts = {
            "name": name,
            "country": "DE",
            "address": "Marktplatz 1\n20095 Hamburg",
        }
        operator = add_operator(organisation=organisation, facts=facts, **stated)
        held = {
            "operator": operator, "role": role, "held_from": date(2025, 3, 1),
            "reason": "Places it on the market under its own name.",
        }  # fmt: skip
        add_role(system=system, facts=held, **stated)
    dataset = register_dataset(
        organisation=organisation,
        systems=[system],
        facts={"name": "German credit"},
        **stated,
    )
    data = register_dataset_version(
        dataset=dataset,
        facts={
            "name": "1994", "use": "training", "sha256": "ab" * 32, "rows": 1000,
            "origin": "Credits granted from 1973 to 1975.",
            "gaps": "No refused applicants.",
            "known_biases": "Bad credits were drawn more often than they occur.",
        },
        **stated,
    )  # fmt: skip
    model = register_model(
        organisation=organisation, systems=[system], facts={"name": "credit"}, **stated
    )
    metrics = [
        {"name": name, "value": value, "segment": segment, "dataset": data, "count": n}
        for segment, n in (("", 300), ("age < 26", 57), ("age ≥ 26", 243))
        for name, value in (("auc", 0.7812), ("brier", 0.1689), ("recall", 0.5137))
    ]
    made = register_model_version(
        aimodel=model,
        facts={
            "name": "credit-1", "artefact_sha256": "cd" * 32, "framework": "numpy 2.4",
            "params": {"l2": 0.01, "iterations": 400}, "training_data": data,
            "licence": "Apache-2.0", "code_revision": "3f9a2c0",
        },
        metrics=metrics,
        **stated,
    )  # fmt: skip
    deployment = create_deployment(
        system=system, facts={"name": "loan-desk", "endpoint": "/score"}, **stated
    )
    go_live(
        deployment=deployment, version=made, stage="full", share=Decimal(100),
        live_from=at - timedelta(days=30), **stated,
    )  # fmt: skip
    changed = {
        "changed_on": date(2026, 2, 1), "kind": "design",
        "description": "Two features were left out.", "substantial_modification": "no",
    }  # fmt: skip
    add_change(system=system, facts=changed, **stated)
    return add_version(
        system=system,
        facts={"name": "2.0.0", "changes": "Two features fewer."},
        model_versions=[made],
        **stated,
    )


def _documentation(bank: Bank) -> None:
    """Three approved, one draft, one that does not apply; eighteen are missing."""
    leaves = [leaf.id for leaf in annex_iv()]
    stated = {"by": TESTER, "at": timezone.now()}
    for leaf in (*leaves[:3], leaves[8], leaves[5]):
        skipped = "It is no part of a product." if leaf == leaves[5] else ""
        row = write_text(
            version=bank.version, leaf=leaf, text="" if skipped else TEXT, evidence=[],
            author=bank.alice, revision=0, not_applicable_reason=skipped, **stated,
        )  # fmt: skip
        if leaf != leaves[8]:
            approve_text(
                text=row, read_sha256=digest_of(row), approver=bank.bob, **stated
            )


def _classification(bank: Bank) -> None:
    at = timezone.now()
    made = classify_system(
        system=bank.system, answers=CREDIT, author=bank.alice, on=at.date(),
        by=TESTER, at=at,
    )  # fmt: skip
    approve_classification(classification=made, approver=bank.bob, by=TESTER, at=at)


def _events(system: AISystem, number: int) -> list[uuid.UUID]:
    source = EventSource.objects.create(log=system.log, name="scoring-service")
    now = timezone.now()
    posted, ids = [], []
    for at in range(number):
        event = an_event(
            occurred_at=(now - timedelta(hours=(number - at) * 7.3)).isoformat(),
            subject=f"person {at}",
            latency_ms=12.5,
        )
        ids.append(uuid.UUID(event["id"]))
        posted.append(event)
    append_events(source, posted, now)
    return ids


def append_events(source: EventSource, events: list[dict], now: datetime) -> None:
    """Take the events in, as the API does."""
    raw = [json.dumps(event).encode() for event in events]
    posted = [Posted(decode_event(body), body) for body in raw]
    append_batch(source=source, log=source.log, posted=posted, now=now)


def _reviews(system: AISystem, predictions: list[uuid.UUID]) -> None:
    now = datetime.now(UTC)
    for at, prediction in enumerate(predictions):
        changed = at % 4 == 3
        review = ReviewOf(
            id=uuid.uuid4(),
            prediction=prediction,
            act=Act.OVERRIDDEN if changed else Act.CONFIRMED,
            decided_at=now,
            person=Actor("7", "Olga Overseer", "Overseer"),
            human=at % 2 == 1,
            authenticated_by=SESSION,
            output={"decision": "refer"} if changed else None,
            reason_code="income_unclear" if changed else "",
        )
        record_review(log=system.log, review=review, body=str(at).encode(), now=now)

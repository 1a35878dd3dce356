"""A populated organisation, as small or as large as asked for, through the services.

`python -m tests.journeys.world NUMBER` makes one in the database of the environment and
prints what the parts of addresses stand for, as JSON. Tests that count queries build it
in their own transaction.
"""

import json
import sys
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()

from django.utils import timezone

from governance.access.services import give_systems
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
from registry.people.models import Role, ServiceScope
from registry.people.services import invite_person, mint_service_key
from registry.systems.models import AISystem, SystemChange
from registry.systems.services import (
    add_change,
    add_role,
    add_version,
)
from tests import factories
from tests.journeys.builder import Builder
from tests.journeys.happened import (
    erasures,
    faults,
    judgement,
    kept,
    predictions,
    submitted,
)


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
    found = {
        "system": str(system.pk),
        "bare": str(systems[-1].pk),
        **{f"email:{role}": person.email for role, person in people.items()},
        **_people(make, systems),
        **_facts(make, systems),
        **_versions(make, systems),
        **predictions(make, systems),
        **erasures(make, systems),
        **faults(make, systems),
        **kept(make, systems),
        **judgement(make, systems),
    }
    return found | submitted(make, systems, found["operator"])


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


if __name__ == "__main__":
    print(json.dumps(build(int(sys.argv[1]))))

"""The sample's registry: three systems with what is known of them.

Facts come from governance.sample, which computes them from real data; here they
only go through the same services as the pages and the API.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from audits.trail.services import Actor
from governance.sample import assistant, catalogue, credit, ranking, serving
from governance.sample.dataset import divided
from governance.workspace.people import SEEDER
from registry.aimodels.models import AIModel, ModelVersion
from registry.aimodels.services import register_model, register_model_version
from registry.datasets.models import DatasetVersion
from registry.datasets.services import register_dataset, register_dataset_version
from registry.deployments.models import Deployment, Stage
from registry.deployments.services import create_deployment, go_live
from registry.operators.models import Operator, OperatorRoleName, OperatorSize
from registry.operators.services import add_operator
from registry.people.models import Organisation, Role, User
from registry.systems.models import AISystem, SystemVersion
from registry.systems.services import add_role, add_version, register_system


@dataclass(frozen=True, slots=True)
class Seed:
    """What every step needs: where, when and by whom."""

    organisation: Organisation
    users: dict[Role, User]
    now: datetime

    @property
    def kept(self) -> dict[str, Any]:
        return {"by": SEEDER, "at": self.now}

    def actor(self, role: Role) -> Actor:
        user = self.users[role]
        return Actor(str(user.pk), user.name, f"{role.label} (sample)")


def make_operators(seed: Seed) -> tuple[Operator, Operator]:
    """The imaginary provider and deployer."""
    provider, deployer = (
        add_operator(
            organisation=seed.organisation,
            facts={"name": name, "country": "DE", "size": size},
            **seed.kept,
        )
        for name, size in (
            (catalogue.PROVIDER, OperatorSize.SME),
            (catalogue.DEPLOYER, OperatorSize.LARGER),
        )
    )
    return provider, deployer


def make_system(
    seed: Seed, facts: catalogue.SystemFacts, operators: tuple[Operator, Operator]
) -> AISystem:
    """Register a system with its provider and deployer."""
    began = (seed.now - timedelta(days=serving.DAYS)).date()
    system = register_system(
        organisation=seed.organisation,
        facts={
            "name": facts.name,
            "intended_purpose": facts.intended_purpose,
            "affected_persons": facts.affected_persons,
            "member_states": list(facts.member_states),
            "lifecycle_state": "on_market",
            "owner": seed.users[Role.RISK_OFFICER],
            "put_into_service_on": began,
            "type_first_placed_on": began,
            "first_placed_where": "Germany",
            "for_public_authorities": False,
        },
        **seed.kept,
    )
    for operator, role, reason in (
        (operators[0], OperatorRoleName.PROVIDER, "Develops it and supplies it."),
        (operators[1], OperatorRoleName.DEPLOYER, "Uses it under its own authority."),
    ):  # fmt: skip
        add_role(
            system=system,
            facts={
                "operator": operator,
                "role": role.value,
                "held_from": began,
                "reason": reason,
            },
            **seed.kept,
        )
    return system


def make_credit(seed: Seed, system: AISystem) -> SystemVersion:
    """Data set, two fitted versions with their real figures, three live periods."""
    data = _german_credit(seed, system)
    aimodel = register_model(
        organisation=seed.organisation,
        systems=[system],
        facts={
            "name": "Repayment model",
            "description": "Logistic regression on the applicant's own statements.",
        },
        **seed.kept,
    )
    first, second = credit.train()
    versions = {
        m.version: _credit_version(seed, aimodel, m, data) for m in (first, second)
    }
    deployment = _deployment(seed, system, serving.DEPLOYMENT, serving.ENDPOINT)
    for period in serving.periods(seed.now, "periods"):
        go_live(
            deployment=deployment,
            version=versions[period.model.version],
            stage=Stage(period.stage),
            share=Decimal(period.share),
            live_from=period.start,
            live_until=period.end,
            **seed.kept,
        )
    old = add_version(
        system=system,
        facts={"name": first.version, "changes": "First version in service."},
        model_versions=[versions[first.version]],
        **seed.kept,
    )
    return add_version(
        system=system,
        facts={
            "name": second.version,
            "changes": f"{second.summary} Follows version {old.name}.",
        },
        model_versions=[versions[second.version]],
        **seed.kept,
    )


def make_ranking(seed: Seed, system: AISystem) -> None:
    """Something is broken on purpose: see governance.sample.ranking.BROKEN."""
    version = _small_model(
        seed, system, "Shortlist formula", ranking.VERSION, ranking.sha256(),
        "A weighted sum; nothing is learnt. " + ranking.NOTICE,
    )  # fmt: skip
    deployment = _deployment(seed, system, ranking.DEPLOYMENT, "")
    for live_from, live_until in ranking.deployments(seed.now):
        go_live(
            deployment=deployment,
            version=version,
            stage=Stage.FULL,
            share=Decimal(100),
            live_from=live_from,
            live_until=live_until,
            **seed.kept,
        )


def make_assistant(seed: Seed, system: AISystem) -> None:
    """A retrieval assistant: it answers from passages by TF-IDF."""
    version = _small_model(
        seed, system, "Passage retrieval", assistant.VERSION, assistant.sha256(),
        "TF-IDF over a fixed set of passages; it writes nothing of its own.",
    )  # fmt: skip
    go_live(
        deployment=_deployment(seed, system, assistant.DEPLOYMENT, ""),
        version=version,
        stage=Stage.FULL,
        share=Decimal(100),
        live_from=seed.now - timedelta(days=assistant.DAYS),
        **seed.kept,
    )


def _german_credit(seed: Seed, system: AISystem) -> dict[str, DatasetVersion]:
    known = catalogue.GERMAN_CREDIT
    dataset = register_dataset(
        organisation=seed.organisation,
        systems=[system],
        facts={"name": known.name, "description": known.source},
        **seed.kept,
    )
    training, held_out = divided()
    return {
        use: register_dataset_version(
            dataset=dataset,
            facts={
                "name": f"{known.version} · {words}",
                "use": use,
                "sha256": known.sha256,
                "rows": rows,
                "origin": known.origin,
                "collection": known.collection,
                "preparation": f"{known.labelling} {known.preparation}",
                "known_biases": known.known_biases,
                "gaps": known.gaps,
                "licence": known.licence,
            },
            **seed.kept,
        )
        for use, words, rows in (
            ("training", "training rows", len(training)),
            ("testing", "held-out rows", len(held_out)),
        )
    }


def _credit_version(
    seed: Seed, aimodel: AIModel, fitted: Any, data: dict[str, DatasetVersion]
) -> ModelVersion:
    return register_model_version(
        aimodel=aimodel,
        facts={
            "name": fitted.version,
            "artefact_sha256": fitted.sha256,
            "framework": "numpy: logistic regression, reweighted least squares",
            "params": fitted.hyperparameters,
            "feature_set_version": fitted.feature_set_version,
            "training_data": data["training"],
            "licence": "Apache-2.0",
            "source": "governance/sample/credit.py",
        },
        metrics=[
            {
                "name": metric.name,
                "value": metric.value,
                "segment": "" if metric.segment == "all" else metric.segment,
                "dataset": data["testing"],
                "count": metric.n,
            }
            for metric in fitted.metrics
        ],
        **seed.kept,
    )


def _small_model(
    seed: Seed, system: AISystem, name: str, version: str, digest: str, text: str
) -> ModelVersion:
    aimodel = register_model(
        organisation=seed.organisation,
        systems=[system],
        facts={"name": name, "description": text},
        **seed.kept,
    )
    return register_model_version(
        aimodel=aimodel,
        facts={"name": version, "artefact_sha256": digest, "framework": "Python"},
        metrics=[],
        **seed.kept,
    )


def _deployment(seed: Seed, system: AISystem, name: str, endpoint: str) -> Deployment:
    return create_deployment(
        system=system, facts={"name": name, "endpoint": endpoint}, **seed.kept
    )

"""Acts on AI models and their immutable versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audits.events.models import KnownName
from audits.events.services import tell_name
from audits.trail.services import Actor, record
from registry.aimodels.models import AIModel, Metric, ModelVersion
from registry.people.models import Organisation
from registry.systems.models import AISystem


@transaction.atomic
def register_model(
    *,
    organisation: Organisation,
    systems: Sequence[AISystem],
    facts: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> AIModel:
    """Register a model for the systems that use it (at least one)."""
    aimodel = AIModel.objects.create(organisation=organisation, **facts)
    aimodel.systems.set(systems)
    for system in sorted(systems, key=lambda each: each.log_id):
        record(log=system.log, verb="model.registered", subject=aimodel, by=by, at=at)
    return aimodel


@transaction.atomic
def register_model_version(
    *,
    aimodel: AIModel,
    facts: Mapping[str, Any],
    metrics: Sequence[Mapping[str, Any]],
    by: Actor,
    at: datetime,
) -> ModelVersion:
    """Register a version with its metrics. It is never changed afterwards.

    Its name is told to the logs of the systems, so that intake knows it.
    """
    version = ModelVersion.objects.create(aimodel=aimodel, **facts)
    Metric.objects.bulk_create(Metric(version=version, **each) for each in metrics)
    for system in aimodel.systems.select_related("log").order_by("log_id"):
        tell_name(log=system.log, kind=KnownName.Kind.MODEL_VERSION, name=version.name)
        record(
            log=system.log,
            verb="model_version.registered",
            subject=version,
            by=by,
            at=at,
            details={
                "model": aimodel.name,
                "artefact_sha256": version.artefact_sha256,
                "metrics": len(metrics),
            },
        )
    return version

"""Acts on AI models and their immutable versions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.events.models import KnownName
from audits.events.services import tell_name
from audits.trail.services import Actor, record
from registry.aimodels.models import AIModel, Metric, ModelVersion
from registry.datasets.models import DatasetVersion
from registry.datasets.services import demand_systems
from registry.operators.services import FactsWrong
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
    """Register a model for the systems that use it (at least one).

    Raises FactsWrong when the name is taken in the organisation.
    """
    demand_systems(organisation, systems)
    try:
        with transaction.atomic():
            aimodel = AIModel.objects.create(organisation=organisation, **facts)
    except IntegrityError as error:
        reason = _("A model of this name is registered. Open it, or add to the name.")
        raise FactsWrong({"name": reason}) from error
    aimodel.systems.set(systems)
    for system in sorted(systems, key=lambda each: each.log_id):
        record(log=system.log, verb="model.registered", subject=aimodel, by=by, at=at)
    return aimodel


@transaction.atomic
def use_model(
    *, aimodel: AIModel, system: AISystem, by: Actor, at: datetime
) -> AIModel:
    """State that one more system uses the model; its log learns the versions' names.

    Raises FactsWrong.
    """
    demand_systems(aimodel.organisation, [system])
    if aimodel.systems.filter(pk=system.pk).exists():
        raise FactsWrong({"system": _("This system uses it already.")})
    aimodel.systems.add(system)
    for name in aimodel.versions.values_list("name", flat=True):
        tell_name(log=system.log, kind=KnownName.Kind.MODEL_VERSION, name=name)
    record(log=system.log, verb="model.linked", subject=aimodel, by=by, at=at)
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

    Its name is told to the logs of the systems, so that intake knows it. Raises
    FactsWrong when the model has a version of this name, when a metric is said twice
    for one data set and segment, or when data of another organisation is named.
    """
    named = [facts.get("training_data"), *(each.get("dataset") for each in metrics)]
    _demand_own(aimodel, (each for each in named if each is not None))
    try:
        with transaction.atomic():
            version = ModelVersion.objects.create(aimodel=aimodel, **facts)
            Metric.objects.bulk_create(Metric(version=version, **m) for m in metrics)
    except IntegrityError as error:
        raise _wrong(error) from error
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


def _demand_own(aimodel: AIModel, versions: Iterable[DatasetVersion]) -> None:
    for version in versions:
        if version.dataset.organisation_id != aimodel.organisation_id:
            reason = _("Name a data set of the model's own organisation.")
            raise FactsWrong({"training_data": reason})


def _wrong(error: IntegrityError) -> FactsWrong:
    if "metric_is_said_once" in str(error):
        reason = _("A metric is said twice for the same data set and segment.")
        return FactsWrong({"metrics": reason})
    return FactsWrong(
        {
            "name": _(
                "The model has a version of this name, and a version is never changed. "
                "Choose another name for the new one."
            )
        }
    )

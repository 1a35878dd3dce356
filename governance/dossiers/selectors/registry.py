"""What the registry states of models, data sets and deployments of a system."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from registry.aimodels.models import Metric, ModelVersion
from registry.datasets.models import DatasetVersion
from registry.deployments.models import LivePeriod
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """A measured figure; no segment means all persons, no value means not a number."""

    name: str
    value: float | None
    segment: str
    dataset: str
    count: int | None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One immutable version of a model."""

    model: str
    name: str
    artefact_sha256: str
    framework: str
    params: dict[str, Any]
    feature_set_version: str
    training_data: str
    code_revision: str
    licence: str
    registered_at: datetime
    metrics: tuple[MetricFacts, ...]


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """One version of a data set, with the facts of Art. 10(2)."""

    dataset: str
    name: str
    use: str
    sha256: str
    rows: int | None
    licence: str
    origin: str
    collection: str
    preparation: str
    assumptions: str
    suitability: str
    design_choices: str
    representativeness: str
    known_biases: str
    gaps: str


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A time in which a version was live, where, and with which share in percent."""

    deployment: str
    endpoint: str
    fallback: str
    version: str
    stage: str
    share: str
    live_from: datetime
    live_until: datetime | None


def has_deployments(system: AISystem) -> bool:
    """Whether a version of the system was ever recorded as live."""
    return LivePeriod.objects.filter(deployment__system=system).exists()


def models(system: AISystem) -> tuple[ModelFacts, ...]:
    """The versions of the system's models, oldest first, with their metrics."""
    rows = ModelVersion.objects.filter(aimodel__systems=system)
    rows = rows.select_related("aimodel", "training_data__dataset")
    rows = rows.prefetch_related("metrics__dataset__dataset")
    return tuple(
        ModelFacts(
            model=row.aimodel.name,
            name=row.name,
            artefact_sha256=row.artefact_sha256,
            framework=row.framework,
            params=row.params if isinstance(row.params, dict) else {"": row.params},
            feature_set_version=row.feature_set_version,
            training_data=str(row.training_data or ""),
            code_revision=row.code_revision,
            licence=row.licence,
            registered_at=row.created_at,
            metrics=tuple(_metric(metric) for metric in row.metrics.all()),
        )
        for row in rows.order_by("created_at", "pk")
    )


def _metric(row: Metric) -> MetricFacts:
    return MetricFacts(
        name=row.name,
        value=row.value if isfinite(row.value) else None,
        segment=row.segment,
        dataset=str(row.dataset or ""),
        count=row.count,
    )


def datasets(system: AISystem) -> tuple[DatasetFacts, ...]:
    """The versions of the system's data sets, by name and age."""
    rows = DatasetVersion.objects.filter(dataset__systems=system)
    return tuple(
        DatasetFacts(
            dataset=row.dataset.name,
            name=row.name,
            use=str(row.get_use_display()),
            sha256=row.sha256,
            rows=row.rows,
            licence=row.licence,
            origin=row.origin,
            collection=row.collection,
            preparation=row.preparation,
            assumptions=row.assumptions,
            suitability=row.suitability,
            design_choices=row.design_choices,
            representativeness=row.representativeness,
            known_biases=row.known_biases,
            gaps=row.gaps,
        )
        for row in rows.select_related("dataset").order_by(
            "dataset__name", "created_at", "pk"
        )
    )


def deployments(system: AISystem) -> tuple[PeriodFacts, ...]:
    """Which version was live where and when, in order of time."""
    rows = LivePeriod.objects.filter(deployment__system=system)
    return tuple(
        PeriodFacts(
            deployment=row.deployment.name,
            endpoint=row.deployment.endpoint,
            fallback=row.deployment.fallback,
            version=row.version.name,
            stage=str(row.get_stage_display()),
            share=f"{row.share.normalize():f}",
            live_from=row.period.lower,
            live_until=row.period.upper,
        )
        for row in rows.select_related("deployment", "version").order_by("period", "pk")
    )

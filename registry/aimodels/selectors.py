"""What pages say of models: their versions, where they were live, who names them.

Deployments lie above this room: they are read by the names of their relations.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Prefetch, QuerySet

from audits.metrics.selectors import day_figures
from registry.aimodels.models import AIModel, ModelVersion
from registry.systems.models import AISystem

# LIMIT: versions and periods that one page shows.
VERSIONS = 100
OF_SYSTEM = 8


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in a table, and the deployments in which it is live now."""

    version: ModelVersion
    live: list[str]


@dataclass(frozen=True, slots=True)
class Predictions:
    """How many predictions of a system's log name the version, and when."""

    system: AISystem
    count: int
    first: date | None
    last: date | None


def counted(models: QuerySet[AIModel]) -> QuerySet[AIModel]:
    """Models with the number of their versions."""
    return models.annotate(version_count=Count("versions", distinct=True))


def versions_of(
    aimodel: AIModel, systems: Iterable[AISystem], at: datetime
) -> list[VersionLine]:
    """The model's versions, newest first."""
    rows = aimodel.versions.select_related("training_data__dataset")[:VERSIONS]
    return _lines(list(rows), [system.pk for system in systems], at)


def models_of(
    system: AISystem, at: datetime
) -> list[tuple[AIModel, list[VersionLine]]]:
    """The system's models by name, each with its newest versions."""
    newest = ModelVersion.objects.select_related("training_data__dataset")
    rows = counted(system.aimodels.all()).prefetch_related(
        Prefetch("versions", newest.order_by("-created_at")[:OF_SYSTEM], "newest")
    )
    found: list[Any] = list(rows.order_by("name"))
    versions = [version for aimodel in found for version in aimodel.newest]
    lines = {line.version.pk: line for line in _lines(versions, [system.pk], at)}
    return [(m, [lines[v.pk] for v in m.newest]) for m in found]


def _lines(
    versions: Sequence[ModelVersion], systems: Sequence[UUID], at: datetime
) -> list[VersionLine]:
    live: dict[UUID, list[str]] = {}
    if versions:
        rows: Any = apps.get_model("registry", "LivePeriod")._default_manager
        periods = rows.filter(
            version__in=[version.pk for version in versions],
            deployment__system__in=systems,
            period__contains=at,
        )
        for row in periods.select_related("deployment"):
            words = f"{row.deployment.name} · {row.get_stage_display()}"
            live.setdefault(row.version_id, []).append(words)
    return [VersionLine(v, live.get(v.pk, [])) for v in versions]


def periods_of(version: ModelVersion, systems: Iterable[AISystem]) -> Sequence[Any]:
    """Where and when it was live in these systems, newest first."""
    rows = version.periods.filter(deployment__system__in=[s.pk for s in systems])
    return list(
        rows.select_related("deployment__system").order_by("-period")[:VERSIONS]
    )


def predictions_of(
    version: ModelVersion, systems: Iterable[AISystem]
) -> list[Predictions]:
    """How many predictions name the version, by system; behind the log by seconds."""
    found = []
    for system in systems:
        days = [
            figure
            for figure in day_figures(system.log, ["events"])
            if figure.model_version == version.name
        ]
        found.append(
            Predictions(
                system,
                sum(figure.count for figure in days),
                days[0].day if days else None,
                days[-1].day if days else None,
            )
        )
    return found

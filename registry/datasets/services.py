"""Acts on data sets and their immutable versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audits.trail.services import Actor, record
from registry.datasets.models import Dataset, DatasetVersion
from registry.people.models import Organisation
from registry.systems.models import AISystem


@transaction.atomic
def register_dataset(
    *,
    organisation: Organisation,
    systems: Sequence[AISystem],
    facts: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> Dataset:
    """Register a data set for the systems that use it (at least one)."""
    dataset = Dataset.objects.create(organisation=organisation, **facts)
    dataset.systems.set(systems)
    for system in sorted(systems, key=lambda each: each.log_id):
        record(log=system.log, verb="dataset.registered", subject=dataset, by=by, at=at)
    return dataset


@transaction.atomic
def register_dataset_version(
    *, dataset: Dataset, facts: Mapping[str, Any], by: Actor, at: datetime
) -> DatasetVersion:
    """Register a version with its Art. 10 facts. It is never changed afterwards."""
    version = DatasetVersion.objects.create(dataset=dataset, **facts)
    for system in dataset.systems.select_related("log").order_by("log_id"):
        record(
            log=system.log,
            verb="dataset_version.registered",
            subject=version,
            by=by,
            at=at,
            details={"sha256": version.sha256, "rows": version.rows},
        )
    return version

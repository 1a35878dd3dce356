"""Acts on data sets and their immutable versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.datasets.models import Dataset, DatasetVersion
from registry.operators.services import FactsWrong
from registry.people.models import Organisation
from registry.systems.models import AISystem


def demand_systems(organisation: Organisation, systems: Sequence[AISystem]) -> None:
    """Raise FactsWrong unless there is a system and all are of the organisation."""
    if not systems:
        raise FactsWrong({"systems": _("Choose at least one system that uses it.")})
    if any(system.organisation_id != organisation.pk for system in systems):
        raise FactsWrong({"systems": _("Choose systems of one organisation.")})


@transaction.atomic
def register_dataset(
    *,
    organisation: Organisation,
    systems: Sequence[AISystem],
    facts: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> Dataset:
    """Register a data set for the systems that use it (at least one).

    Raises FactsWrong when the name is taken in the organisation.
    """
    demand_systems(organisation, systems)
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(organisation=organisation, **facts)
    except IntegrityError as error:
        reason = _(
            "A data set of this name is registered. Open it, or add to the name."
        )
        raise FactsWrong({"name": reason}) from error
    dataset.systems.set(systems)
    for system in sorted(systems, key=lambda each: each.log_id):
        record(log=system.log, verb="dataset.registered", subject=dataset, by=by, at=at)
    return dataset


@transaction.atomic
def use_dataset(
    *, dataset: Dataset, system: AISystem, by: Actor, at: datetime
) -> Dataset:
    """State that one more system uses the data set. Raises FactsWrong."""
    demand_systems(dataset.organisation, [system])
    if dataset.systems.filter(pk=system.pk).exists():
        raise FactsWrong({"system": _("This system uses it already.")})
    dataset.systems.add(system)
    record(log=system.log, verb="dataset.linked", subject=dataset, by=by, at=at)
    return dataset


@transaction.atomic
def register_dataset_version(
    *, dataset: Dataset, facts: Mapping[str, Any], by: Actor, at: datetime
) -> DatasetVersion:
    """Register a version with its Art. 10 facts. It is never changed afterwards.

    Raises FactsWrong when the data set has a version of this name.
    """
    try:
        with transaction.atomic():
            version = DatasetVersion.objects.create(dataset=dataset, **facts)
    except IntegrityError as error:
        reason = _(
            "The data set has a version of this name, and a version is never changed. "
            "Choose another name for the new one."
        )
        raise FactsWrong({"name": reason}) from error
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

"""Versions of a system as a whole, and dated changes of its design or purpose."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.operators.services import FactsWrong, told
from registry.systems.models import AISystem, SystemChange, SystemVersion


@transaction.atomic
def add_version(
    *,
    system: AISystem,
    facts: Mapping[str, Any],
    model_versions: Iterable[Any] = (),
    by: Actor,
    at: datetime,
) -> SystemVersion:
    """Register a version of the whole system, with the model versions in it.

    Raises FactsWrong when the system has a version of this name.
    """
    try:
        with transaction.atomic():
            version = SystemVersion.objects.create(system=system, **facts)
    except IntegrityError as error:
        reason = _("The system has a version of this name. Choose another.")
        raise FactsWrong({"name": reason}) from error
    inside = list(model_versions)
    version.model_versions.set(inside)
    record(
        log=system.log,
        verb="system_version.registered",
        subject=version,
        by=by,
        at=at,
        details={**facts, "model_versions": [str(each.pk) for each in inside]},
    )
    return version


@transaction.atomic
def add_change(
    *, system: AISystem, facts: Mapping[str, Any], by: Actor, at: datetime
) -> SystemChange:
    """Record a dated change of design, purpose or name (Art. 3(23), 25(1), 111).

    Raises FactsWrong for a change that lies in the future.
    """
    if facts["changed_on"] > at.date():
        reason = _("This day has not come. Record a change when it has happened.")
        raise FactsWrong({"changed_on": reason})
    change = SystemChange.objects.create(system=system, **facts)
    record(
        log=system.log,
        verb="system_change.recorded",
        subject=change,
        by=by,
        at=at,
        details={name: told(value) for name, value in facts.items()},
    )
    return change

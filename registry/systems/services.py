"""Acts on AI systems. Each leaves a trail entry in the system's own log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from audits.log.models import LogClass
from audits.log.services import open_log
from audits.trail.services import Actor, record
from registry.people.models import Organisation
from registry.systems.access import grant_to_roles
from registry.systems.models import AISystem


@transaction.atomic
def register_system(
    *, organisation: Organisation, facts: Mapping[str, Any], by: Actor, at: datetime
) -> AISystem:
    """Register a system and open its log, of the class of its organisation's.

    `facts` holds fields of AISystem by name. Raises IntegrityError when the
    organisation has a system whose name makes the same short name.
    """
    name = str(facts["name"])
    slug = slugify(name)[:60] or "system"
    log = open_log(
        path=f"{organisation.slug}/{slug}",
        title=name,
        log_class=LogClass(organisation.log.log_class),
        at=at,
    )
    system = AISystem.objects.create(
        organisation=organisation, log=log, slug=slug, **facts
    )
    grant_to_roles(system)
    record(
        log=log,
        verb="system.registered",
        subject=system,
        by=by,
        at=at,
        details={"intended_purpose": system.intended_purpose},
    )
    return system

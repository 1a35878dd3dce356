"""Asking for a dossier: a row, a trail entry, and a ring at the worker's door."""

from datetime import datetime

from django.db import transaction

from audits.trail.services import Actor, record
from governance.dossiers.models import Dossier
from governance.dossiers.tasks import build_dossier
from registry.people.models import User
from registry.systems.models import AISystem, SystemVersion


@transaction.atomic
def request_dossier(
    *,
    system: AISystem,
    version: SystemVersion | None,
    requested_by: User,
    by: Actor,
    at: datetime,
) -> Dossier:
    """Queue the dossier of a system as it stands now.

    The row is the queue; Celery is only the doorbell. A request that finds one of
    the same version still waiting or being built returns that one.
    """
    waiting = Dossier.objects.filter(
        system=system,
        version=version,
        state__in=[Dossier.State.REQUESTED, Dossier.State.BUILDING],
    ).first()
    if waiting is not None:
        return waiting
    dossier = Dossier.objects.create(
        system=system,
        version=version,
        as_of=at,
        requested_by=requested_by,
        requested_at=at,
    )
    record(log=system.log, verb="dossier.requested", subject=dossier, by=by, at=at)
    build_dossier.delay_on_commit(dossier_id=str(dossier.pk))
    return dossier


@transaction.atomic
def record_download(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """Leave a trail entry: who took which file away."""
    record(
        log=dossier.system.log,
        verb="dossier.downloaded",
        subject=dossier,
        by=by,
        at=at,
        details={"sha256": dossier.pdf_sha256},
    )

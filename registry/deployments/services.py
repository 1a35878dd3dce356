"""Acts on deployments: going live, ending. Overlaps are refused by PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from audits.events.models import KnownName
from audits.events.services import tell_name
from audits.trail.services import Actor, record
from registry.aimodels.models import ModelVersion
from registry.deployments.models import Deployment, LivePeriod, Stage
from registry.systems.models import AISystem


class PeriodRefused(Exception):
    """The period contradicts another one; the text says which rule it breaks."""


@transaction.atomic
def create_deployment(
    *, system: AISystem, facts: Mapping[str, Any], by: Actor, at: datetime
) -> Deployment:
    """Create a place where versions run, and tell its name to the system's log."""
    deployment = Deployment.objects.create(system=system, **facts)
    tell_name(log=system.log, kind=KnownName.Kind.DEPLOYMENT, name=deployment.name)
    record(log=system.log, verb="deployment.created", subject=deployment, by=by, at=at)
    return deployment


def go_live(
    *,
    deployment: Deployment,
    version: ModelVersion,
    stage: Stage,
    share: Decimal,
    live_from: datetime,
    by: Actor,
    at: datetime,
    live_until: datetime | None = None,
) -> LivePeriod:
    """Record that a version is live from then on. Raises PeriodRefused on overlap.

    A `full` version that takes over from another is recorded by ending that first.
    """
    if live_until is not None and live_until <= live_from:
        raise PeriodRefused(_("The end lies before the beginning."))
    if not version.aimodel.systems.filter(pk=deployment.system_id).exists():
        raise PeriodRefused(
            _("%(version)s belongs to a model that this system does not use.")
            % {"version": version}
        )
    try:
        with transaction.atomic():
            period = LivePeriod.objects.create(
                deployment=deployment,
                version=version,
                stage=stage,
                share=share,
                period=DateTimeTZRange(live_from, live_until),
            )
            _record("deployment.went_live", period, by, at)
    except IntegrityError as error:
        raise PeriodRefused(_reason(error)) from error
    return period


@transaction.atomic
def end_period(
    *, period: LivePeriod, ended_at: datetime, by: Actor, at: datetime
) -> LivePeriod:
    """Record that a version is live no longer."""
    locked = LivePeriod.objects.select_for_update().get(pk=period.pk)
    if locked.period.upper is not None:
        raise PeriodRefused(_("It has ended already."))
    if ended_at <= locked.period.lower:
        raise PeriodRefused(_("The end lies before the beginning."))
    locked.period = DateTimeTZRange(locked.period.lower, ended_at)
    locked.save(update_fields=["period"])
    _record("deployment.ended", locked, by, at)
    return locked


def _record(verb: str, period: LivePeriod, by: Actor, at: datetime) -> None:
    upper = period.period.upper
    record(
        log=period.deployment.system.log,
        verb=verb,
        subject=period,
        by=by,
        at=at,
        details={
            "deployment": period.deployment.name,
            "version": period.version.name,
            "stage": period.stage,
            "share": str(period.share),
            "from": period.period.lower.isoformat(),
            "until": upper.isoformat() if upper else None,
        },
    )


def _reason(error: IntegrityError) -> str:
    text = str(error)
    if "one_full_version" in text:
        return _("Another version is fully live in this deployment at that time. End it "
                 "first, or choose the stage shadow, canary or gradual.")  # fmt: skip
    if "a_version_is_live_once" in text:
        return _("This version is already live in this deployment at that time.")
    if "share_is_a_percentage" in text:
        return _("The share is a percentage above 0 and at most 100.")
    return _("The database refused the period.")

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
from registry.operators.services import FactsWrong
from registry.systems.models import AISystem


class PeriodRefused(FactsWrong):
    """The period contradicts another one; the text says which rule it breaks."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__({field: reason})


@transaction.atomic
def create_deployment(
    *, system: AISystem, facts: Mapping[str, Any], by: Actor, at: datetime
) -> Deployment:
    """Create a place where versions run, and tell its name to the system's log.

    Raises FactsWrong when the system has a deployment of this name.
    """
    try:
        with transaction.atomic():
            deployment = Deployment.objects.create(system=system, **facts)
    except IntegrityError as error:
        reason = _("The system has a deployment of this name. Choose another.")
        raise FactsWrong({"name": reason}) from error
    tell_name(log=system.log, kind=KnownName.Kind.DEPLOYMENT, name=deployment.name)
    record(log=system.log, verb="deployment.created", subject=deployment, by=by, at=at)
    return deployment


@transaction.atomic
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
    takes_over: bool = False,
) -> LivePeriod:
    """Record that a version is live from then on. Raises PeriodRefused on overlap.

    With `takes_over` the version that is fully live without an end is ended at that
    very moment, so that there is neither a gap nor an overlap.
    """
    if live_until is not None and live_until <= live_from:
        raise PeriodRefused(_("The end lies before the beginning."), "live_until")
    if not version.aimodel.systems.filter(pk=deployment.system_id).exists():
        raise PeriodRefused(
            _("%(version)s belongs to a model that this system does not use.")
            % {"version": version},
            "version",
        )
    if takes_over:
        _end_full(deployment, live_from, by, at)
    try:
        with transaction.atomic():
            period = LivePeriod.objects.create(
                deployment=deployment,
                version=version,
                stage=stage,
                share=share,
                period=DateTimeTZRange(live_from, live_until),
            )
    except IntegrityError as error:
        raise _refusal(error) from error
    _record("deployment.went_live", period, by, at)
    return period


@transaction.atomic
def end_period(
    *, period: LivePeriod, ended_at: datetime, by: Actor, at: datetime
) -> LivePeriod:
    """Record that a version is live no longer. Raises PeriodRefused.

    An end that lies in the past stays; one that is still to come may be brought
    forward.
    """
    locked = LivePeriod.objects.select_for_update().get(pk=period.pk)
    upper = locked.period.upper
    if upper is not None and upper <= max(at, ended_at):
        raise PeriodRefused(
            _("It has ended already, or ends before that moment."), "live_until"
        )
    if ended_at <= locked.period.lower:
        raise PeriodRefused(_("The end lies before the beginning."), "live_until")
    locked.period = DateTimeTZRange(locked.period.lower, ended_at)
    locked.save(update_fields=["period"])
    _record("deployment.ended", locked, by, at)
    return locked


def _end_full(
    deployment: Deployment, ended_at: datetime, by: Actor, at: datetime
) -> None:
    """End the full period that has no end; without one there is nothing to end."""
    running = LivePeriod.objects.filter(
        deployment=deployment,
        stage=Stage.FULL,
        period__contains=ended_at,
        period__endswith__isnull=True,
    ).first()
    if running is not None:
        end_period(period=running, ended_at=ended_at, by=by, at=at)


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


def _refusal(error: IntegrityError) -> PeriodRefused:
    text = str(error)
    if "one_full_version" in text:
        return PeriodRefused(
            _("Another version is fully live in this deployment at that time. Let this "
              "one take over, end the other first, or choose the stage shadow, canary "
              "or gradual."), "stage",
        )  # fmt: skip
    if "a_version_is_live_once" in text:
        reason = _("This version is already live in this deployment at that time.")
        return PeriodRefused(reason, "version")
    if "share_is_a_percentage" in text:
        reason = _("The share is a percentage above 0 and at most 100.")
        return PeriodRefused(reason, "share")
    return PeriodRefused(_("The database refused the period."))

"""Which version was live at T? And when was each."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from registry.aimodels.models import ModelVersion
from registry.deployments.models import Deployment, LivePeriod, Stage
from registry.systems.models import AISystem

# Who decides most comes first.
ORDER = {Stage.FULL: 0, Stage.GRADUAL: 1, Stage.CANARY: 2, Stage.SHADOW: 3}
# LIMIT: periods that one page shows.
LINES = 200


def live_at(system: AISystem, at: datetime) -> Sequence[LivePeriod]:
    """All versions that were live at that moment, by deployment, full ones first.

    A period holds its beginning and not its end: at the moment of a change the new
    version is live, the old one no longer.
    """
    rows = LivePeriod.objects.filter(deployment__system=system, period__contains=at)
    found = rows.select_related("deployment", "version__aimodel")
    return sorted(
        found,
        key=lambda p: (p.deployment.name, ORDER[Stage(p.stage)], -p.share),
    )


def periods_of(system: AISystem) -> Sequence[LivePeriod]:
    """The system's newest periods, by when they began."""
    rows = LivePeriod.objects.filter(deployment__system=system)
    return list(_known(rows)[:LINES])


def periods_in(deployment: Deployment) -> QuerySet[LivePeriod]:
    """The deployment's periods, newest first, with `live_from` to page by."""
    return _known(LivePeriod.objects.filter(deployment=deployment))


def _known(rows: QuerySet[LivePeriod]) -> QuerySet[LivePeriod]:
    return (
        rows.select_related("deployment__system__log", "version__aimodel")
        .annotate(live_from=F("period__startswith"))
        .order_by("-live_from", "pk")
    )


def versions_to_choose(system: AISystem) -> QuerySet[ModelVersion]:
    """The versions of the system's models, newest first."""
    rows = ModelVersion.objects.filter(aimodel__systems=system)
    return rows.select_related("aimodel").order_by("aimodel__name", "-created_at")

"""Which version was live at T?"""

from collections.abc import Sequence
from datetime import datetime

from registry.deployments.models import LivePeriod
from registry.systems.models import AISystem


def live_at(system: AISystem, at: datetime) -> Sequence[LivePeriod]:
    """All versions that were live at that moment, full ones first."""
    rows = LivePeriod.objects.filter(deployment__system=system, period__contains=at)
    found = rows.select_related("deployment", "version__aimodel")
    order = {"full": 0, "gradual": 1, "canary": 2, "shadow": 3}
    return sorted(found, key=lambda p: (p.deployment.name, order[p.stage]))

"""Deployments for tests of this room."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from registry.aimodels.models import ModelVersion
from registry.deployments.models import Deployment, LivePeriod, Stage
from registry.deployments.services import create_deployment, go_live
from registry.systems.models import AISystem
from tests.factories import TESTER

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_deployment(system: AISystem, name: str = "branches") -> Deployment:
    return create_deployment(
        system=system, facts={"name": name}, by=TESTER, at=timezone.now()
    )


def a_period(
    deployment: Deployment,
    version: ModelVersion,
    stage: Stage = Stage.FULL,
    share: int = 100,
    **more: Any,
) -> LivePeriod:
    return go_live(
        deployment=deployment,
        version=version,
        stage=stage,
        share=Decimal(share),
        **{"live_from": NOON, "by": TESTER, "at": timezone.now(), **more},
    )

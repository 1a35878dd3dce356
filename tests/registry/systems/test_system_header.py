"""The header that every page of a system begins with."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audits.log.seal import save_checkpoint
from registry.aimodels.models import ModelVersion
from registry.aimodels.services import register_model, register_model_version
from registry.deployments.models import Stage
from registry.deployments.services import create_deployment, go_live
from registry.systems.selectors import system_header
from tests.factories import TESTER, World


def a_live_version(world: World, name: str, stage: Stage, share: int) -> ModelVersion:
    """A version of a model of its own, live since yesterday."""
    now = timezone.now()
    kept: dict[str, Any] = {"by": TESTER, "at": now}
    model = register_model(
        organisation=world.acme,
        systems=[world.system],
        facts={"name": f"Model of {name}"},
        **kept,
    )
    version = register_model_version(
        aimodel=model,
        facts={"name": name, "artefact_sha256": "0" * 64},
        metrics=[],
        **kept,
    )
    go_live(
        deployment=create_deployment(
            system=world.system, facts={"name": f"Desk of {name}"}, **kept
        ),
        version=version,
        stage=stage,
        share=Decimal(share),
        live_from=now - timedelta(days=1),
        **kept,
    )
    return version


def test_the_header_names_what_is_live_with_stage_and_share(world: World) -> None:
    a_live_version(world, "credit-1", Stage.FULL, 100)
    a_live_version(world, "credit-2", Stage.CANARY, 10)
    now = timezone.now()
    header = system_header(world.system, world.alice, "overview", at=now)["header"]
    assert header.live == ["credit-1", "credit-2 (Canary, 10 %)"]
    before = now - timedelta(days=2)
    header = system_header(world.system, world.alice, "overview", at=before)["header"]
    assert header.live == []


def test_the_header_says_how_far_the_log_is(world: World) -> None:
    state = system_header(world.system, world.alice, "overview")["header"].log_state
    assert (state.size, state.checkpoint_at) == (1, None)
    now = timezone.now()
    save_checkpoint(log=world.system.log, at=now)
    state = system_header(world.system, world.alice, "overview")["header"].log_state
    assert state.checkpoint_at == now
    assert "checkpoint saved" in state.text


def test_tabs_are_those_that_the_role_may_open(world: World) -> None:
    tabs = system_header(world.system, world.alice, "versions")["tabs"]
    labels = [tab["label"] for tab in tabs]
    assert labels[0] == "Overview"
    assert "Trail" in labels
    assert [tab["label"] for tab in tabs if tab["current"]] == ["Versions"]
    tabs = system_header(world.system, world.dana, "versions")["tabs"]
    assert "Trail" not in [tab["label"] for tab in tabs]

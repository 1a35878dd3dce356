"""A law whose data change while the product runs, and systems that it moves."""

import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from governance.classification.models import Classification
from governance.classification.services import approve_classification, classify_system
from governance.law import changelog, duties_load, load
from governance.law_changes.build import portions, runs, snapshots
from governance.law_changes.models import LawMove, LawRun
from governance.law_changes.selectors import unheard
from registry.operators.models import OperatorRoleName
from registry.operators.services import add_operator
from registry.people.models import Organisation
from registry.systems.models import AISystem
from registry.systems.services import add_role
from tests.factories import TESTER, World
from tests.governance.law.worlds import CREDIT

Amend = Callable[..., None]
CREDIT_RULE = "domains.finance and finance_purposes.credit and credit_natural_persons"
DAY = "omnibus_2026 = { from = 2027-12-02, citation"
# Rooms that remember what the law said.
ASK_THE_LAW = tuple(
    f"governance.{room}." for room in ("law", "law_changes", "papers", "registration")
)


def forget() -> None:
    """Let every module of the law, and whoever asked it, read its data anew."""
    for name, module in list(sys.modules.items()):
        if name.startswith(ASK_THE_LAW):
            for value in vars(module).values():
                if clear := getattr(value, "cache_clear", None):
                    clear()


@pytest.fixture
def amend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change the law's data from here on: `amend("dates", old, new)`."""

    def change(file: str, old: str, new: str, of: Any = load) -> None:
        folder = tmp_path / of.FOLDER.name
        if folder != of.FOLDER:
            shutil.copytree(of.FOLDER, folder)
            monkeypatch.setattr(of, "FOLDER", folder)
        path = folder / f"{file}.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        forget()

    yield change
    monkeypatch.undo()
    forget()


def amend_duties(amend: Amend, file: str, old: str, new: str) -> None:
    amend(file, old, new, duties_load)


def written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *ids: str, id_: str = "mended"
) -> None:
    """An entry of the changelog about a change of the data that names these ids."""
    file = tmp_path / "changelog.toml"
    named = ", ".join(f'"{each}"' for each in ids)
    entry = f"""
[[change]]
id = "{id_}"
on = 2099-01-01
kind = "data"
what = "We had read the day wrongly."
why = "A corrigendum."
source = "OJ"
ids = [{named}]
digest = "0"
"""
    file.write_text(changelog.FILE.read_text() + entry)
    monkeypatch.setattr(changelog, "FILE", file)
    forget()


def our_deployer(system: AISystem) -> None:
    """An operator of ours that has deployed the system since long ago."""
    operator = add_operator(
        organisation=system.organisation,
        facts={"name": f"Deployer of {system}", "country": "DE"},
        by=TESTER,
        at=timezone.now(),
    )
    held = {
        "operator": operator,
        "role": OperatorRoleName.DEPLOYER,
        "held_from": timezone.localdate(),
        "reason": "Uses it.",
    }
    add_role(system=system, facts=held, by=TESTER, at=timezone.now())


def approved(
    world: World, system: AISystem, answers: Any = CREDIT, **more: Any
) -> Classification:
    row = classify_system(
        system=system, answers=answers, author=world.alice, by=TESTER,
        at=timezone.now(), **{"on": timezone.localdate(), **more},
    )  # fmt: skip
    return approve_classification(
        classification=row, approver=world.bob, by=TESTER, at=timezone.now()
    )


def walk(organisation: Organisation) -> None:
    """What beat and the workers do until nothing waits."""
    now = timezone.now()
    snapshots.take_snapshots(organisation, now)
    runs.begin_comparison(organisation, now)
    for run_id in unheard(now + timedelta(seconds=1)):
        while portions.carry_on(run_id, now):
            pass
        runs.finish(run_id, now)


def moved(organisation: Organisation, kind: str = "compare") -> dict[str, Any]:
    """The moves of the newest run: per system, `what id` and the move."""
    run = LawRun.objects.filter(organisation=organisation, kind=kind).first()
    rows = LawMove.objects.filter(run=run).select_related("system")
    return {
        row.system.name: {f"{m['what']} {m['id']}": m for m in row.moves}
        for row in rows
    }

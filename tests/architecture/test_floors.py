"""The floors hold in the database schema and at run time too."""

import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

FLOOR = {"audits": 0, "registry": 1, "governance": 2}
PURE = ["audits.tlog.verify", "governance.law.classify"]


@pytest.mark.django_db
def test_foreign_keys_point_downwards_only() -> None:
    state = MigrationLoader(connection).project_state()
    upwards = []
    for (app, name), model in state.models.items():
        if app not in FLOOR:
            continue
        for field_name, field in model.fields.items():
            target = getattr(getattr(field, "remote_field", None), "model", None)
            label = (
                target if isinstance(target, str) else getattr(target, "_meta", None)
            )
            to = str(label).split(".")[0].lower()
            if to in FLOOR and FLOOR[to] > FLOOR[app]:
                upwards.append(f"{app}.{name}.{field_name} -> {label}")
    assert upwards == []


@pytest.mark.parametrize("module", PURE)
def test_pure_rooms_load_neither_django_nor_celery(module: str) -> None:
    code = (
        f"import sys, {module}; "
        "print([n for n in ('django', 'celery', 'rest_framework') if n in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]"

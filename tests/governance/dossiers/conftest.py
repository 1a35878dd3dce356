"""The documented bank of worlds.py, and the dossier that is made of it.

One file is made for all tests that only read it: setting pages takes seconds. Its
transaction is rolled back, so no test sees its rows.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from audits.trail.models import TrailEntry
from governance.dossiers.contents.frozen import thaw
from governance.dossiers.models import Dossier
from governance.dossiers.render.attachments import Tools
from governance.dossiers.services import digest_proof
from registry.documents.services import read_bytes
from tests.governance.dossiers.opened import unpack
from tests.governance.dossiers.worlds import Bank, a_bank, a_bare_bank


@dataclass(frozen=True)
class Made:
    """A finished dossier, and what the log says of it."""

    row: Dossier
    pdf: bytes
    frozen: bytes
    tools: Tools
    proof: bytes
    logged: dict[str, Any]


@pytest.fixture(scope="session")
def made(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    folder = tmp_path_factory.mktemp("dossier")
    with (
        django_db_blocker.unblock(),
        override_settings(DOCUMENTS_DIR=folder),
        transaction.atomic(),
    ):
        row = a_bank().dossier()
        assert row.state == Dossier.State.READY, row.failure
        frozen = bytes(row.contents)
        entry = TrailEntry.objects.get(
            log=row.system.log, verb="dossier.generated", subject=f"dossier:{row.pk}"
        )
        found = Made(
            row=row,
            pdf=read_bytes(row.pdf_sha256),
            frozen=frozen,
            tools=Tools(
                read_bytes(thaw(frozen).verifier_sha256),
                read_bytes(thaw(frozen).page_sha256),
            ),
            proof=digest_proof(row),
            logged=entry.details,
        )
        transaction.set_rollback(True)
    return found


@pytest.fixture
def files(made: Made, tmp_path: Path) -> Path:
    return unpack(made.pdf, tmp_path / "files")


@pytest.fixture
def bank(db: None) -> Bank:
    return a_bank()


@pytest.fixture
def bare(db: None) -> Bank:
    return a_bare_bank()

"""Gathers what is known from three floors. Nothing is written or set here."""

from datetime import UTC, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from governance.dossiers.contents.missing import (
    known,
    missing_events,
    missing_facts,
    missing_records,
)
from governance.dossiers.contents.values import FORMAT, DossierContents
from governance.dossiers.models import Dossier
from governance.dossiers.selectors import facts, registry
from governance.dossiers.selectors.coverage import coverage_facts
from governance.dossiers.selectors.log import log_facts, sealed
from governance.dossiers.selectors.oversight import oversight
from governance.dossiers.selectors.proofs import proofs


def gather(
    dossier: Dossier, note: str, at: datetime, verifier_sha256: str, page_sha256: str
) -> DossierContents:
    """What is known of the system at `at`, and its log up to that checkpoint.

    Call it in one snapshot of the database: what it reads then belongs together.
    """
    system, version, log = dossier.system, dossier.version, dossier.system.log
    state = sealed(note)
    figures = log_facts(log, state)
    reviews = oversight(log, state.size, figures.predictions)
    covered = coverage_facts(log)
    stated = known(system, version)
    return DossierContents(
        format=FORMAT,
        id=str(dossier.pk),
        language=get_language() or settings.LANGUAGE_CODE,
        as_of=at.astimezone(UTC),
        requested_at=dossier.requested_at.astimezone(UTC),
        requested_by=str(dossier.requested_by),
        address=urljoin(
            settings.BASE_URL, reverse("dossiers:detail", args=[dossier.pk])
        ),
        verifier_sha256=verifier_sha256,
        page_sha256=page_sha256,
        system=facts.system_facts(system),
        version=facts.version_facts(version),
        classification=stated.verdict,
        roles=stated.roles,
        changes=facts.changes(system),
        leaves=stated.leaves,
        datasets=stated.datasets,
        models=stated.models,
        deployments=registry.deployments(system),
        oversight=reviews,
        log=figures,
        proofs=proofs(log, state),
        missing=(
            *missing_facts(stated),
            *missing_records(figures, reviews),
            *missing_events(covered),
        ),
        coverage=covered,
    )

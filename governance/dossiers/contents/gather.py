"""Gathers what is known from three floors. Nothing is written or set here."""

from datetime import UTC, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from governance.dossiers.contents.missing import (
    Known,
    missing_facts,
    missing_records,
)
from governance.dossiers.contents.values import FORMAT, DossierContents
from governance.dossiers.models import Dossier
from governance.dossiers.selectors import facts, judgement, registry
from governance.dossiers.selectors.log import log_facts, sealed
from governance.dossiers.selectors.oversight import oversight
from governance.dossiers.selectors.proofs import proofs


def gather(
    dossier: Dossier, note: str, at: datetime, verifier_sha256: str
) -> DossierContents:
    """What is known of the system at `at`, and its log up to that checkpoint.

    Call it in one snapshot of the database: what it reads then belongs together.
    """
    system, version, log = dossier.system, dossier.version, dossier.system.log
    state = sealed(note)
    figures = log_facts(log, state)
    reviews = oversight(log, state.size, figures.predictions)
    models, datasets = registry.models(system), registry.datasets(system)
    deployments = registry.deployments(system)
    known = Known(
        version=version,
        verdict=judgement.verdict(system),
        roles=facts.roles(system),
        leaves=judgement.leaves(version),
        datasets=bool(datasets),
        models=bool(models),
        deployments=bool(deployments),
    )
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
        system=facts.system_facts(system),
        version=facts.version_facts(version),
        classification=known.verdict,
        roles=known.roles,
        changes=facts.changes(system),
        leaves=known.leaves,
        datasets=datasets,
        models=models,
        deployments=deployments,
        oversight=reviews,
        log=figures,
        proofs=proofs(log, state),
        missing=(*missing_facts(known), *missing_records(figures, reviews)),
    )

"""The sample's classifications and its technical documentation, by two people."""

import re

from governance.classification.services import approve_classification, classify_system
from governance.documentation.services import approve_text, digest_of, write_text
from governance.law.load import annex_iv
from governance.sample import texts
from governance.workspace.answers import ANSWERS
from governance.workspace.facts import Seed
from registry.people.models import Role
from registry.systems.models import AISystem, SystemVersion


def classify(seed: Seed, systems: dict[str, AISystem]) -> None:
    """The risk officer answers; the compliance officer approves all but the ranking."""
    risk, compliance = Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER
    placed = str(systems["credit-scoring"].put_into_service_on)
    for slug, answers in ANSWERS.items():
        classification = classify_system(
            system=systems[slug],
            answers=answers | {"placed_on_market_on": placed},
            author=seed.users[risk],
            on=seed.now.date(),
            by=seed.actor(risk),
            at=seed.now,
        )
        if slug != "applicant-ranking":
            approve_classification(
                classification=classification,
                approver=seed.users[compliance],
                by=seed.actor(compliance),
                at=seed.now,
            )


def document(seed: Seed, version: SystemVersion) -> None:
    """Write the texts there are; the leaves without one stay missing."""
    engineer, compliance = Role.ENGINEER, Role.COMPLIANCE_OFFICER
    for written in texts.annex_iv():
        skipped = written.state == texts.NOT_APPLICABLE
        row = write_text(
            version=version,
            leaf=leaf_id(written.leaf),
            text="" if skipped else written.text,
            not_applicable_reason=written.text if skipped else "",
            evidence=[],
            author=seed.users[engineer],
            revision=0,
            by=seed.actor(engineer),
            at=seed.now,
        )
        if written.state != texts.DRAFT:
            approve_text(
                text=row,
                read_sha256=digest_of(row),
                approver=seed.users[compliance],
                by=seed.actor(compliance),
                at=seed.now,
            )


def leaf_id(short: str) -> str:
    """`A4-2d` as the law room names it: annex-iv-2-d."""
    match = re.fullmatch(r"A4-(\d)([a-h]?)", short)
    if match is None:
        raise LookupError(f"no Annex IV leaf is called {short}")
    wanted = "-".join(part for part in ("annex-iv", *match.groups()) if part)
    if wanted not in {leaf.id for leaf in annex_iv()}:
        raise LookupError(f"Annex IV has no leaf {wanted}")
    return wanted

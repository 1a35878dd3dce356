"""Acts of classification: answering, proposing, approving, returning.

A verdict is frozen with its answers, its edition and a digest of both; approval
is bound to that digest and is never the author's own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.classification.models import Classification, ClassificationDraft
from governance.law.classify import classify
from governance.law.verdict import Finding, Verdict
from registry.people.models import User
from registry.systems.models import AISystem


class ApprovalRefused(Exception):
    """The act is not the person's to do, or comes too late; the text says why."""


def digest_of(answers: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    """SHA-256 of answers and verdict: what an approval is bound to."""
    data = orjson.dumps(
        {"answers": answers, "verdict": verdict}, option=orjson.OPT_SORT_KEYS
    )
    return sha256(data).hexdigest()


@transaction.atomic
def save_draft(
    *, system: AISystem, author: User, answers: Mapping[str, Any]
) -> ClassificationDraft:
    """Keep the answers given so far. A draft is nobody's statement yet."""
    draft, _made = ClassificationDraft.objects.update_or_create(
        system=system, author=author, defaults={"answers": dict(answers)}
    )
    return draft


@transaction.atomic
def classify_system(
    *,
    system: AISystem,
    answers: Mapping[str, Any],
    author: User,
    on: date,
    by: Actor,
    at: datetime,
    edition: str | None = None,
) -> Classification:
    """Record what the Act makes of the system, and why, as it stood on that day."""
    verdict = classify(answers, on, edition)
    frozen = verdict.as_json()
    classification = Classification.objects.create(
        system=system,
        made_at=at,
        on=on,
        edition=verdict.edition,
        answers=dict(answers),
        verdict=frozen,
        digest=digest_of(dict(answers), frozen),
        author=author,
    )
    ClassificationDraft.objects.filter(system=system, author=author).delete()
    record(
        log=system.log,
        verb="classification.proposed",
        subject=classification,
        by=by,
        at=at,
        details={
            "digest": classification.digest,
            "edition": verdict.edition,
            "findings": [finding.label for finding in verdict.findings],
        },
    )
    return classification


@transaction.atomic
def approve_classification(
    *, classification: Classification, approver: User, by: Actor, at: datetime
) -> Classification:
    """Approve as a second person; the findings become the system's tags.

    Raises ApprovalRefused for the author, and when it was decided already.
    """
    row = _undecided(classification, approver)
    row.state = Classification.State.APPROVED
    row.decided_by, row.decided_at = approver, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    verdict = Verdict.from_json(row.verdict)
    AISystem.objects.filter(pk=row.system_id).update(
        findings=[tag_of(finding) for finding in verdict.established]
    )
    record(
        log=row.system.log,
        verb="classification.approved",
        subject=row,
        by=by,
        at=at,
        details={"digest": row.digest},
    )
    return row


@transaction.atomic
def return_classification(
    *,
    classification: Classification,
    reviewer: User,
    note: str,
    by: Actor,
    at: datetime,
) -> Classification:
    """Send it back to its author with a reason."""
    if not note.strip():
        raise ApprovalRefused(_("Say what the author should look at again."))
    row = _undecided(classification, reviewer)
    row.state, row.note = Classification.State.RETURNED, note.strip()
    row.decided_by, row.decided_at = reviewer, at
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(
        log=row.system.log,
        verb="classification.returned",
        subject=row,
        by=by,
        at=at,
        details={"digest": row.digest, "note": row.note},
    )
    return row


TONES = {
    "prohibited_practice": "danger",
    "not_permitted_by_other_law": "danger",
    "high_risk": "attention",
    "section_b_limited": "attention",
    "gpai_systemic_risk": "attention",
    "high_risk_derogated": "info",
    "transparency_obligation": "info",
    "gpai_model": "info",
}


def tag_of(finding: Finding) -> dict[str, Any]:
    """A finding as the tag that lists and headers show."""
    label, _sep, _cited = finding.label.partition(" · ")
    applies = finding.applies_from
    return {
        "kind": str(finding.kind),
        "label": label,
        "citation": finding.citation,
        "tone": TONES.get(str(finding.kind), "neutral"),
        "applies_from": applies.isoformat() if applies else None,
        "confidence": str(finding.confidence),
    }


def _undecided(classification: Classification, person: User) -> Classification:
    row = (
        Classification.objects.select_for_update(of=("self",))
        .select_related("system__log")
        .get(pk=classification.pk)
    )
    if row.author_id == person.pk:
        raise ApprovalRefused(
            _("You answered these questions yourself. A second person decides.")
        )
    if row.state != Classification.State.PROPOSED:
        raise ApprovalRefused(
            _("It was decided on %(at)s already; reload the page.")
            % {"at": f"{row.decided_at:%d %b %Y}"}
        )
    return row

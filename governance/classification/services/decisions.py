"""Proposing, approving and returning a classification.

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
from governance.classification.contents.findings import told
from governance.classification.contents.provenance import Provenance
from governance.classification.models import Classification, ClassificationDraft
from governance.classification.selectors import standing
from governance.law.classify import classify
from governance.law.verdict import Finding, Verdict
from registry.people.models import User
from registry.systems.models import AISystem
from registry.systems.services import FactsWrong


class ApprovalRefused(FactsWrong):
    """The act is not the person's to do, or comes too late; the text says why."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__({field: reason})


class ProposalRefused(ApprovalRefused):
    """A verdict that can be looked at and cannot be a system's classification."""


def digest_of(
    answers: Mapping[str, Any],
    verdict: Mapping[str, Any],
    provenance: Provenance | None = None,
) -> str:
    """SHA-256 of answers, their provenance and the verdict: what approval is bound to.

    Without a provenance it is that of the two alone, as rows from before have it.
    """
    bound = {"answers": answers, "verdict": verdict}
    if provenance:
        bound["provenance"] = provenance
    return sha256(orjson.dumps(bound, option=orjson.OPT_SORT_KEYS)).hexdigest()


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
    provenance: Provenance | None = None,
) -> Classification:
    """Record what the Act makes of the system, and why, as it stood on that day.

    `provenance` says of answers who gave them, when, and how they know. The row waits
    for a second person. Raises AnswersInvalid and EditionUnknown, and ProposalRefused
    for a day to come and for an edition that is not the law on the day: such verdicts
    are for looking ahead, never what is said of a system.
    """
    verdict = classify(answers, on, edition)
    _demand_law_in_force(verdict, at)
    frozen = verdict.as_json()
    known = {f: r for f, r in (provenance or {}).items() if f in answers}
    classification = Classification.objects.create(
        system=system,
        made_at=at,
        on=on,
        edition=verdict.edition,
        answers=dict(answers),
        provenance=known,
        verdict=frozen,
        digest=digest_of(dict(answers), frozen, known),
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
    *,
    classification: Classification,
    approver: User,
    by: Actor,
    at: datetime,
    read_sha256: str | None = None,
) -> Classification:
    """Approve as a second person; the findings become the system's tags.

    `read_sha256` is the digest of what the approver has read; None when the caller
    read the row itself. Raises ApprovalRefused for the author, when it was decided
    already, and when the digest is not that of what is stored.
    """
    row = _undecided(classification, approver)
    stored = digest_of(row.answers, row.verdict, row.provenance)
    if row.digest != stored or read_sha256 not in (None, stored):
        raise ApprovalRefused(
            _("This is not the text that you have read. Read it again.")
        )
    row.state = Classification.State.APPROVED
    row.decided_by, row.decided_at = approver, at
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _show_findings(row.system)
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
        reason = _("Say what the author should look at again.")
        raise ApprovalRefused(reason, "note")
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


def tag_of(finding: Finding) -> dict[str, Any]:
    """A finding as the tag that lists and headers show."""
    said, applies = told(finding), finding.applies_from
    return {
        "kind": str(finding.kind),
        "label": said.label,
        "citation": said.citation,
        "tone": said.tone,
        "applies_from": applies.isoformat() if applies else None,
        "confidence": str(finding.confidence),
    }


def _demand_law_in_force(verdict: Verdict, at: datetime) -> None:
    if verdict.hypothetical:
        raise ProposalRefused(
            _("This edition is not the law on that day. It can be looked at, not "
              "proposed: choose the law in force.")
        )  # fmt: skip
    if verdict.on > at.date():
        raise ProposalRefused(
            _("That day is still to come. It can be looked at, not proposed: choose "
              "today.")
        )  # fmt: skip


def _show_findings(system: AISystem) -> None:
    """Write the findings of the classification that counts as the system's tags."""
    # ORDER: of two that are approved at once, the second sees the first.
    AISystem.objects.select_for_update(of=("self",)).get(pk=system.pk)
    current = standing(system)
    if current is not None:
        found = Verdict.from_json(current.verdict).established
        AISystem.objects.filter(pk=system.pk).update(
            findings=[tag_of(finding) for finding in found]
        )


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

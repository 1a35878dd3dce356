"""Recording that the market surveillance authority was told (Art. 27(3))."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.fria.models import AuthorityNotification, ImpactAssessment
from registry.documents.models import Document
from registry.operators.services import FactsWrong
from registry.people.models import User


@transaction.atomic
def record_notification(
    *,
    assessment: ImpactAssessment,
    facts: Mapping[str, Any],
    author: User,
    by: Actor,
    at: datetime,
) -> AuthorityNotification:
    """Record a notification, or why Art. 46(1) exempts from it.

    `facts`: kind, authority, member_state, told_on, reference, reason, document.
    Only what is approved can be notified. Raises FactsWrong for a version that is not,
    a day to come, an exemption without a reason and a file of another system.
    """
    document: Document | None = facts.get("document")
    reason = facts.get("reason", "").strip()
    wrong: dict[str, str] = {}
    if assessment.state != ImpactAssessment.State.APPROVED:
        wrong[""] = _("This version is not approved. Its results cannot be notified.")
    if facts["told_on"] > timezone.localdate(at):
        wrong["told_on"] = _("That day is still to come.")
    if facts["kind"] == AuthorityNotification.Kind.EXEMPT and not reason:
        wrong["reason"] = _("Say which authorisation of Art. 46(1) exempts from it.")
    if document and document.system_id != assessment.system_id:
        wrong["document"] = _("The file has to be a document of this system.")
    if wrong:
        raise FactsWrong(wrong)
    made = AuthorityNotification.objects.create(
        assessment=assessment,
        kind=facts["kind"],
        authority=facts["authority"].strip(),
        member_state=facts["member_state"],
        told_on=facts["told_on"],
        reference=facts.get("reference", "").strip(),
        reason=reason,
        document=document,
        recorded_by=author,
        recorded_at=at,
    )
    record(
        log=assessment.system.log,
        verb="impact_assessment.notified",
        subject=made,
        by=by,
        at=at,
        details={
            "assessment": str(assessment.pk),
            "sha256": assessment.digest,
            "kind": made.kind,
            "authority": made.authority,
            "member_state": made.member_state,
            "told_on": made.told_on.isoformat(),
            "reference": made.reference,
            "file_sha256": document.sha256 if document else "",
        },
    )
    return made

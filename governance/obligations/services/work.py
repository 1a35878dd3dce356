"""Working on duties: beginning, submitting evidence, saying that one does not apply."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor
from governance.obligations.models import Obligation, Period
from governance.obligations.services.acts import (
    LIMIT,
    ActRefused,
    locked,
    note,
    period_in,
)
from registry.documents.models import Document
from registry.people.models import User

OPEN = (Period.State.OPEN, Period.State.IN_PROGRESS)


@transaction.atomic
def start(*, period: Period, revision: int, by: Actor, at: datetime) -> Period:
    """Say that somebody works on it."""
    row = locked(period.obligation, revision)
    told = _("It was begun already; nothing changed.")
    found = period_in(row, period, (Period.State.OPEN,), told)
    found.state = Period.State.IN_PROGRESS
    found.save(update_fields=["state"])
    note(row, "started", by, at, period=found.number)
    return found


@transaction.atomic
def submit_evidence(
    *,
    period: Period,
    documents: Sequence[Document],
    links: Sequence[dict[str, str]],
    text: str,
    submitter: User,
    revision: int,
    by: Actor,
    at: datetime,
) -> Period:
    """Submit evidence; another person accepts it or returns it.

    Raises ActRefused without a document, a link or a note, and for a document of
    another system.
    """
    if not (documents or links or text.strip()):
        raise ActRefused(
            _("Choose a document, a thing of the product, or write a note.")
        )
    if len(text) > LIMIT:
        raise ActRefused(_("A note has at most 10,000 characters."), "text")
    row = locked(period.obligation, revision)
    if any(document.system_id != row.system_id for document in documents):
        raise ActRefused(
            _("Evidence has to be a document of this system."), "documents"
        )
    found = _open(row, period)
    found.state = Period.State.SUBMITTED
    found.note, found.links = text.strip(), list(links)
    found.not_applicable_reason = ""
    _sign(found, submitter, at)
    found.documents.set(documents)
    note(
        row, "submitted", by, at,
        period=found.number, note=found.note,
        links=[f"{link['kind']}:{link['id']}" for link in links],
        documents={str(d.pk): d.sha256 for d in documents},
    )  # fmt: skip
    return found


@transaction.atomic
def say_not_applicable(
    *,
    period: Period,
    reason: str,
    submitter: User,
    revision: int,
    by: Actor,
    at: datetime,
) -> Period:
    """Say why a duty does not apply here; a second person has to agree."""
    if not reason.strip():
        raise ActRefused(_("Say why it does not apply."), "reason")
    row = locked(period.obligation, revision)
    found = _open(row, period)
    found.state = Period.State.SAID_NOT_APPLICABLE
    found.not_applicable_reason = reason.strip()
    _sign(found, submitter, at)
    note(
        row, "said_not_applicable", by, at,
        period=found.number, reason=found.not_applicable_reason,
    )  # fmt: skip
    return found


def _open(row: Obligation, period: Period) -> Period:
    told = _("It was submitted already, or decided; reload the page.")
    return period_in(row, period, OPEN, told)


def _sign(found: Period, submitter: User, at: datetime) -> None:
    """Whoever submits takes the place of who decided about what was before."""
    found.submitted_by, found.submitted_at = submitter, at
    found.decided_by, found.decided_at, found.decision_note = None, None, ""
    found.save()

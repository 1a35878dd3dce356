"""Acts on the technical documentation (Art. 11, Annex IV).

One text per leaf and system version; editing an approved text makes it a draft
again, and approval is bound to the SHA-256 of what was read.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.documentation.models import AnnexText
from governance.law.load import annex_iv
from registry.documents.models import Document
from registry.people.models import User
from registry.systems.models import SystemVersion
from registry.systems.services import EditedMeanwhile

LIMIT = 50_000
LEAVES = {leaf.id: leaf for leaf in annex_iv()}


class TextRefused(Exception):
    """The text or its approval cannot be taken; the text says why."""


@transaction.atomic
def write_text(
    *,
    version: SystemVersion,
    leaf: str,
    text: str,
    evidence: Sequence[Document],
    author: User,
    revision: int,
    by: Actor,
    at: datetime,
    not_applicable_reason: str = "",
) -> AnnexText:
    """Write or rewrite the text of one leaf; it becomes a draft.

    With `not_applicable_reason` the text says why the leaf does not apply: that
    too waits for a second person. Raises EditedMeanwhile when somebody else wrote
    since `revision` was read.
    """
    if leaf not in LEAVES:
        raise TextRefused(_("Annex IV has no such point."))
    if not text.strip() and not not_applicable_reason.strip():
        raise TextRefused(_("Write the text, or say why the point does not apply."))
    if len(text) > LIMIT or len(not_applicable_reason) > LIMIT:
        raise TextRefused(_("A text has at most 50,000 characters."))
    row = _locked(version, leaf, author, at)
    if row.revision != revision:
        raise EditedMeanwhile
    row.text, row.author, row.written_at = text.strip(), author, at
    row.not_applicable_reason = not_applicable_reason.strip()
    row.state, row.revision = AnnexText.State.DRAFT, row.revision + 1
    row.approved_by, row.approved_at, row.approved_sha256 = None, None, ""
    row.save()
    row.evidence.set(evidence)
    record(
        log=version.system.log,
        verb="annex_text.written",
        subject=row,
        by=by,
        at=at,
        details={"leaf": leaf, "version": version.name, "sha256": digest_of(row)},
    )
    return row


@transaction.atomic
def approve_text(
    *, text: AnnexText, read_sha256: str, approver: User, by: Actor, at: datetime
) -> AnnexText:
    """Approve the text that was read, as a second person.

    A text that says why its leaf does not apply becomes "not applicable". Raises
    TextRefused for the author, and when the text changed since it was read.
    """
    row = (
        AnnexText.objects.select_for_update(of=("self",))
        .select_related("version__system__log")
        .get(pk=text.pk)
    )
    if row.author_id == approver.pk:
        raise TextRefused(_("You wrote this text yourself. A second person approves."))
    if digest_of(row) != read_sha256:
        raise TextRefused(_("The text has changed since you read it. Read it again."))
    row.state = (
        AnnexText.State.NOT_APPLICABLE
        if row.not_applicable_reason
        else AnnexText.State.APPROVED
    )
    row.approved_by, row.approved_at, row.approved_sha256 = approver, at, read_sha256
    row.save()
    record(
        log=row.version.system.log,
        verb="annex_text.approved",
        subject=row,
        by=by,
        at=at,
        details={"leaf": row.leaf, "sha256": read_sha256, "state": row.state},
    )
    return row


def digest_of(row: AnnexText) -> str:
    """SHA-256 of the leaf's text and reason: what an approval is bound to."""
    parts = (row.leaf, row.text, row.not_applicable_reason)
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _locked(version: SystemVersion, leaf: str, author: User, at: datetime) -> AnnexText:
    rows = AnnexText.objects.select_for_update().filter(version=version, leaf=leaf)
    found = rows.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return AnnexText.objects.create(
                version=version, leaf=leaf, author=author, written_at=at
            )
    except IntegrityError as error:
        raise EditedMeanwhile from error

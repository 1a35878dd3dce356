"""Acts on the technical documentation (Art. 11, Annex IV).

One text per leaf and system version; editing an approved text makes it a draft
again, and approval is bound to the SHA-256 of what was read.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.documentation.encoding import digest_of
from governance.documentation.models import AnnexText
from governance.documentation.selectors import LEAVES
from registry.documents.models import Document
from registry.people.models import User
from registry.systems.models import SystemVersion
from registry.systems.services import EditedMeanwhile, FactsWrong

__all__ = [
    "LIMIT",
    "EditedMeanwhile",
    "TextRefused",
    "approve_text",
    "copy_texts",
    "digest_of",
    "write_text",
]
LIMIT = 50_000


class TextRefused(FactsWrong):
    """The text or its approval cannot be taken; the text says why."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__({field: reason})


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
    too waits for a second person. Writing what is there already changes nothing.
    Raises EditedMeanwhile when somebody else wrote since `revision` was read, and
    TextRefused.
    """
    _check(version, leaf, (text, not_applicable_reason), evidence)
    row = _locked(version, leaf, author, at)
    if row.revision != revision:
        raise EditedMeanwhile(row)
    before = digest_of(row) if revision else ""
    row.text, row.not_applicable_reason = text.strip(), not_applicable_reason.strip()
    row.evidence.set(evidence)
    after = digest_of(row)
    if before == after:
        return AnnexText.objects.get(pk=row.pk)
    row.author, row.written_at = author, at
    row.state, row.revision = AnnexText.State.DRAFT, row.revision + 1
    row.approved_by, row.approved_at, row.approved_sha256 = None, None, ""
    row.save()
    record(
        log=version.system.log,
        verb="annex_text.written",
        subject=row,
        by=by,
        at=at,
        details={"leaf": leaf, "version": version.name, "sha256": after},
    )
    return row


@transaction.atomic
def approve_text(
    *, text: AnnexText, read_sha256: str, approver: User, by: Actor, at: datetime
) -> AnnexText:
    """Approve the text that was read, as a second person.

    A text that says why its leaf does not apply becomes "not applicable". Raises
    TextRefused for the author, when the text changed since it was read, and when it
    is approved already.
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
    if row.state != AnnexText.State.DRAFT:
        raise TextRefused(_("Somebody has approved it already; nothing changed."))
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
        details={
            "leaf": row.leaf,
            "version": row.version.name,
            "sha256": read_sha256,
            "state": row.state,
        },
    )
    return row


@transaction.atomic
def copy_texts(
    *,
    source: SystemVersion,
    target: SystemVersion,
    author: User,
    by: Actor,
    at: datetime,
) -> list[AnnexText]:
    """Take the texts of another version of the system over, as drafts.

    Whoever takes them over states them of this version, so a second person approves
    them anew. Raises TextRefused when the target has texts, or there is nothing to
    take.
    """
    if source.system_id != target.system_id or source.pk == target.pk:
        raise TextRefused(_("Choose another version of the same system."))
    # ORDER: two who copy at once wait here; the second finds the texts of the first.
    SystemVersion.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if AnnexText.objects.filter(version=target).exists():
        raise TextRefused(_("This version has texts already; they were left alone."))
    made = []
    for old in AnnexText.objects.filter(version=source).order_by("leaf"):
        new = AnnexText.objects.create(
            version=target,
            leaf=old.leaf,
            text=old.text,
            not_applicable_reason=old.not_applicable_reason,
            author=author,
            written_at=at,
            revision=1,
        )
        new.evidence.set(old.evidence.all())
        made.append(new)
    if not made:
        raise TextRefused(_("That version has no texts."))
    record(
        log=target.system.log,
        verb="annex_texts.copied",
        subject=target,
        by=by,
        at=at,
        details={
            "from": source.name,
            "to": target.name,
            "sha256": {row.leaf: digest_of(row) for row in made},
        },
    )
    return made


def _check(
    version: SystemVersion,
    leaf: str,
    texts: tuple[str, str],
    evidence: Sequence[Document],
) -> None:
    if leaf not in LEAVES:
        raise TextRefused(_("Annex IV has no such point."))
    if not any(text.strip() for text in texts):
        reason = _("Write the text, or say why the point does not apply.")
        raise TextRefused(reason, "text")
    if any(len(text) > LIMIT for text in texts):
        raise TextRefused(_("A text has at most 50,000 characters."), "text")
    if any(document.system_id != version.system_id for document in evidence):
        reason = _("Evidence has to be a document of this system.")
        raise TextRefused(reason, "evidence")


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
        raise EditedMeanwhile(rows.get()) from error

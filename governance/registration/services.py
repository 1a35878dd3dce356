"""Acts on drafts for the EU database: write, hand out, state what was submitted.

Nothing is ever sent from here. The trail keeps digests and never a text: what Art.
49(4) keeps from the public must not stand where every role reads.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.registration.contents.drafts import Draft, DraftField
from governance.registration.encoding import digest_of
from governance.registration.models import (
    Registration,
    RegistrationSubmission,
    RegistrationText,
)
from governance.registration.render.files import KINDS
from governance.registration.render.words import Export
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.models import User
from registry.systems.models import AISystem

LIMIT = 10_000


@transaction.atomic
def write_text(
    *,
    draft: Draft,
    field: str,
    text: str,
    author: User,
    revision: int,
    by: Actor,
    at: datetime,
    not_applicable: bool = False,
    reason: str = "",
) -> RegistrationText:
    """Put a text in the place of what the register says for a field.

    Neither a text nor `not_applicable`: what the register says counts again. Raises
    EditedMeanwhile when somebody wrote since `revision` was read, and FactsWrong.
    """
    asked = next((each for each in draft.fields if each.asks.id == field), None)
    if asked is None:
        raise FactsWrong({"": _("This section does not ask for such a field.")})
    text, reason = text.strip(), reason.strip()
    _check(asked, text, reason, not_applicable=not_applicable)
    parent = _begun(draft)
    rows = RegistrationText.objects.filter(registration=parent, field=field)
    newest = rows.select_related("author").order_by("-revision").first()
    if newest and newest.revision != revision:
        raise EditedMeanwhile(newest)
    said = (text, not_applicable, reason)
    if newest and said == (newest.text, newest.not_applicable, newest.reason):
        return newest
    row = RegistrationText.objects.create(
        registration=parent,
        field=field,
        revision=(newest.revision if newest else 0) + 1,
        text=text,
        not_applicable=not_applicable,
        reason=reason,
        author=author,
        written_at=at,
    )
    record(
        log=draft.system.log,
        verb="registration_text.written",
        subject=row,
        by=by,
        at=at,
        details={
            **_named(draft),
            "field": field,
            "revision": row.revision,
            "sha256": digest_of(
                {"text": text, "not_applicable": not_applicable, "reason": reason}
            ),
        },
    )
    return row


@transaction.atomic
def record_submission(
    *,
    draft: Draft,
    submitted_on: date,
    reference: str,
    read_sha256: str,
    stated_by: User,
    by: Actor,
    at: datetime,
    note: str = "",
) -> RegistrationSubmission:
    """Keep what a person states was submitted elsewhere, as the draft stands.

    Raises FactsWrong for a day to come, without a reference, and when the draft
    changed since it was read.
    """
    if submitted_on > at.date():
        raise FactsWrong({"submitted_on": _("This day is still to come.")})
    if not reference.strip():
        raise FactsWrong({"reference": _("Write the number that the register gave.")})
    parent = _begun(draft)
    if draft.digest != read_sha256:
        raise FactsWrong(
            {"": _("The draft has changed since you read it. Read it again.")}
        )
    row = RegistrationSubmission.objects.create(
        registration=parent,
        submitted_on=submitted_on,
        reference=reference.strip(),
        note=note.strip(),
        content=draft.content,
        digest=read_sha256,
        non_public=draft.section.non_public != "no",
        stated_by=stated_by,
        stated_at=at,
    )
    record(
        log=draft.system.log,
        verb="registration.stated_as_submitted",
        subject=row,
        by=by,
        at=at,
        details={
            **_named(draft),
            "submitted_on": submitted_on.isoformat(),
            "sha256": row.digest,
        },
    )
    return row


@transaction.atomic
def hand_out(
    *, system: AISystem, export: Export, kind: str, by: Actor, at: datetime
) -> bytes:
    """Make a file of a draft or a submission, and leave a trail entry of it."""
    content, data = export.content, KINDS[kind].make(export)
    record(
        log=system.log,
        verb="registration.exported",
        subject=export.submission or system,
        by=by,
        at=at,
        details={
            "operator": content["operator"]["id"],
            "section": content["section"],
            "edition": content["edition"],
            "kind": kind,
            "sha256": export.digest,
        },
    )
    return data


def _check(asked: DraftField, text: str, reason: str, *, not_applicable: bool) -> None:
    if len(text) > LIMIT or len(reason) > LIMIT:
        raise FactsWrong({"text": _("A text has at most 10,000 characters.")})
    if not_applicable and asked.asks.required == "always":
        raise FactsWrong({"applies": _("The Act asks for this field in every case.")})
    if not_applicable and text:
        raise FactsWrong({"text": _("Write a text, or say that it does not apply.")})
    overrides = bool(text and asked.register.text and text != asked.register.text)
    if (not_applicable or overrides) and not reason:
        raise FactsWrong({"reason": _("Say why, for those who compare it later.")})


def _begun(draft: Draft) -> Registration:
    """The draft's row, locked: two who write at once wait for each other here."""
    found = {"operator": draft.operator, "section": draft.section.id}
    rows = Registration.objects.select_for_update().filter(system=draft.system)
    row = rows.filter(**found).first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            return Registration.objects.create(system=draft.system, **found)
    except IntegrityError:
        return rows.get(**found)


def _named(draft: Draft) -> dict[str, str]:
    return {
        "operator": str(draft.operator.pk),
        "section": draft.section.id,
        "edition": draft.found.edition,
    }

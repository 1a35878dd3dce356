"""Human oversight (Art. 14): reviews of predictions, each an entry of its own.

A second person's confirmation (Art. 14(5)) and a correction are new entries that
name the review they confirm or correct; nothing is edited.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audits.events.build import seen_before
from audits.events.contents import Written
from audits.events.encoding import canonical
from audits.events.services import Answer, body_mac, receipts
from audits.log.models import Log
from audits.log.services import Leaf, extend, lock_tail, stamp
from audits.oversight.models import Act, Review
from audits.payloads.contents import erasure_of
from audits.payloads.keys import Keys
from audits.payloads.models import Payload
from audits.payloads.selectors import forget_keys_of, keys_of, read_parts
from audits.payloads.services import seal_parts
from audits.trail.services import Actor

SESSION = "session"


class ReviewRefused(Exception):
    """The review contradicts the log: which field, and why."""

    def __init__(self, field: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.fix = fix


@dataclass(frozen=True, slots=True)
class ReviewOf:
    """What a person made of one prediction."""

    id: UUID
    prediction: UUID
    act: Act
    decided_at: datetime
    person: Actor
    human: bool
    authenticated_by: str
    shown_at: datetime | None = None
    output: Any = None
    reason_code: str = ""
    reason: str = ""
    confirms: UUID | None = None
    corrects: UUID | None = None


def record_review(*, log: Log, review: ReviewOf, body: bytes, now: datetime) -> Answer:
    """Append the review; the same id and body again has the same receipt.

    Raises ReviewRefused when the prediction is not in the log, when a confirmation
    comes from the same person, or when an override names no new output; IdConflict
    when the id came before with another body.
    """
    prediction_idx = _prediction_index(log, review.prediction)
    _check(log, review)
    mac = body_mac(log, body)
    keys = keys_of(log)
    with transaction.atomic():
        tail = lock_tail(log, [review.id])
        if tail.keys != keys.version:
            forget_keys_of(log)
            keys = keys_of(log)
        leaf = _leaf(
            review, prediction_idx, mac, keys, _tag_of(log, keys, prediction_idx)
        )
        indexes = seen_before(tail.seen, {review.id: leaf})
        new = [] if indexes else [leaf]
        appended = extend(tail, new, now) if new else None
        if appended is not None:
            Review.objects.create(
                log=log,
                log_class=log.log_class,
                idx=appended.first,
                review_id=review.id,
                prediction_id=review.prediction,
                prediction_idx=prediction_idx,
                act=review.act,
                reason_code=review.reason_code,
                shown_at=review.shown_at,
                decided_at=review.decided_at,
                human=review.human,
                authenticated_by=review.authenticated_by,
                person_name=review.person.name,
                person_role=review.person.role,
                confirms=review.confirms,
                corrects=review.corrects,
            )
        written = Written(log, new, appended, indexes)
    return receipts([review.id], written)


def _prediction_index(log: Log, prediction: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.idx FROM audits_event_id i JOIN audits_entry e"
            " ON e.log_id = i.log_id AND e.idx = i.idx AND e.type = 'prediction'"
            " WHERE i.log_id = %s AND i.event_id = %s",
            [log.pk, prediction],
        )
        row = cursor.fetchone()
    if row is None:
        raise ReviewRefused(
            "prediction",
            _("There is no prediction %(id)s in this log.") % {"id": prediction},
            _("Post the prediction first, or mend the id."),
        )
    index: int = row[0]
    return index


def _check(log: Log, review: ReviewOf) -> None:
    if review.shown_at is not None and review.decided_at < review.shown_at:
        raise ReviewRefused(
            "decided_at",
            _("It lies before the moment the output was shown."),
            _("Send the time of the decision."),
        )
    if review.act == Act.OVERRIDDEN and review.output is None:
        raise ReviewRefused(
            "output",
            _("An override needs the decision that replaces the output."),
            _("Send the new output, or another act (not used, disregarded)."),
        )
    for field, other in (("confirms", review.confirms), ("corrects", review.corrects)):
        if other is not None:
            _check_other(log, review, field, other)


def _check_other(log: Log, review: ReviewOf, field: str, other: UUID) -> None:
    earlier = Review.objects.filter(
        log=log, prediction_id=review.prediction, review_id=other
    ).first()
    if earlier is None:
        raise ReviewRefused(
            field,
            _("There is no review %(id)s of this prediction.") % {"id": other},
            _("Send the id of an earlier review of the same prediction."),
        )
    if field == "confirms" and _same_person(log, earlier, review.person):
        raise ReviewRefused(
            field,
            _("A confirmation comes from a second person (Art. 14(5))."),
            _("Ask another overseer."),
        )


def _same_person(log: Log, earlier: Review, person: Actor) -> bool:
    """By name or by id: somebody renamed since is still the same person."""
    if earlier.person_name == person.name:
        return True
    parts = {part.role: part.value() for part in read_parts(log, earlier.idx)}
    before = parts.get("person")
    return isinstance(before, dict) and before.get("id") == person.id


def _tag_of(log: Log, keys: Keys, idx: int) -> bytes:
    """The tag of whom the prediction is about: who is erased, is erased here too.

    Of an erased person it is the one under which new predictions are sealed, so that
    what is said late does not stay for ever.
    """
    row = Payload.objects.filter(log=log, idx=idx).values_list("key", flat=True).first()
    if row is not None:
        return row.to_bytes(8, "big", signed=True)
    erased = erasure_of(log, idx)
    return keys.nobodys_tag() if erased is None else keys.tag_after(erased.tag)


def _leaf(
    review: ReviewOf, prediction_idx: int, mac: bytes, keys: Keys, tag: bytes
) -> Leaf:
    person = {
        "id": review.person.id,
        "name": review.person.name,
        "role": review.person.role,
    }
    sealed = seal_parts(
        keys,
        {
            "decision": orjson.dumps(
                {
                    "output": review.output,
                    "reason": review.reason,
                    "reason_code": review.reason_code,
                }
            ),
            "person": orjson.dumps(person),
        },
        tag=tag,
        by_field=True,
    )
    core: dict[str, object] = {
        "act": review.act.value,
        "auth": review.authenticated_by,
        "decided": stamp(review.decided_at).decode(),
        "eid": str(review.id),
        "human": review.human,
        "kind": "oversight",
        "pay": sealed.pay,
        "ref": str(review.prediction),
        "ref_idx": prediction_idx,
        "rx": "",
        "type": "review",
        "v": 1,
    }
    if review.shown_at is not None:
        core["shown"] = stamp(review.shown_at).decode()
    if review.confirms is not None:
        core["conf"] = str(review.confirms)
    if review.corrects is not None:
        core["cor"] = str(review.corrects)
    before, after = canonical(core)
    return Leaf(
        before, after, "review", sealed.key, sealed.sealed,
        event_id=review.id, body_mac=mac, occurred_at=review.decided_at,
    )  # fmt: skip

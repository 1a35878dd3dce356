"""`POST /api/v1/oversight`: a service posts what a person made of a prediction."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from audits.events.api.bodies import read_body
from audits.events.api.door import taken_in
from audits.events.api.events import answered
from audits.events.api.problems import Problem, unprocessable
from audits.events.encoding import (
    FieldError,
    Instant,
    Name,
    Text,
    check_body,
    check_moment,
    field_error,
)
from audits.events.models import Scope
from audits.oversight.models import Act
from audits.oversight.services import ReviewOf, ReviewRefused, record_review
from audits.trail.services import Actor

AHEAD = timedelta(minutes=5)
Line = Annotated[str, msgspec.Meta(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Code = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Person(msgspec.Struct, forbid_unknown_fields=True):
    """The natural person who decided, as the posting service asserts them."""

    id: Name
    name: Name
    role: Line = ""


class PostedReview(msgspec.Struct, forbid_unknown_fields=True):
    """One review of one prediction (Art. 14(4)(d) and (e), 14(5))."""

    id: UUID
    prediction: UUID
    act: Act
    decided_at: Instant
    person: Person
    human: bool
    shown_at: Instant | None = None
    output: Any = None
    reason_code: Code = ""
    reason: Text = ""
    confirms: UUID | None = None
    corrects: UUID | None = None


decode_review = msgspec.json.Decoder(PostedReview).decode


@taken_in(Scope.OVERSIGHT_WRITE)
def post_review(holder: SourceKeyHolder, request: HttpRequest) -> HttpResponse:
    """Take in one review for the log of the key's source."""
    if request.META.get("QUERY_STRING"):
        raise Problem(
            400, _("Nothing was stored. This address has no parameters, no dry run.")
        )
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, _("Send one review as application/json."))
    body, now = read_body(request), timezone.now()
    review = _review(holder, body, now)
    try:
        return answered(
            record_review(log=holder.log, review=review, body=body, now=now)
        )
    except ReviewRefused as error:
        raise _wrong(error.field, error.reason, error.fix) from error


def _review(holder: SourceKeyHolder, body: bytes, now: datetime) -> ReviewOf:
    try:
        posted = decode_review(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        found = field_error(msgspec.MsgspecError(str(error)))
        raise _wrong(found.field, found.reason, found.fix) from error
    try:
        check_body(body)
        check_moment("decided_at", posted.decided_at)
        check_moment("shown_at", posted.shown_at)
    except FieldError as error:
        raise _wrong(error.field, error.reason, error.fix) from error
    try:
        orjson.dumps(posted.output)
    except TypeError as error:
        raise _wrong(
            "output", str(error), _("Send whole numbers beyond 64 bits as texts.")
        ) from error
    if posted.decided_at > now + AHEAD:
        raise _wrong(
            "decided_at", _("It lies in the future."), _("Set the service's clock.")
        )
    return ReviewOf(
        id=posted.id,
        prediction=posted.prediction,
        act=posted.act,
        decided_at=posted.decided_at,
        person=Actor(posted.person.id, posted.person.name, posted.person.role),
        human=posted.human,
        # The entry says who vouches for the person: not Probatum, but this key.
        authenticated_by=f"source {holder.prefix}",
        shown_at=posted.shown_at,
        output=posted.output,
        reason_code=posted.reason_code,
        reason=posted.reason,
        confirms=posted.confirms,
        corrects=posted.corrects,
    )


def _wrong(field: str, reason: str, fix: str) -> Problem:
    return unprocessable([{"field": field, "reason": reason, "fix": fix}])

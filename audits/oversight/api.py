"""`POST /api/v1/oversight`: a service posts what a person made of a prediction."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from audits.events.access import SourceKeyHolder
from audits.events.api import (
    Problem,
    answered,
    caller,
    conflict,
    read_body,
    unprocessable,
)
from audits.events.encoding import Instant, Name, Text, field_error
from audits.events.models import Scope
from audits.events.services import IdConflict
from audits.log.services import ClockWentBack
from audits.oversight.models import Act
from audits.oversight.services import ReviewOf, ReviewRefused, record_review
from audits.trail.services import Actor

AHEAD = timedelta(minutes=5)


class Person(msgspec.Struct, forbid_unknown_fields=True):
    """The natural person who decided, as the posting service asserts them."""

    id: Name
    name: Name
    role: Annotated[str, msgspec.Meta(max_length=120)] = ""


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
    reason_code: Annotated[str, msgspec.Meta(max_length=60)] = ""
    reason: Text = ""
    confirms: UUID | None = None
    corrects: UUID | None = None


decode_review = msgspec.json.Decoder(PostedReview).decode


@csrf_exempt
@login_not_required
def post_review(request: HttpRequest) -> HttpResponse:
    """Take in one review for the log of the key's source."""
    try:
        if request.method != "POST":
            detail = _("Post reviews here.")
            return Problem(
                405, _("Method not allowed"), detail, headers={"Allow": "POST"}
            ).response()
        holder = caller(request, Scope.OVERSIGHT_WRITE)
        return _record(holder, read_body(request))
    except Problem as error:
        return error.response()
    except ReviewRefused as error:
        entry = {"field": error.field, "reason": error.reason, "fix": error.fix}
        return unprocessable([entry]).response()
    except IdConflict as error:
        return conflict(error).response()
    except ClockWentBack as error:
        return Problem(503, _("Clock"), str(error)).response()


def _record(holder: SourceKeyHolder, body: bytes) -> HttpResponse:
    try:
        posted = decode_review(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        found = field_error(msgspec.MsgspecError(str(error)))
        raise unprocessable(
            [{"field": found.field, "reason": found.reason, "fix": found.fix}]
        ) from error
    now = timezone.now()
    if posted.decided_at > now + AHEAD:
        raise ReviewRefused(
            "decided_at", _("It lies in the future."), _("Set the service's clock.")
        )
    review = ReviewOf(
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
    return answered(record_review(log=holder.log, review=review, body=body, now=now))

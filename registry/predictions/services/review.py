"""Recording what a person signed in here makes of a prediction (Art. 14(4), 14(5)).

The form's ticket is made when the page is served and signed: it says which review
this will be, of which prediction, by whom, and when the output was shown. So the
time of showing cannot be edited, and a second click stores nothing twice.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.core import signing
from django.utils.translation import gettext as _

from audits.events.encoding import too_deep
from audits.oversight.models import Act
from audits.oversight.services import SESSION, ReviewOf, ReviewRefused, record_review
from audits.trail.services import Actor
from registry.predictions.access import Found
from registry.predictions.contents.event import contents_of

SALT = "predictions.review"
# LIMIT: a form that lay open for longer than a working day is shown again.
MAX_AGE = 12 * 3600


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a served form stands for."""

    id: UUID
    prediction: UUID
    person: str
    shown_at: datetime
    confirms: UUID | None = None
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person chose and wrote."""

    act: Act
    output: str = ""
    reason_code: str = ""
    reason: str = ""


def new_ticket(
    *,
    prediction: UUID,
    person: str,
    shown_at: datetime,
    confirms: UUID | None = None,
    corrects: UUID | None = None,
) -> str:
    """The signed text for one form that is served now."""
    data = {
        "id": str(uuid.uuid4()),
        "prediction": str(prediction),
        "person": person,
        "shown": shown_at.isoformat(),
        "confirms": str(confirms) if confirms else "",
        "corrects": str(corrects) if corrects else "",
    }
    return signing.dumps(data, salt=SALT)


def read_ticket(text: str, *, prediction: UUID, person: str) -> Ticket:
    """The ticket, when it is ours, fresh, and of this prediction and person."""
    again = ReviewRefused(
        "ticket",
        _("This form was opened too long ago, or by somebody else."),
        _("What you wrote is still here: read the prediction again, then send it."),
    )
    try:
        data: dict[str, str] = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature as error:
        raise again from error
    if data["prediction"] != str(prediction) or data["person"] != person:
        raise again
    return Ticket(
        UUID(data["id"]),
        prediction,
        person,
        datetime.fromisoformat(data["shown"]),
        confirms=UUID(data["confirms"]) if data["confirms"] else None,
        corrects=UUID(data["corrects"]) if data["corrects"] else None,
    )


def review_prediction(
    *, found: Found, ticket: Ticket, decision: Decision, by: Actor, at: datetime
) -> None:
    """Append the review to the log; the same ticket and decision again adds nothing.

    Raises ReviewRefused for what contradicts the log, IdConflict when the ticket
    was used for another decision.
    """
    output = new_output(found, decision.output) if decision.output else None
    body = orjson.dumps(
        {
            "act": decision.act,
            "confirms": ticket.confirms,
            "corrects": ticket.corrects,
            "id": ticket.id,
            "output": output,
            "prediction": ticket.prediction,
            "reason": decision.reason,
            "reason_code": decision.reason_code,
            "shown_at": ticket.shown_at,
        }
    )
    review = ReviewOf(
        id=ticket.id,
        prediction=ticket.prediction,
        act=decision.act,
        decided_at=at,
        person=by,
        human=True,
        authenticated_by=SESSION,
        shown_at=ticket.shown_at,
        output=output,
        reason_code=decision.reason_code,
        reason=decision.reason,
        confirms=ticket.confirms,
        corrects=ticket.corrects,
    )
    record_review(log=found.log, review=review, body=body, now=at)


def new_output(found: Found, text: str) -> Any:
    """What a person typed, in the shape of the output that it replaces.

    JSON stays JSON; a word becomes the decision or label of an output that has one.
    """
    try:
        typed: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        typed = text
    if too_deep(typed):
        raise ReviewRefused(
            "output", _("It is nested too deeply."), _("Write it flatter, or as words.")
        )
    before = contents_of(found.log, found.entry).value("output", "output")
    if isinstance(before, dict) and not isinstance(typed, dict):
        for key in ("decision", "label"):
            if key in before:
                return {key: typed}
    return typed

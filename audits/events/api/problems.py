"""Errors of the intake as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from structlog import get_logger

from audits.events.contents import IdConflict
from audits.events.encoding import FieldError
from audits.log.seal import NotSigned, SignerAway

logger = get_logger(__name__)
KIND = "application/problem+json"
DISK_FULL = "53100"  # PostgreSQL's code for it


class Problem(Exception):
    """An error that becomes problem details (RFC 9457).

    No type of ours stands behind it, so its title is the status's own phrase.
    """

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = more.pop("headers", {})
        self.body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            **more,
        }

    def encoded(self) -> bytes:
        """The problem details themselves, of the media type KIND."""
        return orjson.dumps(self.body)

    def response(self) -> HttpResponse:
        return HttpResponse(
            self.encoded(), status=self.status, content_type=KIND, headers=self.headers
        )


def unprocessable(errors: list[dict[str, Any]]) -> Problem:
    return Problem(
        422,
        _("Nothing of this request was stored. Mend what is listed and post it again."),
        errors=errors,
    )


def entry(at: int, error: FieldError) -> dict[str, Any]:
    """One wrong field of the event at a place of the request."""
    return {"event": at, "field": error.field, "reason": error.reason, "fix": error.fix}


def too_big(limit: int) -> Problem:
    return Problem(
        413,
        _("A request holds at most %(limit)s bytes, unpacked: send smaller batches.")
        % {"limit": limit},
    )


def conflict(error: IdConflict) -> Problem:
    return Problem(
        409,
        _("Event %(id)s is in the log, or twice in this request, with another body. "
          "Nothing was stored. An entry is never changed: post a correction under a "
          "new id.")
        % {"id": error.event_id},
        errors=[
            {"field": "id", "reason": str(error.event_id), "fix": _("Use a new id.")}
        ],
    )  # fmt: skip


def busy() -> Problem:
    return Problem(
        429,
        _("More wants to be written than the database takes just now. Nothing of this "
          "request was stored: post it again after the seconds in Retry-After."),
        headers={"Retry-After": "1"},
    )  # fmt: skip


def unsigned(error: SignerAway | NotSigned) -> Problem:
    """What was posted is in the log, but no receipt can be given."""
    logger.error("stored_but_not_signed", reason=str(error))
    if isinstance(error, NotSigned):
        return Problem(
            503,
            _("Everything of this request is stored, but the signer refuses to sign "
              "the log: %(why)s. Your administrator has to look into it; then post the "
              "same again for the receipt.") % {"why": error},
            headers={"Retry-After": "60"},
        )  # fmt: skip
    return Problem(
        503,
        _("Everything of this request is stored, but not yet signed: the signer does "
          "not answer. Post the same again for the receipt."),
        headers={"Retry-After": "2"},
    )  # fmt: skip


def clock_is_wrong(error: Exception) -> Problem:
    return Problem(503, str(error), headers={"Retry-After": "60"})


def unavailable(error: InterfaceError | OperationalError) -> Problem:
    logger.error("database_does_not_serve", exc_info=error)
    is_full = getattr(error.__cause__, "sqlstate", "") == DISK_FULL
    return Problem(
        503,
        _("The disk of the database is full. Nothing of this request was stored: make "
          "room there, then post it again.")
        if is_full
        else _("The database does not answer, and it is not known whether this request "
               "was stored. Post it again: what is stored already comes back as a "
               "duplicate with its first receipt."),
        headers={"Retry-After": "5"},
    )  # fmt: skip

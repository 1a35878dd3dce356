"""`POST /api/v1/events`: HTTP in, one call, HTTP out. No ORM, no serializer."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from structlog import get_logger

from audits.events.access import SourceKeyHolder, presented_key, source_key
from audits.events.build import IdConflict
from audits.events.encoding import (
    FieldError,
    check,
    check_body,
    decode_event,
    decode_list,
    field_error,
)
from audits.events.models import Scope
from audits.events.services import Answer, Posted, append_batch
from audits.log.services import ClockWentBack

logger = get_logger(__name__)
DISK_FULL = "53100"  # PostgreSQL's code for it
# LIMIT: a request with many wrong events names the first so many, not all.
ERRORS_SHOWN = 20

View = Callable[[HttpRequest], HttpResponse]
Act = Callable[[SourceKeyHolder, HttpRequest], Answer]


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

    def response(self) -> HttpResponse:
        return HttpResponse(
            orjson.dumps(self.body),
            status=self.status,
            content_type="application/problem+json",
            headers=self.headers,
        )


def caller(request: HttpRequest, scope: Scope) -> SourceKeyHolder:
    """The source whose key was shown; Problem 405, 401 or 403 otherwise."""
    if request.method != "POST":
        raise Problem(405, _("Only POST."), headers={"Allow": "POST"})
    key = presented_key(request.META.get("HTTP_AUTHORIZATION", ""))
    holder = source_key(key) if key else None
    if holder is None:
        raise Problem(
            401,
            _("Send the key of an event source: Authorization: Bearer KEY. It may be "
              "unknown, revoked or expired."),
            headers={"WWW-Authenticate": 'Bearer realm="Probatum"'},
        )  # fmt: skip
    if not holder.may(scope):
        raise Problem(
            403,
            _("This key lacks the scope %(scope)s.") % {"scope": scope.value},
        )
    return holder


def read_body(request: HttpRequest) -> bytes:
    """The body, within the limit; Problem 413, 415 or 400 otherwise."""
    limit = settings.EVENTS_MAX_BYTES
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
    if encoding.lower() != "identity":
        raise Problem(
            415,
            _("The body is encoded as %(encoding)s. Send it as it is.")
            % {"encoding": encoding[:40]},
        )
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise _too_big(limit)
        body = request.body
    except (RequestDataTooBig, ValueError) as error:
        raise _too_big(limit) from error
    except UnreadablePostError as error:
        raise Problem(400, _("The body ended early; nothing was stored.")) from error
    if len(body) > limit:
        raise _too_big(limit)
    return body


def _too_big(limit: int) -> Problem:
    return Problem(
        413,
        _("A request holds at most %(limit)s bytes: send smaller batches.")
        % {"limit": limit},
    )


def split_body(body: bytes, content_type: str) -> list[bytes]:
    """The exact bytes of each event in the request."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"application/x-ndjson", "application/jsonl"}:
        return [line.strip() for line in body.splitlines() if line.strip()]
    if kind != "application/json":
        raise Problem(
            415,
            _("Send application/json (an event, or an array) or application/x-ndjson."),
        )
    stripped = body.strip()
    if not stripped.startswith(b"["):
        return [stripped]
    try:
        return [bytes(raw) for raw in decode_list(stripped)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(
            400,
            _("The body is not a JSON array: %(why)s") % {"why": error},
        ) from error


def parse_events(bodies: Sequence[bytes], now: datetime) -> list[Posted]:
    """The events, all of them right; Problem 422 names the wrong ones."""
    if not bodies:
        raise Problem(422, _("The request holds no event."))
    if len(bodies) > settings.EVENTS_MAX_COUNT:
        raise Problem(
            413,
            _("A request holds at most %(most)s events, this one %(found)s.")
            % {"most": settings.EVENTS_MAX_COUNT, "found": len(bodies)},
        )
    posted, errors = [], []
    for at, body in enumerate(bodies):
        try:
            event = decode_event(body)
            check_body(body)
            check(event, now)
            posted.append(Posted(event, body))
        except FieldError as error:
            errors.append(_entry(at, error))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            errors.append(_entry(at, field_error(msgspec.MsgspecError(str(error)))))
        if len(errors) >= ERRORS_SHOWN:
            break
    if errors:
        raise unprocessable(errors)
    return posted


def unprocessable(errors: list[dict[str, Any]]) -> Problem:
    return Problem(
        422,
        _("Nothing of this request was stored. Mend what is listed and post it again."),
        errors=errors,
    )


def _entry(at: int, error: FieldError) -> dict[str, Any]:
    return {"event": at, "field": error.field, "reason": error.reason, "fix": error.fix}


def answered(answer: Answer) -> HttpResponse:
    """201 when anything is new, else 200."""
    body = {
        "log": answer.log.origin,
        "checkpoint": answer.checkpoint,
        "hashes": [b64encode(each).decode() for each in answer.hashes],
        "events": [
            {
                "id": str(receipt.id),
                "status": receipt.status,
                "index": receipt.index,
                "leaf_hash": receipt.leaf_hash.hex(),
                "path": receipt.path,
                "flags": receipt.flags,
            }
            for receipt in answer.receipts
        ],
    }
    return HttpResponse(
        orjson.dumps(body),
        status=201 if answer.any_new else 200,
        content_type="application/json",
    )


def conflict(error: IdConflict) -> Problem:
    return Problem(
        409,
        _("Event %(id)s is in the log with another body. Nothing was stored. An entry "
          "is never changed: post a correction under a new id.")
        % {"id": error.event_id},
        errors=[
            {"field": "id", "reason": str(error.event_id), "fix": _("Use a new id.")}
        ],
    )  # fmt: skip


def _unavailable(error: InterfaceError | OperationalError) -> Problem:
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


def taken_in(scope: Scope) -> Callable[[Act], View]:
    """Make a view of an act: POST only, a key with the scope, errors as problems."""

    def wrap(act: Act) -> View:
        @csrf_exempt
        @login_not_required
        @wraps(act)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                return answered(act(caller(request, scope), request))
            except IdConflict as error:
                return conflict(error).response()
            except ClockWentBack as error:
                again = {"Retry-After": "60"}
                return Problem(503, str(error), headers=again).response()
            except (InterfaceError, OperationalError) as error:
                return _unavailable(error).response()
            except Problem as error:
                return error.response()

        return view

    return wrap


@taken_in(Scope.EVENTS_WRITE)
def post_events(holder: SourceKeyHolder, request: HttpRequest) -> Answer:
    """Take in one event, an array, or lines of JSON, for the key's own log."""
    now = timezone.now()
    bodies = split_body(read_body(request), request.META.get("CONTENT_TYPE", ""))
    posted = parse_events(bodies, now)
    return append_batch(source=holder.source, log=holder.log, posted=posted, now=now)

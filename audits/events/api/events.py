"""`POST /api/v1/events`: HTTP in, one call, HTTP out. No ORM, no serializer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from audits.events.api.bodies import read_body
from audits.events.api.door import is_dry_run, taken_in
from audits.events.api.problems import Problem, entry, unprocessable
from audits.events.encoding import (
    Event,
    FieldError,
    check_body,
    decode_list,
    field_error,
)
from audits.events.formats import cloudevents, plain
from audits.events.models import Scope
from audits.events.services import Answer, Posted, append_batch, rehearse

# LIMIT: a request with many wrong events names the first so many, not all.
ERRORS_SHOWN = 20

Decode = Callable[[bytes, datetime], Event]


@taken_in(Scope.EVENTS_WRITE)
def post_events(holder: SourceKeyHolder, request: HttpRequest) -> HttpResponse:
    """Take in one event, an array, lines of JSON or CloudEvents, for the key's log."""
    now = timezone.now()
    is_dry = is_dry_run(request)
    bodies, decode = split_body(read_body(request), request.META)
    posted = parse_events(bodies, now, decode)
    if is_dry:
        return rehearsed(rehearse(holder.source, holder.log, posted, now))
    return answered(
        append_batch(source=holder.source, log=holder.log, posted=posted, now=now)
    )


def split_body(body: bytes, meta: dict[str, Any]) -> tuple[list[bytes], Decode]:
    """The exact bytes of each event in the request, and what reads them."""
    kind = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if "HTTP_CE_SPECVERSION" in meta and not kind.startswith(cloudevents.ANY):
        return [_out_of_headers(body, meta)], cloudevents.decode
    if kind not in FORMATS:
        raise Problem(
            415,
            _("Send application/json (an event, or an array), application/x-ndjson, "
              "application/cloudevents+json or application/cloudevents-batch+json."),
        )  # fmt: skip
    split, decode = FORMATS[kind]
    return split(body), decode


def one_or_many(body: bytes) -> list[bytes]:
    stripped = body.strip()
    return elements(stripped) if stripped.startswith(b"[") else [stripped]


def elements(body: bytes) -> list[bytes]:
    """The exact bytes of each element of an array; Problem 400 if it is none."""
    try:
        return [bytes(raw) for raw in decode_list(body)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(
            400,
            _("The body is not a JSON array: %(why)s") % {"why": _why(body, error)},
        ) from error


def _why(body: bytes, error: Exception) -> str:
    """What is wrong with a body, if we know it better than its reader."""
    try:
        check_body(body)
    except FieldError as found:
        return f"{found.reason} {found.fix}"
    return str(error)


FORMATS: dict[str, tuple[Callable[[bytes], list[bytes]], Decode]] = {
    "application/json": (one_or_many, plain.decode),
    "application/x-ndjson": (plain.lines, plain.decode),
    "application/jsonl": (plain.lines, plain.decode),
    cloudevents.ONE: (lambda body: [body.strip()], cloudevents.decode),
    cloudevents.MANY: (elements, cloudevents.decode),
}


def _out_of_headers(body: bytes, meta: dict[str, Any]) -> bytes:
    try:
        return cloudevents.out_of_headers(meta, body)
    except FieldError as error:
        raise unprocessable([entry(0, error)]) from error


def parse_events(
    bodies: Sequence[bytes], now: datetime, decode: Decode
) -> list[Posted]:
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
            posted.append(Posted(decode(body, now), body))
        except FieldError as error:
            errors.append(entry(at, error))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            errors.append(entry(at, field_error(msgspec.MsgspecError(str(error)))))
        if len(errors) >= ERRORS_SHOWN:
            break
    if errors:
        raise unprocessable(errors)
    return posted


def answered(answer: Answer) -> HttpResponse:
    """201 when anything is new, else 200."""
    status, body = encoded(answer)
    return HttpResponse(body, status=status, content_type="application/json")


def encoded(answer: Answer) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    body = {
        "log": answer.log.origin,
        "checkpoint": answer.checkpoint,
        "hashes": answer.hashes,
        "events": answer.receipts,
    }
    return 201 if answer.any_new else 200, msgspec.json.encode(body)


def rehearsed(events: Sequence[dict[str, Any]]) -> HttpResponse:
    """200, and what would have become of each event."""
    return HttpResponse(
        orjson.dumps({"dry_run": True, "events": events}),
        content_type="application/json",
    )

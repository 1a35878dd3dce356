"""`POST /api/v1/otlp/v1/traces` and `/logs`: what OTLP exporters post, and are told.

An exporter reads no receipt and mends nothing: what is no prediction is refused in
`partialSuccess` and the rest is stored. Receipts are there by GET.
"""

from collections import Counter
from datetime import datetime

import msgspec
import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from audits.events.api.bodies import read_body
from audits.events.api.door import is_dry_run, taken_in
from audits.events.api.problems import Problem
from audits.events.encoding import FieldError
from audits.events.formats import genai, otlp
from audits.events.formats.otlp import JSON, LOGS, PROTOBUF, TRACES, Signal
from audits.events.formats.protobuf import Malformed, TooMany
from audits.events.models import Scope
from audits.events.services import Posted, append_apart, rehearse, told_apart

# LIMIT: what many records share is kept with each of them; all together they hold at
# most so many times what a request does.
MOST_TIMES = 8
# LIMIT: a message names so many kinds of faults, each with how often it came.
REASONS_SHOWN = 10

Refusals = Counter[str]


def as_status(problem: Problem, request: HttpRequest) -> HttpResponse:
    """An error as OTLP wants it; whoever knows problem details finds their words."""
    kind = PROTOBUF if _kind(request) == PROTOBUF else JSON
    return HttpResponse(
        otlp.status(kind, problem.body["detail"]),
        status=problem.status,
        content_type=kind,
        headers=problem.headers,
    )


@taken_in(Scope.EVENTS_WRITE, as_status)
def post_traces(holder: SourceKeyHolder, request: HttpRequest) -> HttpResponse:
    """Take in the spans that are inferences, for the key's own log."""
    return _export(TRACES, holder, request)


@taken_in(Scope.EVENTS_WRITE, as_status)
def post_logs(holder: SourceKeyHolder, request: HttpRequest) -> HttpResponse:
    """Take in the log records that are inferences, for the key's own log."""
    return _export(LOGS, holder, request)


def _export(
    signal: Signal, holder: SourceKeyHolder, request: HttpRequest
) -> HttpResponse:
    now, kind, is_dry = timezone.now(), _kind(request), is_dry_run(request)
    if kind not in (JSON, PROTOBUF):
        raise Problem(
            415,
            _("Send %(json)s or %(protobuf)s.") % {"json": JSON, "protobuf": PROTOBUF},
        )
    posted, refusals = _predictions(signal, read_body(request), kind, now)
    count = len(posted) + refusals.total()
    if is_dry:
        posted, others = told_apart(holder.log, posted)
    else:
        others = append_apart(
            source=holder.source, log=holder.log, posted=posted, now=now
        )
    if others:
        refusals[_in_the_log()] += len(others)
    message = _message(signal, count, refusals, is_dry=is_dry)
    answer = otlp.response(signal, kind, refusals.total(), message)
    if is_dry and kind == JSON:
        told = rehearse(holder.source, holder.log, posted, now)
        answer = orjson.dumps({**orjson.loads(answer), "dry_run": True, "events": told})
    return HttpResponse(answer, content_type=kind)


def _kind(request: HttpRequest) -> str:
    kind: str = request.META.get("CONTENT_TYPE", "")
    return kind.partition(";")[0].strip().lower()


def _predictions(
    signal: Signal, body: bytes, kind: str, now: datetime
) -> tuple[list[Posted], Refusals]:
    """The records that are predictions, and why the others are none."""
    posted, refusals = [], Refusals()
    left = MOST_TIMES * settings.EVENTS_MAX_BYTES
    try:
        request = otlp.read(signal, body, kind)
    except TooMany as error:
        raise Problem(413, _unread(error)) from error
    except (Malformed, FieldError, msgspec.MsgspecError, RecursionError) as error:
        raise Problem(400, _unread(error)) from error
    for record in otlp.records(signal, request):
        try:
            if isinstance(record, FieldError):
                raise record
            posted.append(Posted(genai.prediction(record, now), record.body))
            left -= len(posted[-1].body)
        except FieldError as error:
            refusals[f"{error.field}: {error.reason} {error.fix}"] += 1
        if left < 0:
            raise Problem(
                413,
                _("Nothing was stored. The resource is kept with each of its records, "
                  "which makes them too long: send smaller batches."),
            )  # fmt: skip
    return posted, refusals


def _unread(error: Exception) -> str:
    return _("Nothing was stored. The body cannot be read: %(why)s") % {"why": error}


def _in_the_log() -> str:
    return _("It is in the log with another content: an entry is never changed.")


def _message(signal: Signal, count: int, refusals: Refusals, *, is_dry: bool) -> str:
    """What was refused, and why; empty when nothing was."""
    said = []
    if is_dry:
        said.append(
            _("Dry run, nothing was stored. Of %(count)s records of kind %(kind)s, "
              "%(good)s would be.")
            % {
                "count": count,
                "kind": signal.one,
                "good": count - refusals.total(),
            }
        )  # fmt: skip
    elif refusals:
        said.append(
            _("Not stored: %(bad)s of %(count)s records of kind %(kind)s.")
            % {"bad": refusals.total(), "count": count, "kind": signal.one}
        )
    said += [
        f"{times} × {reason}" for reason, times in refusals.most_common(REASONS_SHOWN)
    ]
    return " ".join(said)

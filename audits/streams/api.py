"""`POST /api/v1/heartbeats`: a source says how far it has come."""

from base64 import b64encode

import msgspec
import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from audits.events.api.bodies import read_body
from audits.events.api.door import taken_in
from audits.events.api.problems import Problem, unprocessable
from audits.events.encoding import FieldError, check_body, field_error
from audits.events.models import Scope
from audits.streams.encoding import Heartbeat, decode_heartbeat
from audits.streams.services import Heard, record_heartbeat


@taken_in(Scope.EVENTS_WRITE)
def post_heartbeat(holder: SourceKeyHolder, request: HttpRequest) -> HttpResponse:
    """Take in one heartbeat of the key's source."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, _("Send one heartbeat as application/json."))
    try:
        heard = record_heartbeat(
            source=holder.source,
            log=holder.log,
            beat=_heartbeat(read_body(request)),
            key_prefix=holder.prefix,
            now=timezone.now(),
        )
    except FieldError as error:
        raise _wrong(error) from error
    return _answered(heard)


def _heartbeat(body: bytes) -> Heartbeat:
    try:
        beat = decode_heartbeat(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong(field_error(msgspec.MsgspecError(str(error)))) from error
    check_body(body)
    return beat


def _wrong(error: FieldError) -> Problem:
    return unprocessable(
        [{"field": error.field, "reason": error.reason, "fix": error.fix}]
    )


def _answered(heard: Heard) -> HttpResponse:
    appended = heard.appended
    [path] = appended.paths
    body = {
        "log": heard.log.origin,
        "index": appended.first,
        "leaf_hash": appended.leaf_hashes[0].hex(),
        "path": [b64encode(appended.hashes[at]).decode() for at in path],
        "checkpoint": heard.checkpoint,
    }
    return HttpResponse(orjson.dumps(body), status=201, content_type="application/json")

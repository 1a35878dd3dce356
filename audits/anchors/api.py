"""`POST /witness/add-checkpoint`: other installations' logs ask us to cosign them.

Nobody signs in here: a request counts by the signature of its log's key, which an
administrator listed in WITNESS_FOR.
"""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from audits.anchors.selectors import witnessed_note
from audits.anchors.services import Refused, add_checkpoint
from audits.anchors.throttle import Bucket
from audits.tlog.witness import MAX_REQUEST, SIZE_TYPE

PLAIN = "text/plain; charset=utf-8"
# LIMIT: checking signatures in plain Python takes milliseconds each.
requests = Bucket(rate=20, most=40)


@csrf_exempt
@login_not_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Answer with a cosignature, or with the status that the protocol has for it."""
    if not requests.take():
        return HttpResponse(
            _("Too many requests; ask again in a second."),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            content_type=PLAIN,
            headers={"Retry-After": "1"},
        )
    try:
        line = add_checkpoint(body=request.read(MAX_REQUEST + 1), now=timezone.now())
    except Refused as refusal:
        conflict = refusal.status == HTTPStatus.CONFLICT
        return HttpResponse(
            refusal.body,
            status=refusal.status,
            content_type=SIZE_TYPE if conflict else PLAIN,
        )
    return HttpResponse(line, content_type=PLAIN)


@login_not_required
@require_GET
def newest(request: HttpRequest, origin_hash: str) -> HttpResponse:
    """The newest checkpoint that we cosigned of a log, for whoever watches it."""
    note = witnessed_note(origin_hash)
    if note is None:
        raise Http404(_("We have cosigned no checkpoint of such a log."))
    return HttpResponse(
        note, content_type=PLAIN, headers={"Cache-Control": "public, no-cache"}
    )

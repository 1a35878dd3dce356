"""A source reads the proof of its own event: the answer of ProofView, only sooner.

No session, no language and no page is looked at, since a key has none of them. What
is refused is left to the ordinary view, which says why.
"""

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException

from audits.events.access import presented_key, source_key
from registry.predictions.access import find_event
from registry.predictions.api.events import proof_file, wants_cose

PROOF = re.compile(
    r"/api/v1/events/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/proof"
)


def read_proof(request: HttpRequest) -> HttpResponse | None:
    """The proof file, when this asks for one and a source's key may read it."""
    asked = PROOF.fullmatch(request.path_info)
    if asked is None or request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    if wants_cose(request):
        return None
    key = presented_key(request.META.get("HTTP_AUTHORIZATION", ""))
    holder = source_key(key) if key else None
    if holder is None:
        return None
    event_id = UUID(asked[1])
    try:
        return proof_file(find_event(holder, event_id), event_id)
    except (Http404, APIException):
        return None

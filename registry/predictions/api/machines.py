"""A source reads the proof of its own event: the answer of ProofView, only sooner.

No session, no language and no page is looked at, since a key has none of them. What
is refused is left to the ordinary view, which says why.
"""

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from audits.events.access import presented_key, source_key
from audits.events.models import Scope
from audits.log.seal import NotSigned, SignerAway
from audits.log.selectors import place_of
from registry.predictions.api.events import proof_file, wants_cose
from registry.predictions.contents.event import proof_of

PROOF = re.compile(
    r"/api/v1/events/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/proof"
)


def read_proof(request: HttpRequest) -> HttpResponse | None:
    """The proof file, when this asks for one and a source's key may read it."""
    asked = PROOF.fullmatch(request.path_info)
    is_plain = request.method == "GET" and not request.META.get("QUERY_STRING")
    if asked is None or not is_plain or wants_cose(request):
        return None
    key = presented_key(request.META.get("HTTP_AUTHORIZATION", ""))
    holder = source_key(key) if key else None
    if holder is None or not holder.may(Scope.EVENTS_READ):
        return None
    event_id = UUID(asked[1])
    place = place_of(holder.log, event_id)
    if place is None:
        return None
    try:
        return proof_file(proof_of(holder.log, *place), event_id)
    except (NotSigned, SignerAway):
        return None

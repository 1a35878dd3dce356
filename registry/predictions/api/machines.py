"""A source reads the proof of its own event: the answer of ProofView, only sooner.

No session, no language and no page is looked at, since a key has none of them. What
is refused is left to the ordinary view, which says why.
"""

import re
from typing import NamedTuple
from uuid import UUID

from django.http import HttpResponse

from audits.events.access import presented_key, source_key
from audits.events.models import Scope
from audits.log.seal import NotSigned, SignerAway
from audits.log.selectors import place_of
from registry.predictions.api.events import names_cose, proof_file
from registry.predictions.contents.event import proof_of

PROOF = re.compile(
    r"/api/v1/events/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/proof"
)


class Asked(NamedTuple):
    """What is looked at of a request."""

    method: str
    path: str
    query: str
    authorization: str
    accept: str

    @property
    def event_id(self) -> UUID | None:
        """Whose proof file is asked for; None when something else is."""
        found = PROOF.fullmatch(self.path)
        is_plain = self.method == "GET" and not self.query
        if found is None or not is_plain or names_cose(self.accept):
            return None
        return UUID(found[1])


def read_proof(asked: Asked) -> HttpResponse | None:
    """The proof file, when this asks for one and a source's key may read it."""
    event_id = asked.event_id
    if event_id is None:
        return None
    key = presented_key(asked.authorization)
    holder = source_key(key) if key else None
    if holder is None or not holder.may(Scope.EVENTS_READ):
        return None
    place = place_of(holder.log, event_id)
    if place is None:
        return None
    try:
        return proof_file(proof_of(holder.log, *place), event_id)
    except (NotSigned, SignerAway):
        return None

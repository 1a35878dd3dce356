"""Being a witness: the signer compares, stores and cosigns; here we show it."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from audits.anchors.models import Witnessed
from audits.log.keys import cosign
from audits.tlog.checkpoint import parse
from audits.tlog.note import parse_note
from audits.tlog.witness import parse_request


class Refused(Exception):
    """The checkpoint gets no cosignature: the status and the body of the answer."""

    def __init__(self, status: HTTPStatus, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


def add_checkpoint(*, body: bytes, now: datetime) -> str:
    """Cosign a checkpoint that extends what we saw; returns the signature's line.

    Raises Refused as the protocol wants it, and SignerAway.
    """
    status, answer = cosign(body)
    if status != HTTPStatus.OK:
        raise Refused(HTTPStatus(status), answer)
    _show(parse_request(body).note.decode() + answer, now)
    return answer


@transaction.atomic
def _show(note: str, now: datetime) -> None:
    """Keep the note for whoever watches the log; a larger one that came first stays."""
    found = parse(parse_note(note.encode()).text)
    row = {"size": found.size, "root": found.root, "note": note, "cosigned_at": now}
    first = Witnessed(origin=found.origin, **row)
    Witnessed.objects.bulk_create([first], ignore_conflicts=True)
    Witnessed.objects.filter(origin=found.origin, size__lte=found.size).update(**row)

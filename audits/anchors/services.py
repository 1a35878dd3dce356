"""Being a witness (c2sp.org/tlog-witness): compare, store, and only then cosign."""

from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.db import transaction

from audits.anchors.keys import witnessed_logs
from audits.anchors.models import Witnessed
from audits.log import keys
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.consistency import check_consistency
from audits.tlog.encoding import parse_hash
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid
from audits.tlog.note import cosign, open_note, parse_note
from audits.tlog.witness import AddCheckpoint, parse_request

START = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """The checkpoint gets no cosignature: the status and the body of the answer."""

    def __init__(self, status: HTTPStatus, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


def add_checkpoint(*, body: bytes, now: datetime) -> str:
    """Cosign a checkpoint that extends what we saw; returns the signature's line.

    Raises Refused as the protocol wants it. What we saw is stored before we answer.
    """
    asked, text = _opened(body)
    found = _stated(text)
    if asked.old > found.size:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            f"the old size {asked.old} is larger than the checkpoint's, {found.size}\n",
        )
    return _extend(asked, text, found, now)


def _opened(body: bytes) -> tuple[AddCheckpoint, str]:
    """The request and its checkpoint's text, signed by a key that we know."""
    try:
        asked = parse_request(body)
        origin = parse_note(asked.note).text.partition("\n")[0]
    except ProofInvalid as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"{error}\n") from error
    known = witnessed_logs().get(origin)
    if known is None:
        raise Refused(HTTPStatus.NOT_FOUND, "this origin is unknown here\n")
    try:
        return asked, open_note(asked.note, known).text
    except ProofInvalid as error:
        raise Refused(HTTPStatus.FORBIDDEN, f"{error}\n") from error


def _stated(text: str) -> Checkpoint:
    try:
        return parse(text)
    except ProofInvalid as error:
        status = HTTPStatus.BAD_REQUEST
        if _is_empty_with_another_root(text):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise Refused(status, f"{error}\n") from error


def _is_empty_with_another_root(text: str) -> bool:
    lines = text.split("\n")
    try:
        return lines[1] == "0" and parse_hash(lines[2], "the root") != EMPTY_ROOT
    except (IndexError, ProofInvalid):
        return False


@transaction.atomic
def _extend(asked: AddCheckpoint, text: str, found: Checkpoint, now: datetime) -> str:
    first = Witnessed(origin=found.origin, root=EMPTY_ROOT, note="", cosigned_at=START)
    Witnessed.objects.bulk_create([first], ignore_conflicts=True)
    # ORDER: two requests at once are compared and stored one after the other.
    seen = Witnessed.objects.select_for_update().get(origin=found.origin)
    if seen.size != asked.old:
        raise Refused(HTTPStatus.CONFLICT, f"{seen.size}\n")
    root = bytes(seen.root)
    try:
        check_consistency(seen.size, found.size, root, found.root, asked.proof)
    except ProofInvalid as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}\n") from error
    seen.cosigned_at = max(now, seen.cosigned_at)
    signer = keys.cosigner(settings.WITNESS_NAME)
    line = cosign(text, signer, int(seen.cosigned_at.timestamp())).line()
    seen.size, seen.root = found.size, found.root
    seen.note = asked.note.decode() + line
    seen.save(update_fields=["size", "root", "note", "cosigned_at"])
    return line

"""Posting the canary's event over HTTP and holding the receipt to what it promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from structlog import get_logger

from audits.canary.encoding import (
    MODEL_VERSION,
    Receipt,
    Song,
    check_receipt,
    read_receipt,
    song,
)
from audits.canary.models import Canary
from audits.events.models import EventSource, KnownName, Scope, SourceKey
from audits.events.services import tell_name
from audits.log.models import Entry, LogClass
from audits.log.selectors import consistency_path, verifier
from audits.log.services import open_log
from audits.payloads.selectors import read_parts
from audits.tlog import bundle
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.consistency import check_consistency
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import parse_note

logger = get_logger(__name__)
TITLE = "canary"
TIMEOUT = 10.0  # seconds for one step of the connection
MOST_ANSWER = 64 * 1024  # bytes; a receipt has one or two thousand
KEY_LIVES = timedelta(minutes=2)


class NotHeard(Exception):
    """The door did not take the event; says what it did."""


def sing() -> None:
    """Post one event, verify its receipt, and write down how that went."""
    now = timezone.now()
    canary = the_canary_opened(now)
    began = monotonic()
    try:
        sent = song(now)
        found = read_receipt(_post(canary, sent, now), sent)
        took = round((monotonic() - began) * 1000)
        hold(canary, sent, found)
    except (NotHeard, ProofInvalid) as error:
        logger.exception("canary_failed")
        Canary.objects.filter(pk=canary.pk).update(tried_at=now, trouble=str(error))
        return
    Canary.objects.filter(pk=canary.pk).update(
        tried_at=now,
        verified_at=timezone.now(),
        took_ms=took,
        note=found.note,
        trouble="",
    )


def the_canary_opened(at: datetime) -> Canary:
    """The canary with its log, opened on first use."""
    if found := Canary.objects.select_related("log").first():
        return found
    with transaction.atomic():
        with connection.cursor() as cursor:
            # ORDER: two first songs at once must not open two logs.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('canary'))")
        if found := Canary.objects.select_related("log").first():
            return found
        log = open_log(path=TITLE, title=TITLE, log_class=LogClass.EVIDENCE, at=at)
        tell_name(log=log, kind=KnownName.Kind.MODEL_VERSION, name=MODEL_VERSION)
        return Canary.objects.create(log=log)


def hold(canary: Canary, sent: Song, found: Receipt) -> None:
    """Raise ProofInvalid unless the receipt keeps every promise of a receipt."""
    checkpoint = check_receipt(found, verifier(canary.log))
    _hold_entry(canary, sent, found)
    if canary.note:
        _hold_growth(canary, checkpoint)


def _hold_entry(canary: Canary, sent: Song, found: Receipt) -> None:
    """What is stored is what was sent, and what the receipt speaks of."""
    entry = Entry.objects.filter(log=canary.log, idx=found.index).first()
    if entry is None or leaf_hash(bytes(entry.entry)) != found.leaf_hash:
        raise ProofInvalid(f"entry {found.index} is not stored as the receipt says")
    if orjson.loads(bytes(entry.entry)).get("eid") != str(sent.id):
        raise ProofInvalid(f"entry {found.index} is about another event")
    parts = read_parts(canary.log, found.index)
    shown = bundle.disclose(
        bytes(entry.entry),
        [each.disclosed() for each in parts],
    )
    if trouble := shown.faults + shown.undisclosed:
        raise ProofInvalid(f"payload of entry {found.index}: {trouble[0]}")
    if not any(sent.said.encode() in each.data for each in parts):
        raise ProofInvalid(f"the payload of entry {found.index} is not what was sent")


def _hold_growth(canary: Canary, now: Checkpoint) -> None:
    old = parse(parse_note(canary.note.encode()).text)
    if old.size > now.size:
        raise ProofInvalid(
            f"the log had {old.size} entries and now has {now.size}: it was set back"
        )
    path = consistency_path(canary.log, old.size, now.size)
    check_consistency(old.size, now.size, old.root, now.root, path)


def _post(canary: Canary, sent: Song, now: datetime) -> bytes:
    base = settings.CANARY_URL or settings.BASE_URL
    parts = urlsplit(base)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    door = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = f"{parts.path.rstrip('/')}/api/v1/events"
    try:
        with _key(canary, now) as key:
            headers = {
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
            }
            door.request("POST", path, sent.body, headers)
            answer = door.getresponse()
            body = answer.read(MOST_ANSWER)
    except (OSError, HTTPException) as error:
        why = str(error) or type(error).__name__
        raise NotHeard(f"POST {base}/api/v1/events: {why}") from error
    finally:
        door.close()
    if answer.status != HTTPStatus.CREATED:
        raise NotHeard(f"POST {base}/api/v1/events answered {answer.status}")
    return body


@contextmanager
def _key(canary: Canary, now: datetime) -> Iterator[str]:
    """A key for one post.

    SECURITY: it is in no file and no setting, and gone as soon as the answer is there;
    that of a worker that was killed meanwhile ends by itself.
    """
    source, _made = EventSource.objects.get_or_create(log=canary.log, name=TITLE)
    SourceKey.objects.filter(source=source).delete()
    _row, key = SourceKey.objects.create_key(
        name=TITLE,
        source=source,
        scopes=[Scope.EVENTS_WRITE.value],
        expiry_date=now + KEY_LIVES,
    )
    try:
        yield key
    finally:
        SourceKey.objects.filter(source=source).delete()

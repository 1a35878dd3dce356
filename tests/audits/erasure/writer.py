"""Another process of the product: it writes about a person, or begins to erase one.

python -m tests.audits.erasure.writer ORIGIN post|erase PERSON
"""

import sys
import uuid
from threading import Thread

import django

django.setup()

import orjson  # noqa: E402 - Django comes first
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from audits.erasure.models import Erasure  # noqa: E402
from audits.erasure.services import erase, name_of, stands_against  # noqa: E402
from audits.events.encoding import decode_event  # noqa: E402
from audits.events.models import EventSource  # noqa: E402
from audits.events.services import Posted, append_batch  # noqa: E402
from audits.log.models import Log  # noqa: E402
from audits.trail.services import Actor  # noqa: E402
from tests.factories import an_event  # noqa: E402

MOST = 5000


def post(log: Log, person: str) -> None:
    """Post until the input ends; say which ids were answered for, one a line."""
    source = EventSource.objects.get(log=log)
    ended = Thread(target=sys.stdin.read, daemon=True)
    ended.start()
    for _ in range(MOST):
        if not ended.is_alive():
            return
        event = an_event(subject=person, id=str(uuid.uuid4()))
        body = orjson.dumps(event)
        item = Posted(decode_event(body), body)
        append_batch(source=source, log=log, posted=[item], now=timezone.now())
        print(event["id"], flush=True)


def begin_to_erase(log: Log) -> None:
    """Do everything but the commit, say so, and wait to be killed."""
    request, now = Erasure.objects.get(log=log, state="requested"), timezone.now()
    resolved = {name_of(each): "x" for each in stands_against(request, now=now)}
    with transaction.atomic():
        erase(erasure=request, resolved=resolved, by=Actor("c", "C"), at=now)
        print("erased", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    found = Log.objects.get(origin=sys.argv[1])
    if sys.argv[2] == "post":
        post(found, sys.argv[3])
    else:
        begin_to_erase(found)

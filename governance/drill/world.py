"""The log that is attacked, and what others keep of it outside."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
from django.utils import timezone

from audits.events.encoding import decode_event
from audits.events.models import EventSource
from audits.events.services import Answer, Posted, append_batch, forget_names
from audits.log.models import Log, LogClass
from audits.log.seal import save_checkpoint
from audits.log.services import open_log
from audits.oversight.models import Act
from audits.oversight.services import ReviewOf, record_review
from audits.trail.services import Actor, record

SUBJECT, SUBJECTS = "person-7", 40
PERSON = Actor("drill", "Dana Drill", "overseer")
EARLY, LATE = 282, 400
"""The log's size when the old dump was made, and when the attacks begin."""


@dataclass(frozen=True)
class Receipt:
    """What a client keeps of one 201: where its event stands, and its leaf hash."""

    index: int
    leaf_hash: bytes


@dataclass
class Kept:
    """What is out of the reach of whoever attacks the database."""

    signer: str
    """The signer's login to the database that is attacked."""
    log: int = 0
    origin: str = ""
    vkey: str = ""
    checkpoints: list[str] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    keys: bytes = b""
    """A copy of the wrapped keys of before somebody was erased."""

    def keep(self, answer: Answer) -> None:
        """This client keeps every fourth receipt, and each of a single event."""
        kept = answer.receipts[::4]
        self.receipts += [
            Receipt(each.index, bytes.fromhex(each.leaf_hash)) for each in kept
        ]


def post(log: Log, count: int) -> tuple[Answer, Sequence[uuid.UUID]]:
    """Post predictions as a service does; the answer, and their ids."""
    forget_names()
    source, _made = EventSource.objects.get_or_create(log=log, name="scoring")
    now = timezone.now()
    ids = [uuid.uuid4() for _ in range(count)]
    bodies = [
        orjson.dumps(
            {
                "id": str(each),
                "type": "prediction",
                "occurred_at": (now - timedelta(seconds=1)).isoformat(),
                "model_version": "credit-1",
                "input": {"income": 2400.5, "age": 41},
                "output": {"decision": "refuse"},
                "confidence": 0.81,
                "subject": f"person-{at % SUBJECTS}",
            }
        )
        for at, each in enumerate(ids)
    ]
    posted = [Posted(decode_event(body), body) for body in bodies]
    return append_batch(source=source, log=log, posted=posted, now=now), ids


def begin(kept: Kept) -> None:
    """Open a log and fill it up to the moment of the old dump."""
    now = timezone.now()
    log = open_log(
        path="drill/credit", title="Drill", log_class=LogClass.EVIDENCE, at=now
    )
    kept.log, kept.origin, kept.vkey = log.pk, log.origin, log.vkey
    record(log=log, verb="drill.begun", subject="drill:1", by=PERSON, at=now)
    _fill(log, kept, EARLY - 2)


def go_on(kept: Kept) -> None:
    """Fill the log on to the moment of the attacks."""
    log = Log.objects.get(pk=kept.log)
    _fill(log, kept, LATE - EARLY - 2)
    record(log=log, verb="drill.seen", subject="drill:1", by=PERSON, at=timezone.now())
    kept.checkpoints[-1] = save_checkpoint(log=log, at=timezone.now())


def _fill(log: Log, kept: Kept, count: int) -> None:
    answer, ids = post(log, count)
    kept.keep(answer)
    now = timezone.now()
    review = ReviewOf(
        id=uuid.uuid4(),
        prediction=ids[0],
        act=Act.CONFIRMED,
        decided_at=now,
        person=PERSON,
        human=True,
        authenticated_by="session",
    )
    kept.keep(record_review(log=log, review=review, body=b"drill", now=now))
    kept.checkpoints.append(save_checkpoint(log=log, at=now))

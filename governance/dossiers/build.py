"""Building a dossier, so that a worker may die at any line.

1. A claim is a lease: a token and a time, renewed while the work goes on.
2. When the lease runs out, the sweeper rings and another worker starts again.
3. Finishing needs the token: a slow first worker cannot finish twice.
4. The checkpoint is saved before anything is read; what is read is one snapshot.
5. The file is stored under its SHA-256 before the row says that it is ready, and
   its digest goes into the log in the same transaction as the row.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog import get_logger

from audits.log.seal import save_checkpoint
from audits.log.services import ClockWentBack
from audits.streams.services import bring_up
from audits.tlog.hashing import ProofInvalid
from audits.tlog.page_build import page_bytes
from audits.tlog.zipapp_build import verifier_bytes
from audits.trail.services import SYSTEM, record
from governance.dossiers.contents.frozen import freeze
from governance.dossiers.contents.gather import gather
from governance.dossiers.contents.values import DossierContents
from governance.dossiers.models import Dossier
from governance.dossiers.render.attachments import Tools
from governance.dossiers.render.pdf import render
from registry.documents.services import store_bytes

logger = get_logger(__name__)
LEASE = timedelta(seconds=20)
RENEW_SECONDS = 5.0
# A fresh request has its own ring; that one gets a moment before the sweeper's.
UNHEARD = timedelta(seconds=5)
# LIMIT: a dossier that kills its worker this often is broken, not unlucky.
MOST_ATTEMPTS = 3
STEPS = 4
# LIMIT: stretches of the log that are read for its coverage; the task reads the rest.
STRETCHES = 200
TROUBLES = (
    OSError, ValueError, LookupError, DatabaseError, ProofInvalid, ClockWentBack,
)  # fmt: skip


class LeaseLost(Exception):
    """Another worker has the dossier now; whatever this one made is dropped."""


def waiting() -> list[UUID]:
    """Rows that nobody works on: requested, or with a lease that ran out."""
    now = timezone.now()
    stale = Q(state=Dossier.State.BUILDING, claimed_until__lt=now)
    unheard = Q(state=Dossier.State.REQUESTED, requested_at__lt=now - UNHEARD)
    rows = Dossier.objects.filter(stale | unheard).order_by("requested_at")
    return list(rows.values_list("pk", flat=True)[:100])


def claim(dossier_id: UUID) -> UUID | None:
    """Take a dossier for building; None when it is taken, done, or not there."""
    now = timezone.now()
    token = uuid.uuid4()
    free = Q(state=Dossier.State.REQUESTED) | Q(
        state=Dossier.State.BUILDING, claimed_until__lt=now
    )
    # One statement: of two workers that ask at once, PostgreSQL lets one through,
    # and the other finds the row no longer free.
    taken = Dossier.objects.filter(free, pk=dossier_id).update(
        state=Dossier.State.BUILDING,
        claim_token=token,
        claimed_until=now + LEASE,
        attempts=F("attempts") + 1,
        step="",
        steps_done=0,
        steps_total=STEPS,
    )
    return token if taken == 1 else None


def build_dossier(dossier_id: UUID) -> None:
    """Claim, gather, render, store, finish. A failure is written into the row."""
    token = claim(dossier_id)
    if token is None:
        return
    dossier = Dossier.objects.select_related(
        "system__log", "system__organisation", "system__owner", "version",
        "requested_by",
    ).get(pk=dossier_id)  # fmt: skip
    if dossier.attempts > MOST_ATTEMPTS:
        _fail(
            dossier_id,
            token,
            _("Building it was broken off %(times)s times. Ask an administrator to "
              "look into the worker's log, then generate it again.")
            % {"times": MOST_ATTEMPTS},
        )  # fmt: skip
        return
    try:
        with _lease(dossier_id, token):
            _build(dossier, token)
    except LeaseLost:
        logger.warning("dossier_lease_lost", dossier=str(dossier_id))
    except TROUBLES as error:
        logger.exception("dossier_failed", dossier=str(dossier_id))
        _fail(dossier_id, token, _said(error))
    except SoftTimeLimitExceeded:
        _fail(dossier_id, token, _("It took more than nine minutes and was stopped."))


def _said(error: Exception) -> str:
    """What went wrong; where files lie is for the worker's log, not for readers."""
    text = getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__}: {text}"


def _build(dossier: Dossier, token: UUID) -> None:
    _step(dossier.pk, token, 1, _("Gathering what is known"))
    bring_up(dossier.system.log, most=STRETCHES)
    note = save_checkpoint(log=dossier.system.log, at=timezone.now())
    # If we stop here: a checkpoint more is saved, which is what happens every minute.
    tools = Tools(verifier_bytes(), page_bytes())
    stored = [store_bytes(tool) for tool in tools]
    with _one_moment():
        contents = gather(dossier, note, timezone.now(), *stored)
    frozen = freeze(contents)
    _step(dossier.pk, token, 2, _("Setting the pages"))
    pdf = render(frozen, tools)
    _step(dossier.pk, token, 3, _("Storing the file"))
    digest = store_bytes(pdf)
    # If we stop here: a file lies under its digest and no row names it; the next
    # worker stores its own beside it.
    _finish(dossier, token, contents, frozen, (digest, len(pdf)), timezone.now())


@transaction.atomic
def _finish(
    dossier: Dossier,
    token: UUID,
    contents: DossierContents,
    frozen: bytes,
    stored: tuple[str, int],
    at: datetime,
) -> None:
    """Say that it is ready, and put its digest into the log: both or neither."""
    digest, size = stored
    made_of = sha256(frozen).hexdigest()
    finished = Dossier.objects.filter(pk=dossier.pk, claim_token=token).update(
        state=Dossier.State.READY,
        step="",
        steps_done=STEPS,
        claim_token=None,
        claimed_until=None,
        as_of=contents.as_of,
        contents=frozen,
        contents_sha256=made_of,
        pdf_sha256=digest,
        pdf_size=size,
        log_size=contents.log.size,
        finished_at=at,
        failure="",
    )
    if finished != 1:
        raise LeaseLost
    record(
        log=dossier.system.log,
        verb="dossier.generated",
        subject=dossier,
        by=SYSTEM,
        at=at,
        details={
            "sha256": digest,
            "contents_sha256": made_of,
            "log_size": contents.log.size,
        },
    )


def _step(dossier_id: UUID, token: UUID, number: int, text: str) -> None:
    mine = Dossier.objects.filter(pk=dossier_id, claim_token=token)
    if mine.update(step=text, steps_done=number - 1) != 1:
        raise LeaseLost


def _fail(dossier_id: UUID, token: UUID, why: str) -> None:
    Dossier.objects.filter(pk=dossier_id, claim_token=token).update(
        state=Dossier.State.FAILED,
        failure=why[:2000],
        claim_token=None,
        claimed_until=None,
        finished_at=timezone.now(),
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read from one snapshot, and write nothing: all three floors agree in time."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
        yield


@contextmanager
def _lease(dossier_id: UUID, token: UUID) -> Iterator[None]:
    """Renew the claim from a thread of its own while the work goes on."""
    done = threading.Event()

    def renew() -> None:
        mine = Dossier.objects.filter(pk=dossier_id, claim_token=token)
        try:
            while not done.wait(RENEW_SECONDS):
                # A lease that another worker took stays lost: the token is theirs.
                if mine.update(claimed_until=timezone.now() + LEASE) != 1:
                    return
        except DatabaseError:
            # The lease runs out, and whoever takes it next starts again.
            logger.warning("dossier_lease_not_renewed", dossier=str(dossier_id))
        finally:
            connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

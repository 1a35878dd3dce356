"""Building a dossier, so that a worker may die at any line.

1. A claim is a lease: a token and a time, renewed while the work goes on.
2. When the lease runs out, the sweeper rings and another worker starts again.
3. Finishing needs the token: a slow first worker cannot finish twice.
4. The file is stored under its SHA-256 before the row says that it is ready, and
   its digest goes into the log in the same transaction as the row.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog import get_logger

from audits.trail.services import SYSTEM, record
from governance.dossiers.contents import gather
from governance.dossiers.models import Dossier
from governance.dossiers.render import as_json, render
from registry.documents.services import store_bytes

logger = get_logger(__name__)
LEASE = timedelta(seconds=20)
RENEW_SECONDS = 5.0
# LIMIT: a dossier that kills its worker this often is broken, not unlucky.
MOST_ATTEMPTS = 3
STEPS = 4


class LeaseLost(Exception):
    """Another worker has the dossier now; whatever this one made is dropped."""


def waiting() -> list[UUID]:
    """Rows that nobody works on: requested, or with a lease that ran out."""
    now = timezone.now()
    stale = Q(state=Dossier.State.BUILDING, claimed_until__lt=now)
    # A fresh request has its own ring; give that one a moment before ringing again.
    unheard = Q(
        state=Dossier.State.REQUESTED, requested_at__lt=now - timedelta(seconds=5)
    )
    rows = Dossier.objects.filter(stale | unheard).order_by("requested_at")
    return list(rows.values_list("pk", flat=True)[:100])


def claim(dossier_id: UUID) -> UUID | None:
    """Take a dossier for building; None when another worker has it."""
    now = timezone.now()
    token = uuid.uuid4()
    free = Q(state=Dossier.State.REQUESTED) | Q(
        state=Dossier.State.BUILDING, claimed_until__lt=now
    )
    row = Dossier.objects.filter(free, pk=dossier_id)
    found = Dossier.objects.filter(pk=dossier_id).first()
    attempts = found.attempts if found else 0
    taken = row.update(
        state=Dossier.State.BUILDING,
        claim_token=token,
        claimed_until=now + LEASE,
        attempts=attempts + 1,
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
        "system__log", "system__organisation", "version", "requested_by"
    ).get(pk=dossier_id)
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
    except (OSError, ValueError, LookupError, DatabaseError) as error:
        logger.exception("dossier_failed", dossier=str(dossier_id))
        _fail(dossier_id, token, f"{type(error).__name__}: {error}")
    except SoftTimeLimitExceeded:
        _fail(dossier_id, token, _("It took more than nine minutes and was stopped."))


def _build(dossier: Dossier, token: UUID) -> None:
    _step(dossier.pk, token, 1, _("Gathering what is known"))
    contents = gather(dossier)
    frozen = as_json(contents)
    _step(dossier.pk, token, 2, _("Setting the pages"))
    pdf = render(contents, frozen)
    _step(dossier.pk, token, 3, _("Storing the file"))
    digest = store_bytes(pdf)
    # If we stop here: a file lies under its digest and no row names it; the next
    # worker stores it again under the same name.
    now = timezone.now()
    with transaction.atomic():
        finished = Dossier.objects.filter(pk=dossier.pk, claim_token=token).update(
            state=Dossier.State.READY,
            step="",
            steps_done=STEPS,
            claim_token=None,
            claimed_until=None,
            contents=frozen,
            contents_sha256=sha256(frozen).hexdigest(),
            pdf_sha256=digest,
            pdf_size=len(pdf),
            log_size=contents.log.size,
            finished_at=now,
            failure="",
        )
        if finished != 1:
            raise LeaseLost
        record(
            log=dossier.system.log,
            verb="dossier.generated",
            subject=dossier,
            by=SYSTEM,
            at=now,
            details={
                "sha256": digest,
                "contents_sha256": sha256(frozen).hexdigest(),
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
def _lease(dossier_id: UUID, token: UUID) -> Iterator[None]:
    """Renew the claim from a thread of its own while the work goes on."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEW_SECONDS):
            Dossier.objects.filter(pk=dossier_id, claim_token=token).update(
                claimed_until=timezone.now() + LEASE
            )
        connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

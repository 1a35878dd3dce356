"""Asking for a dossier and taking one away; each leaves its trail entry."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.log.seal import signed_checkpoint
from audits.log.selectors import head_checkpoint
from audits.trail.services import Actor, record
from governance.dossiers.contents.frozen import thaw
from governance.dossiers.models import Dossier
from governance.dossiers.selectors.lists import generated_entry
from governance.dossiers.selectors.log import sealed
from governance.dossiers.selectors.proofs import prove
from governance.dossiers.tasks import build_dossier
from registry.documents.services import read_bytes
from registry.people.models import User
from registry.systems.models import AISystem, SystemVersion


class NotReady(Exception):
    """There is no file yet; the text says why."""


@transaction.atomic
def request_dossier(
    *,
    system: AISystem,
    version: SystemVersion | None,
    requested_by: User,
    by: Actor,
    at: datetime,
) -> Dossier:
    """Queue the dossier of a system as it stands now.

    The row is the queue; Celery is only the doorbell. A request that finds one of
    the same version still waiting or being built returns that one.
    """
    # ORDER: two that ask at the same time wait for each other here.
    AISystem.objects.select_for_update(of=("self",)).get(pk=system.pk)
    waiting = Dossier.objects.filter(
        system=system,
        version=version,
        state__in=[Dossier.State.REQUESTED, Dossier.State.BUILDING],
    ).first()
    if waiting is not None:
        return waiting
    dossier = Dossier.objects.create(
        system=system,
        version=version,
        as_of=at,
        requested_by=requested_by,
        requested_at=at,
    )
    record(
        log=system.log,
        verb="dossier.requested",
        subject=dossier,
        by=by,
        at=at,
        details={"version": version.name if version else ""},
    )

    def ring() -> None:
        build_dossier.apply_async(
            kwargs={"dossier_id": str(dossier.pk)}, retry_policy={"max_retries": 0}
        )

    # A broker that is away costs a delay and not the request: hence robust, and no
    # second try here, because the sweeper rings again.
    transaction.on_commit(ring, robust=True)
    return dossier


@transaction.atomic
def hand_out(*, dossier: Dossier, by: Actor, at: datetime) -> bytes:
    """The file, checked against its digest; who took it stays in the log.

    Raises NotReady while there is none, StoredFileLost when it is gone or changed.
    """
    if dossier.state != Dossier.State.READY:
        raise NotReady(_("The file is not ready yet."))
    data = read_bytes(dossier.pdf_sha256)
    record(
        log=dossier.system.log,
        verb="dossier.downloaded",
        subject=dossier,
        by=by,
        at=at,
        details={"sha256": dossier.pdf_sha256},
    )
    return data


def digest_proof(dossier: Dossier) -> bytes:
    """A file that proves in which entry of the log the digest of the PDF stands.

    It proves too that this log begins with the one of the dossier's checkpoint.
    Raises NotReady while there is no such entry.
    """
    entry = generated_entry(dossier)
    if entry is None:
        raise NotReady(_("The digest is not in the log yet."))
    log = dossier.system.log
    state = sealed(signed_checkpoint(head_checkpoint(log)))
    since = thaw(bytes(dossier.contents or b"")).log.checkpoint
    [proven] = prove(log, state, [entry.idx], since)
    return proven.bundle.encode()

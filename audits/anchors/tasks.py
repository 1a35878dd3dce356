"""Celery's shell for anchoring."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone
from structlog import get_logger

from audits.anchors.build import append_changed, meta_log, record_signer
from audits.anchors.keys import time_stamper, witnesses
from audits.anchors.seal import ask_witnesses
from audits.anchors.selectors import cosigned_note
from audits.anchors.timestamps import ask_time_stamp
from audits.log.models import Log
from audits.log.seal import NotSigned, SignerAway, save_checkpoint
from audits.tlog.hashing import ProofInvalid

logger = get_logger(__name__)


@shared_task(soft_time_limit=300)
def anchor(**_future: object) -> None:
    """Append the changed checkpoints to the meta-log; have it cosigned and stamped."""
    now = timezone.now()
    meta = meta_log(at=now)
    append_changed(meta, now=now)
    try:
        _record_signer(meta, now)
        # ORDER: after the commit; and a witness is asked only about what was saved.
        note = save_checkpoint(log=meta, at=now, ml_dsa=True)
    except ProofInvalid:
        logger.exception("meta_log_does_not_extend_itself", origin=meta.origin)
    except SignerAway as error:
        logger.warning("signer_away", reason=str(error))
    else:
        ask_witnesses(meta, note, witnesses())
        # ORDER: after the witnesses, so that the time stamp covers what they signed.
        ask_time_stamp(meta, cosigned_note(meta) or note, time_stamper())


def _record_signer(meta: Log, now: datetime) -> None:
    try:
        record_signer(meta, now=now)
    except NotSigned:
        # One log that is refused must not keep the others from being anchored.
        logger.exception("rotation_not_signed")

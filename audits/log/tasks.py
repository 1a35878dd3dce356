"""Celery's shells for the log."""

from celery import shared_task
from django.utils import timezone
from structlog import get_logger

from audits.log.seal import SignerAway, save_checkpoint
from audits.log.seal import make_partitions as make
from audits.log.selectors import unsaved_logs
from audits.tlog.hashing import ProofInvalid

logger = get_logger(__name__)


@shared_task(soft_time_limit=300)
def save_checkpoints(**_future: object) -> None:
    """Save a signed checkpoint of every log that has grown."""
    for log in unsaved_logs():
        try:
            save_checkpoint(log=log, at=timezone.now())
        except ProofInvalid:
            logger.exception("log_does_not_extend_itself", origin=log.origin)
        except SignerAway as error:
            # Nothing is lost: in a minute all of them are asked for again.
            logger.warning("signer_away", reason=str(error))
            return


@shared_task(soft_time_limit=60)
def make_partitions(**_future: object) -> None:
    """Make the partitions of the months to come."""
    make(months=3)

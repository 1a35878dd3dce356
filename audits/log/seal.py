"""Saving signed checkpoints, so that every later one can be held to them.

1. A checkpoint is signed from a committed head, never from an open transaction.
2. It is saved only after it was checked to extend the newest saved one.
3. If we stop between signing and saving, the next run signs the same state again.
"""

from datetime import datetime

from django.db import connection

from audits.log import keys
from audits.log.models import Checkpoint as SavedCheckpoint
from audits.log.models import Log
from audits.log.selectors import consistency_path, head_checkpoint
from audits.tlog import cose, note
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.consistency import check_consistency
from audits.tlog.note import ED25519, Verifier, parse_note


def signed_checkpoint(checkpoint: Checkpoint) -> str:
    """The checkpoint as a signed note. Call it after the commit, never before."""
    signers = [keys.signer(checkpoint.origin)]
    return str(note.sign(checkpoint.text(), signers))


def signed_receipt(checkpoint: Checkpoint, proof: cose.Proof) -> bytes:
    """A proof as a COSE receipt, signed over the root of a committed state.

    SECURITY: what is signed is put together here out of a header of ours and a root;
    `audits.tlog.cose` says why it is never what a note signs.
    """
    signer = keys.signer(checkpoint.origin)
    log = Verifier(signer.name, ED25519, signer.public)
    protected = cose.protected_header(log)
    value = signer.sign(cose.to_be_signed(protected, checkpoint.root))
    return cose.Receipt(protected, proof, value).to_bytes()


def save_checkpoint(*, log: Log, at: datetime) -> str:
    """Sign and save the log's newest state; returns the note.

    Raises ProofInvalid when the log does not extend its last saved checkpoint:
    then it was rolled back or forked, and nothing is signed.
    """
    current = head_checkpoint(log)
    last = SavedCheckpoint.objects.filter(log=log).order_by("-size").first()
    if last is not None:
        old = parse(parse_note(last.note.encode()).text)
        proof = (
            consistency_path(log, old.size, current.size)
            if old.size <= current.size
            else []
        )
        # ORDER: before signing, so that a fork of the log never gets a signature.
        check_consistency(old.size, current.size, old.root, current.root, proof)
        if old.size == current.size:
            return last.note
    text = signed_checkpoint(current)
    SavedCheckpoint.objects.get_or_create(
        log=log,
        size=current.size,
        defaults={"log_class": log.log_class, "signed_at": at, "note": text},
    )
    return text


def make_partitions(*, months: int = 3) -> int:
    """Make the partitions of this month and of the months to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audits_make_partitions(%s)", [months])
        made: int = cursor.fetchone()[0]
    return made

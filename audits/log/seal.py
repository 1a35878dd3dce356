"""Saving signed checkpoints, so that every later one can be held to them.

1. A checkpoint is signed from a committed head, never from an open transaction.
2. The signer signs it only if it extends all that was ever signed, by its own state.
3. It is saved only after it was checked to extend the newest saved one.
4. If we stop between signing and saving, the next run signs the same state again.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from audits.log.keys import (
    NotSigned,
    SignerAway,
    ml_dsa_line,
    sign_all,
    sign_receipt,
)
from audits.log.models import Checkpoint as SavedCheckpoint
from audits.log.models import Log
from audits.log.selectors import consistency_path, head_checkpoint, root_at
from audits.tlog import cose
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.consistency import check_consistency
from audits.tlog.note import parse_note

__all__ = [
    "NotSigned",
    "SignerAway",
    "kept_note",
    "make_partitions",
    "save_checkpoint",
    "save_rotation",
    "signed_checkpoint",
    "signed_checkpoints",
    "signed_receipt",
]  # fmt: skip


def signed_checkpoint(checkpoint: Checkpoint) -> str:
    """The checkpoint as a signed note. Call it after the commit, never before.

    Raises NotSigned when the signer refuses, SignerAway when it does not answer:
    what was stored is stored all the same.
    """
    [found] = signed_checkpoints([checkpoint])
    if isinstance(found, Exception):
        raise found
    return found


# LIMIT: some 300 bytes each.
MOST_NOTES = 1000
_notes: dict[Checkpoint, str] = {}


def kept_note(checkpoint: Checkpoint) -> str:
    """The checkpoint as a signed note; a state that many ask for is signed once."""
    note = _notes.get(checkpoint)
    if note is None:
        note = signed_checkpoint(checkpoint)
        if len(_notes) >= MOST_NOTES:
            _notes.clear()
        _notes[checkpoint] = note
    return note


def signed_checkpoints(
    checkpoints: Sequence[Checkpoint],
) -> Sequence[str | NotSigned | SignerAway]:
    """Several at once: each as a note, or as what `signed_checkpoint` raises."""
    try:
        return sign_all(checkpoints)
    except SignerAway as error:
        return [error] * len(checkpoints)


def signed_receipt(checkpoint: Checkpoint, proof: cose.Proof) -> bytes:
    """A proof as a COSE receipt, signed over the root of a committed state.

    SECURITY: what is signed is put together by the signer out of a header of its own
    and a root that it could sign in a note; `audits.tlog.cose` says why the one is
    never the other. Raises as `signed_checkpoint` does.
    """
    protected, value = sign_receipt(checkpoint)
    return cose.Receipt(protected, proof, value).to_bytes()


def save_checkpoint(*, log: Log, at: datetime, ml_dsa: bool = False) -> str:
    """Sign and save the log's newest state; returns the note.

    With `ml_dsa` the note has the log's ML-DSA-44 line too: whoever gets it, by
    whichever way, gets that line, and readers that do not know its key skip it.

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
    if ml_dsa:
        text += ml_dsa_line(current)
    _save(log, current, text, at)
    return text


def save_rotation(*, log: Log, size: int, at: datetime) -> None:
    """Sign and save the tree that records the log's new key: both keys sign it.

    The log may have grown since. If we stop before it is saved, it is asked for again.
    """
    stated = Checkpoint(log.origin, size, root_at(log, size))
    _save(log, stated, signed_checkpoint(stated), at)


def _save(log: Log, stated: Checkpoint, text: str, at: datetime) -> None:
    SavedCheckpoint.objects.get_or_create(
        log=log,
        size=stated.size,
        defaults={"log_class": log.log_class, "signed_at": at, "note": text},
    )


def make_partitions(*, months: int = 3) -> int:
    """Make the partitions of this month and of the months to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audits_make_partitions(%s)", [months])
        made: int = cursor.fetchone()[0]
    return made

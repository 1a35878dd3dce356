"""Asking the configured witnesses to cosign the meta-log's newest checkpoint."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from structlog import get_logger

from audits.anchors.keys import Witness
from audits.anchors.models import Cosignature
from audits.anchors.post import NoAnswer, post
from audits.anchors.selectors import cosigned_size
from audits.log.models import Log
from audits.log.selectors import consistency_path
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_note
from audits.tlog.witness import (
    MAX_ANSWER,
    AddCheckpoint,
    parse_cosignatures,
    parse_size,
)

logger = get_logger(__name__)
PLAIN = "text/plain; charset=utf-8"


class NotCosigned(Exception):
    """The witness gave no cosignature; says why."""


def ask_witnesses(meta: Log, note: str, witnesses: Sequence[Witness]) -> int:
    """Ask each witness for the checkpoint; returns how many cosigned it now.

    One that fails is logged and asked again with the next checkpoint.
    """
    stated, cosigned = parse(parse_note(note.encode()).text), 0
    for witness in witnesses:
        name = witness.key.name
        if cosigned_size(meta, name) >= stated.size:
            continue
        try:
            _ask(meta, note, stated, witness)
            cosigned += 1
        except NotCosigned as error:
            logger.warning("witness_failed", witness=name, reason=str(error))
    return cosigned


def _ask(meta: Log, note: str, stated: Checkpoint, witness: Witness) -> None:
    old = cosigned_size(meta, witness.key.name)
    status, answer = _post(meta, note, stated, witness, old)
    if status == HTTPStatus.CONFLICT:
        old = _size_there(answer)
        if old > stated.size:
            # It has cosigned more than we have: this log was set back.
            logger.error("witness_is_ahead", witness=witness.key.name, size=old)
            raise NotCosigned(f"it has seen size {old}, the log has {stated.size}")
        status, answer = _post(meta, note, stated, witness, old)
    if status != HTTPStatus.OK:
        raise NotCosigned(f"it answered {status}")
    text = parse_note(note.encode()).text
    try:
        [(signature, at), *_more] = parse_cosignatures(answer, text, witness.key)
    except ProofInvalid as error:
        raise NotCosigned(str(error)) from error
    Cosignature.objects.get_or_create(
        log=meta,
        size=stated.size,
        witness=witness.key.name,
        defaults={
            "line": signature.line(),
            "cosigned_at": datetime.fromtimestamp(at, UTC),
        },
    )


def _size_there(answer: bytes) -> int:
    try:
        return parse_size(answer)
    except ProofInvalid as error:
        raise NotCosigned(str(error)) from error


def _post(
    meta: Log, note: str, stated: Checkpoint, witness: Witness, old: int
) -> tuple[int, bytes]:
    proof = consistency_path(meta, old, stated.size) if old else []
    body = AddCheckpoint(old, tuple(proof), note.encode()).to_bytes()
    try:
        return post(f"{witness.url}/add-checkpoint", body, PLAIN, most=MAX_ANSWER)
    except NoAnswer as error:
        raise NotCosigned(str(error)) from error

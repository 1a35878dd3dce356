"""Asking the configured witnesses to cosign the meta-log's newest checkpoint.

Whatever a witness answers is hostile until its cosignature was checked: answers are
read up to a bound, within a time, and from no other address than the configured one.
"""

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from structlog import get_logger

from audits.anchors.keys import Witness
from audits.anchors.models import Cosignature
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
TIMEOUT = 10.0  # seconds for one step of a connection
WHOLE = 20.0  # seconds for all of an answer, however slowly it drips
HEADERS = {"Content-Type": "text/plain; charset=utf-8"}


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
    parts = urlsplit(witness.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.connect()
        # However slowly an answer drips: after this it has ended.
        hang_up = Timer(WHOLE, connection.sock.shutdown, [socket.SHUT_RDWR])
        hang_up.start()
        try:
            # A redirect is an answer like any other: nobody is led elsewhere.
            connection.request("POST", f"{parts.path}/add-checkpoint", body, HEADERS)
            answer = connection.getresponse()
            data = answer.read(MAX_ANSWER + 1)
        finally:
            hang_up.cancel()
    except (OSError, HTTPException) as error:
        raise NotCosigned(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if len(data) > MAX_ANSWER:
        raise NotCosigned(f"its answer has more than {MAX_ANSWER} bytes")
    return answer.status, data

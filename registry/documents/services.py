"""Storing evidence documents under the SHA-256 of their content; handing them out."""

import os
import re
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.trail.services import Actor, record
from registry.documents.encoding import DocumentRefused, media_type_of, safe_name
from registry.documents.models import Document
from registry.operators.services import FactsWrong
from registry.people.models import Organisation, User
from registry.systems.models import AISystem

__all__ = [
    "DocumentRefused",
    "StoredFileLost",
    "add_document",
    "hand_out",
    "read_bytes",
    "store_bytes",
    "stored_path",
]


class StoredFileLost(ValueError):
    """What is stored is not what was uploaded: the file is gone or has changed."""


def stored_path(digest: str) -> Path:
    """Where a file of that SHA-256 lies; ValueError for anything else."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"not a SHA-256: {digest[:80]!r}")
    return Path(settings.DOCUMENTS_DIR) / digest[:2] / digest


def store_bytes(data: bytes) -> str:
    """Store the bytes under their SHA-256 and return it; storing twice is one file."""
    digest = sha256(data).hexdigest()
    path = stored_path(digest)
    if path.exists() and path.read_bytes() == data:
        return digest
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".storing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # ORDER: the name appears only when the whole file is on the disk.
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def read_bytes(digest: str) -> bytes:
    """The stored bytes, checked against their name. Raises StoredFileLost."""
    try:
        data = stored_path(digest).read_bytes()
    except FileNotFoundError as error:
        raise StoredFileLost(f"the stored file {digest} is gone") from error
    if sha256(data).hexdigest() != digest:
        raise StoredFileLost(f"the stored file {digest} has changed on the disk")
    return data


@transaction.atomic
def add_document(
    *,
    organisation: Organisation,
    system: AISystem | None,
    title: str,
    file_name: str,
    chunks: Iterable[bytes],
    uploaded_by: User,
    by: Actor,
    at: datetime,
    covers_from: date | None = None,
    covers_until: date | None = None,
) -> Document:
    """Check and store a file.

    Raises DocumentRefused for a wrong type, size or content, and FactsWrong for a
    time that ends before it begins.
    """
    if covers_from and covers_until and covers_until < covers_from:
        raise FactsWrong({"covers_until": _("The end lies before the beginning.")})
    name = safe_name(file_name)
    data = _read(chunks)
    media_type = media_type_of(name, data)
    digest = store_bytes(data)
    document = Document.objects.create(
        organisation=organisation,
        system=system,
        title=title or name,
        file_name=name,
        media_type=media_type,
        size=len(data),
        sha256=digest,
        covers_from=covers_from,
        covers_until=covers_until,
        uploaded_by=uploaded_by,
    )
    record(
        log=_log(document),
        verb="document.added",
        subject=document,
        by=by,
        at=at,
        details={
            "sha256": digest,
            "size": len(data),
            "type": media_type,
            "file_name": name,
        },
    )
    return document


@transaction.atomic
def hand_out(*, document: Document, by: Actor, at: datetime) -> bytes:
    """The content, once it is what was uploaded; who took it stays in the log.

    Raises StoredFileLost.
    """
    data = read_bytes(document.sha256)
    record(
        log=_log(document),
        verb="document.downloaded",
        subject=document,
        by=by,
        at=at,
        details={"sha256": document.sha256},
    )
    return data


def _log(document: Document) -> Log:
    return document.system.log if document.system else document.organisation.log


def _read(chunks: Iterable[bytes]) -> bytes:
    limit = settings.DOCUMENT_MAX_BYTES
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise DocumentRefused(too_large())
    if not data:
        raise DocumentRefused(_("The file is empty."))
    return bytes(data)


def too_large() -> str:
    """What is said of a file above the limit, and what to do."""
    return _(
        "The file has more than %(limit)s MB. Split it, or store it elsewhere and "
        "upload a page that says where."
    ) % {"limit": settings.DOCUMENT_MAX_BYTES >> 20}

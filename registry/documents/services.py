"""Storing evidence documents under the SHA-256 of their content."""

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import puremagic
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.documents.models import Document
from registry.people.models import Organisation, User
from registry.systems.models import AISystem

# What may be stored: extension -> media type. Nothing of it is ever served inline.
ALLOWED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".zip": "application/zip",
}
TEXTS = {".txt", ".md", ".csv", ".json"}
ZIPPED = {".docx", ".xlsx", ".odt", ".zip"}


class DocumentRefused(Exception):
    """The file is not one that may be stored; the text says why."""


def stored_path(digest: str) -> Path:
    """Where a file of that SHA-256 lies; ValueError for anything else."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"not a SHA-256: {digest[:80]!r}")
    return Path(settings.DOCUMENTS_DIR) / digest[:2] / digest


def store_bytes(data: bytes) -> str:
    """Store the bytes under their SHA-256 and return it; storing twice is one file."""
    digest = sha256(data).hexdigest()
    path = stored_path(digest)
    if path.exists():
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
    """The stored bytes, checked against their name; ValueError when they changed."""
    data = stored_path(digest).read_bytes()
    if sha256(data).hexdigest() != digest:
        raise ValueError(f"the stored file {digest} has changed on the disk")
    return data


@transaction.atomic
def add_document(
    *,
    organisation: Organisation,
    system: AISystem | None,
    title: str,
    file_name: str,
    chunks: Iterator[bytes],
    uploaded_by: User,
    by: Actor,
    at: datetime,
    covers_from: date | None = None,
    covers_until: date | None = None,
) -> Document:
    """Check and store a file. Raises DocumentRefused for a wrong type or size."""
    name = safe_name(file_name)
    data = _read(chunks)
    media_type = _media_type(name, data)
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
        log=system.log if system else organisation.log,
        verb="document.added",
        subject=document,
        by=by,
        at=at,
        details={"sha256": digest, "size": len(data), "type": media_type},
    )
    return document


def safe_name(file_name: str) -> str:
    """A file name without folders, control characters or hidden endings."""
    last = re.split(r"[/\\]", file_name)[-1]
    clean = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", last)
    return clean.strip(" .")[-150:] or "document"


def _read(chunks: Iterator[bytes]) -> bytes:
    limit = settings.DOCUMENT_MAX_BYTES
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise DocumentRefused(
                _("The file has more than %(limit)s MB. Split it, or store it elsewhere "
                  "and upload a page that says where.") % {"limit": limit >> 20}
            )  # fmt: skip
    if not data:
        raise DocumentRefused(_("The file is empty."))
    return bytes(data)


def _media_type(name: str, data: bytes) -> str:
    """The type by name and by content; both must agree."""
    ending = Path(name).suffix.lower()
    media_type = ALLOWED.get(ending)
    if media_type is None:
        raise DocumentRefused(
            _("Files that end in “%(ending)s” are not taken. Take one of: %(list)s.")
            % {"ending": ending or "—", "list": ", ".join(sorted(ALLOWED))}
        )
    refused = DocumentRefused(
        _("The content is not what the name “%(name)s” says.") % {"name": name}
    )
    if ending in TEXTS:
        if b"\x00" in data:
            raise refused
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise refused from error
    elif ending in ZIPPED:
        if not data.startswith(b"PK\x03\x04"):
            raise refused
    else:
        try:
            found = puremagic.from_string(data[:4096], mime=True)
        except puremagic.PureError as error:
            raise refused from error
        if found != media_type:
            raise refused
    return media_type

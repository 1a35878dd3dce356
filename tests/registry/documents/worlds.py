"""Files as people and attackers send them."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from registry.systems.models import AISystem

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def office(*names: str, **contents: bytes) -> bytes:
    """A ZIP file with those entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, contents.get(name, b"<x/>"))
    return made.getvalue()


def upload(
    client: Client, system: AISystem, name: str, content: bytes, **fields: Any
) -> Any:
    """Post the upload form as a browser does."""
    return client.post(
        reverse("documents:upload", args=[system.pk]),
        {"file": SimpleUploadedFile(name, content), **fields},
    )

"""What an uploaded file is: by its name and by its content, which must agree.

Nothing is unpacked here: a container is known by names that stand in it as plain
bytes, so a file that would unpack to gigabytes costs nothing.
"""

import re
import unicodedata
from pathlib import PurePosixPath

import orjson
from django.utils.translation import gettext as _

from registry.operators.services import FactsWrong

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
TEXTS = frozenset({".txt", ".md", ".csv", ".json"})
ZIP = b"PK\x03\x04"
BEGINS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".docx": ZIP,
    ".xlsx": ZIP,
    ".odt": ZIP,
    ".zip": ZIP,
}
HOLDS = {
    ".docx": b"word/document.xml",
    ".xlsx": b"xl/workbook.xml",
    # ODF 1.3 part 2, 3.3: the type is the first entry, stored without compression.
    ".odt": b"mimetypeapplication/vnd.oasis.opendocument.text",
}
MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")
# SECURITY: what a browser would run if it met it as a page.
MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<svg|<\?xml|<script)", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
NAME_LENGTH = 150


class DocumentRefused(FactsWrong):
    """The file is not one that may be stored; the text says why and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__({"file": reason})


def safe_name(file_name: str) -> str:
    """A file name on one line: no folders, no character that cannot be seen.

    Direction marks would let `gpj.exe` be read as `exe.jpg`; leading and trailing
    dots and blanks would hide a file or its ending.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    seen = "".join(
        c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " "
    )
    stem, dot, ending = seen.strip(" .").rpartition(".")
    if not dot:
        return ending[:NAME_LENGTH] or "document"
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"[-NAME_LENGTH:]


def media_type_of(name: str, data: bytes) -> str:
    """The media type that name and content agree on. Raises DocumentRefused."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ALLOWED:
        raise DocumentRefused(
            _("Files that end in “%(ending)s” are not taken. Take one of: %(list)s.")
            % {"ending": ending or "—", "list": ", ".join(sorted(ALLOWED))}
        )
    if ending in TEXTS:
        _check_text(ending, data)
    elif not data.startswith(BEGINS[ending]) or HOLDS.get(ending, b"") not in data:
        raise DocumentRefused(
            _("The content of “%(name)s” is not what its ending says. Save it again in "
              "that format, or give it the ending of what it is.") % {"name": name}
        )  # fmt: skip
    elif any(each in data for each in MACROS):
        raise DocumentRefused(
            _("The file holds macros. Save it without them, or as PDF.")
        )
    return ALLOWED[ending]


def _check_text(ending: str, data: bytes) -> None:
    try:
        data.decode()
        readable = b"\x00" not in data
    except UnicodeDecodeError:
        readable = False
    if not readable:
        raise DocumentRefused(
            _("A text file must be in UTF-8. Save it in that coding.")
        )
    if MARKUP.match(data.removeprefix(BOM)):
        raise DocumentRefused(
            _("This is a web page or a drawing in XML, which a browser could run. "
              "Store it as PDF or PNG.")
        )  # fmt: skip
    if ending == ".json":
        try:
            orjson.loads(data.removeprefix(BOM))
        except orjson.JSONDecodeError as error:
            raise DocumentRefused(
                _("It is no JSON: %(reason)s.") % {"reason": str(error)[:120]}
            ) from error

"""Takes a dossier apart, and runs the verifier that was inside it."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf


def unpack(pdf: bytes, folder: Path) -> Path:
    """Write what is attached to the file into the folder, under its own names."""
    folder.mkdir(parents=True, exist_ok=True)
    with pikepdf.open(BytesIO(pdf)) as opened:
        for name, file in opened.attachments.items():
            (folder / name).write_bytes(file.get_file().read_bytes())
    return folder


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, blanks made equal."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the extracted verifier alone: no site packages, nothing of this project."""
    return subprocess.run(
        [sys.executable, "-I", "verifier.pyz", "verify", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )

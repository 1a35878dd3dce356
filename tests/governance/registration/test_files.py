"""The files: the same content and digest in each, and never a registration."""

import io
import json
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest

from governance.registration.encoding import digest_of
from governance.registration.render.files import KINDS, file_name
from governance.registration.render.words import Export
from governance.registration.services import write_text
from tests.factories import World
from tests.governance.dossiers.opened import page_texts
from tests.governance.law.duty_worlds import CAMERA
from tests.governance.registration.test_submissions import submit
from tests.governance.registration.worlds import A, a_provider, draft, kept

pytestmark = pytest.mark.django_db
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = '=HYPERLINK("https://evil.example";"x")'


def made(export: Export, kind: str) -> bytes:
    return KINDS[kind].make(export)


def cells(data: bytes) -> tuple[list[Any], list[str]]:
    """The cells of the first sheet, and the shared texts that they show."""
    parse = ElementTree.fromstring
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = parse(book.read("xl/worksheets/sheet1.xml"))
        shared = parse(book.read("xl/sharedStrings.xml"))
    texts = ["".join(part.itertext()) for part in shared.iter(f"{SHEET}si")]
    return list(sheet.iter(f"{SHEET}c")), texts


def test_json_carries_the_digest_of_its_content(world: World) -> None:
    export = Export(draft(world, a_provider(world)).content)
    told = json.loads(made(export, "json"))
    assert told["sha256"] == digest_of(told["content"]) == export.digest
    assert "nothing has been sent" in told["notice"]
    assert "not a registration" in told["notice"]
    assert told["content"]["edition"] == "omnibus_2026"
    assert told["content"]["on"]
    assert told["submission"] is None


def test_what_may_be_left_open_is_not_called_missing(world: World) -> None:
    rows = {each["title"]: each for each in Export(
        draft(world, a_provider(world)).content).rows()}  # fmt: skip
    assert rows["Web address"]["state"] == "left open (optional)"
    assert rows["Instructions for use"]["state"] == "missing"


def test_every_cell_of_the_sheet_is_text_and_none_a_formula(world: World) -> None:
    operator = a_provider(world)
    for number, text in ((6, HOSTILE), (11, "+1"), (12, "@SUM(A1)"), (13, "-2")):
        write_text(
            draft=draft(world, operator), field=f"{A}-{number}", text=text,
            author=world.alice, revision=0, **kept(),
        )  # fmt: skip
    export = Export(draft(world, operator).content)
    data = made(export, "xlsx")
    assert data == made(export, "xlsx")
    found, texts = cells(data)
    assert {cell.get("t") for cell in found} == {"s"}
    assert not any(cell.find(f"{SHEET}f") is not None for cell in found)
    assert {HOSTILE, "+1", "@SUM(A1)", "-2", export.digest, export.notice} <= set(texts)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles = book.read("xl/styles.xml").decode()
        assert "hyperlink" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert styles.count('quotePrefix="1"') >= 1
    # 49 is Excel's own format for text; nothing has another.
    used = set(re.findall(r'<xf numFmtId="(\d+)"[^>]*xfId="0"', styles))
    assert used - {"0"} == {"49"}


def test_what_is_not_public_says_so_in_every_file(world: World) -> None:
    export = Export(draft(world, a_provider(world, CAMERA, police="yes")).content)
    assert "NOT PUBLIC" in json.loads(made(export, "json"))["warning"]
    _found, texts = cells(made(export, "xlsx"))
    assert texts.count("NOT PUBLIC (Art. 49(4))") == 1
    assert "NOT PUBLIC: secure section, Art. 49(4)" in texts
    assert "-not-public-" in file_name(export, "pdf")


def test_the_paper_says_what_it_is_on_every_page(world: World) -> None:
    operator = a_provider(world, CAMERA, police="yes")
    write_text(
        draft=draft(world, operator), field=f"{A}-5", text="<script>x</script>\n" * 40,
        author=world.alice, revision=0, reason="Parts.", **kept(),
    )  # fmt: skip
    export = Export(draft(world, operator).content)
    data = made(export, "pdf")
    told = page_texts(data)
    assert len(told) > 1
    for page in told:
        assert "Draft, not a registration" in page
        assert "NOT PUBLIC: secure section, Art. 49(4)" in page
        assert export.digest[:6] in page
    whole = " ".join(told)
    for words in ("nothing has been sent", "Marktplatz 1", "<script>"):
        assert words in whole
    assert export.digest in whole.replace(" ", "")
    for words in (export.edition, export.on, "5 of 7 fields"):
        assert words in whole
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert b'pdfuaid:part="1"' in bytes(opened.Root.Metadata.read_bytes())


def test_what_was_submitted_says_who_stated_it_and_confirms_nothing(
    world: World,
) -> None:
    row = submit(world, a_provider(world))
    export = Export(row.content, row)
    told = json.loads(made(export, "json"))
    assert told["submission"]["reference"] == "EU-4711"
    assert "Stated by Bob" in told["notice"]
    assert "not a registration" in told["notice"]
    assert told["sha256"] == row.digest
    assert file_name(export, "json").startswith("submitted-annex-viii-a-")

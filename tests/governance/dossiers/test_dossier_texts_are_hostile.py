"""Texts of people are hostile until the page is dry."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from governance.documentation.render import to_html
from governance.documentation.services import write_text
from governance.dossiers.render.fetcher import BASE, OnlyOurs, Refused
from governance.dossiers.render.pages import Pages
from governance.dossiers.render.pdf import typeset, write
from governance.dossiers.render.printable import printable
from governance.law.load import annex_iv
from registry.documents.services import read_bytes
from tests.factories import TESTER
from tests.governance.dossiers.opened import page_texts
from tests.governance.dossiers.test_dossier_profiles import broken_rules
from tests.governance.dossiers.worlds import Bank

HOSTILE = """# Title <script>alert(1)</script>

![picture](file:///etc/passwd) ![other](http://169.254.169.254/latest/meta-data)

<img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/hostname">
<style>@import url(http://example.org/x.css); * {background: url(file:///x)}</style>

[a link](javascript:alert(1)) and [another](https://example.org/a?b=c)

#### A level was left out

- 日本語 and 😀, Ελληνικά, Кирилл, Łódź, ≥ 0.5 →
- turned: \u202egnp.exe\u202c

{{ dossier }} {% include "base.html" %}

| a | b |
|---|---|
| <object data="file:///etc/passwd"></object> | x |

1. one

   with a second paragraph
2. two
"""


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "https://example.org/x.css",
        "data:text/css,*{color:red}",
        f"{BASE}../manage.py",
        f"{BASE}%2e%2e/manage.py",
        f"{BASE}..%2f..%2fetc/passwd",
        f"{BASE}/etc/passwd",
        f"{BASE}css/absent.css",
        f"{BASE}fonts/VERSION",
        "https://static.invalid@example.org/css/pdf.css",
        "figure:absent",
        "figure:../../etc/passwd",
        "ftp://static.invalid/css/pdf.css",
    ],
)
def test_nothing_but_ours_is_fetched(url: str) -> None:
    fetcher = OnlyOurs({"qr": "<svg/>"})

    with pytest.raises(Refused):
        fetcher.fetch(url)
    assert fetcher.refused == [url]


def test_our_own_files_and_figures_are_fetched() -> None:
    fetcher = OnlyOurs({"qr": "<svg/>"})

    assert fetcher.fetch("figure:qr").read() == b"<svg/>"
    assert b"@page" in fetcher.fetch(f"{BASE}css/pdf.css").read()
    assert fetcher.refused == []


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:1/x.png" alt="x">',
        '<img src="figure:hostile" alt="x">',
    ],
)
def test_a_page_that_names_what_is_not_ours_is_not_made(body: str) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        '<image xlink:href="file:///etc/passwd" width="9" height="9"/></svg>'
    )
    made = Pages("x", f"<html lang=en><title>x</title>{body}", {"hostile": svg})

    with pytest.raises(Refused, match="not ours"):
        write(typeset(made), b"0" * 16)


def test_markdown_keeps_form_and_loses_everything_that_acts() -> None:
    html = to_html(HOSTILE)

    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert "<object" not in html
    assert "<a" not in html
    assert "another (https://example.org/a?b=c)" in html
    assert '<th scope="col">a</th>' in html


def test_headings_of_a_text_stand_below_ours_and_skip_no_level() -> None:
    html = to_html("### first\n\n# second\n\n#### third\n\n##### fourth")

    levels = [int(html[at + 2]) for at in range(len(html)) if html.startswith("<h", at)]

    assert levels[0] == 4
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert max(levels) <= 6


def test_characters_that_cannot_be_drawn_are_named() -> None:
    assert printable("a\u202eb 😀 日") == "a[U+202E]b [U+1F600] [U+65E5]"
    assert printable("Łódź Ελλάδα Жук ħġ ≥ → ●") == "Łódź Ελλάδα Жук ħġ ≥ → ●"


def test_a_hostile_text_is_printed_as_text_and_the_file_keeps_its_profiles(
    bank: Bank, tmp_path: Path
) -> None:
    write_text(
        version=bank.version, leaf=annex_iv()[11].id, text=HOSTILE, evidence=[],
        author=bank.alice, revision=0, by=TESTER, at=bank.system.created_at,
    )  # fmt: skip
    made = bank.dossier()
    assert made.failure == ""
    pdf = read_bytes(made.pdf_sha256)
    text = " ".join(page_texts(pdf))

    assert "<script>alert(1)</script>" in text
    assert "[U+202E]gnp.exe" in text
    assert "{{ dossier }}" in text
    assert "root:" not in text
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert not [n for n in opened.attachments if "host" in n or "passwd" in n]
    assert broken_rules(pdf, tmp_path) == []

"""What people write is shown, and can do nothing else."""

from html.parser import HTMLParser

import pytest

from governance.documentation.render import to_html

SHOWN = {"p", "pre", "code", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.org/track.png)",
        "<a href='https://example.org' onclick='x()'>here</a>",
        "<style>body{display:none}</style>",
        "```html\n<script>alert(1)</script>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
        '<iframe src="//example.org"></iframe>',
        "|a|\n|-|\n|<svg onload=alert(1)>|",
        "`<script>`",
    ],
)
def test_hostile_text_is_harmless(hostile: str) -> None:
    seen = Elements()
    seen.feed(to_html(hostile))
    assert seen.names <= SHOWN
    assert seen.attributes <= {"scope"}


class Elements(HTMLParser):
    """Which elements and attributes a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_headings_stand_below_the_pages_own_and_skip_no_level() -> None:
    html = to_html("# One\n\n### Two\n\n# Three")
    assert "<h4>One</h4>" in html
    assert "<h5>Two</h5>" in html
    assert "<h4>Three</h4>" in html


def test_a_link_is_its_text_and_its_address() -> None:
    assert "the card (https://example.org/card)" in to_html(
        "[the card](https://example.org/card)"
    )


def test_tables_and_lists_are_kept() -> None:
    html = to_html("| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two")
    assert '<th scope="col">a</th>' in html
    assert html.count("<li>") == 2


def test_a_text_nested_a_thousand_deep_is_read_quickly() -> None:
    assert len(to_html("> " * 5000 + "x")) < 20_000

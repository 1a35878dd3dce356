"""People's Markdown as clean HTML, for pages and for paper.

Headings begin below h3 and skip no level; raw HTML shows as the text that it is. A
link is its text with its address behind it and an image its description: nothing is
ever fetched, and paper cannot be clicked.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FIRST_LEVEL = 4
LAST_LEVEL = 6
TAGS = {
    "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "s", "code", "pre", "ul", "ol",
    "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

# LIMIT: deeper nesting is an attack on the reader's machine, not a text.
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 12})
_parser.enable(["table", "strikethrough"])


def to_html(text: str) -> SafeString:
    """The text as HTML that may stand in a page as it is."""
    tokens = _parser.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = _flattened(token.children)
    found = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(found, tags=TAGS, attributes={"ol": {"start"}})
    clean = re.sub(r"<th>", '<th scope="col">', clean)
    # SECURITY: clean has gone through nh3 with the list of tags above.
    return mark_safe(clean)  # noqa: S308


def _lower_headings(tokens: list[Token]) -> None:
    """Put headings below ours, and close gaps: no level is skipped."""
    before, top = FIRST_LEVEL - 1, None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            top = level if top is None else min(top, level)
            before = min(FIRST_LEVEL + level - top, before + 1, LAST_LEVEL)
            token.tag = f"h{before}"
        elif token.type == "heading_close":
            token.tag = f"h{before}"


def _flattened(children: list[Token]) -> list[Token]:
    """Links as text with their address, images as what their author called them."""
    found: list[Token] = []
    addresses: list[str] = []
    for token in children:
        if token.type == "link_open":
            addresses.append(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            address = addresses.pop()
            if not (found and found[-1].content == address):
                found.append(_text(f" ({address})"))
        elif token.type == "image":
            found.append(_text(f"[{token.content or token.attrs.get('src', '')}]"))
        else:
            found.append(token)
    return found


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)

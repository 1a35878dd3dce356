"""People's Markdown as HTML for paper: emphasis, lists, tables, lower headings.

Raw HTML shows as the text that it is. A link is printed with its address behind it,
an image as its description: paper cannot be clicked, and nothing is ever fetched.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# The heading of a leaf is an h3: what people write stands below it.
FIRST_LEVEL = 4
LAST_LEVEL = 6
TAGS = {
    "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "s", "code", "pre", "ul", "ol",
    "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

# LIMIT: deeper nesting is an attack on the typesetter, not a text.
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 12})
_parser.enable(["table", "strikethrough"])


def markdown(text: str) -> SafeString:
    """The text as clean HTML whose headings begin at h4 and skip no level."""
    tokens = _parser.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = _for_paper(token.children)
    found = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(found, tags=TAGS, attributes={"ol": {"start"}})
    clean = re.sub(r"<th>", '<th scope="col">', clean)
    # SECURITY: clean has gone through nh3 with the list of tags above.
    return mark_safe(clean)  # noqa: S308


def _lower_headings(tokens: list[Token]) -> None:
    """Put headings below ours, and close gaps (PDF/UA: no level is skipped)."""
    before, top = FIRST_LEVEL - 1, None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            top = level if top is None else min(top, level)
            wanted = FIRST_LEVEL + level - top
            before = min(wanted, before + 1, LAST_LEVEL)
            token.tag = f"h{before}"
        elif token.type == "heading_close":
            token.tag = f"h{before}"


def _for_paper(children: list[Token]) -> list[Token]:
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

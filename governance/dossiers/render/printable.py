"""Only characters that our own fonts can draw reach the page.

PDF/A demands a glyph for every character, and a machine's other fonts would make
the same contents look different elsewhere. What we cannot draw is named by its code
point; the attached JSON has the character itself.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = Path(settings.ROOT) / "static" / "fonts" / "pdf"
FAMILIES = ("inter", "source-serif-4")
# What both stacks fall back to.
SYMBOLS = "noto-sans-math"
# SECURITY: what is not seen, or turns the order of reading, must not hide in a name.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@lru_cache(maxsize=1)
def drawn() -> frozenset[int]:
    """The code points for which each family has a glyph in its upright weight."""
    found = []
    for family in FAMILIES:
        points: set[int] = set()
        for name in (family, SYMBOLS):
            for file in sorted(FONTS.glob(f"{name}-*-400-normal.woff2")):
                with TTFont(file, lazy=True) as font:
                    points |= set(font.getBestCmap())
        found.append(points)
    return frozenset(set.intersection(*found))


def printable(text: str) -> str:
    """The text with [U+4E2D] in the place of what cannot be drawn."""
    text = text.replace("\u202f", "\u00a0")
    if all(_plain(char) for char in set(text)):
        return text
    return "".join(char if _plain(char) else f"[U+{ord(char):04X}]" for char in text)


def _plain(char: str) -> bool:
    if char in "\n\r\t":
        return True
    return ord(char) in drawn() and unicodedata.category(char) not in UNSEEN

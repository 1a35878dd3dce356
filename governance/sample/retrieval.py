"""Finding the text that fits a question: words weighed by how rare they are (TF-IDF),
and compared by the cosine of the angle between the weights."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from governance.sample.logistic import Floats

WORD = re.compile(r"[a-z]+")
ENDINGS = ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s")
SHORTEST_STEM = 3
STOP_WORDS = frozenset(
    WORD.findall(
        """
        a an and any are as at be but by can could did do
        does for from get has have how i if in is it its me
        my of on or our so than that the their them then there they
        this to was we what when where which who why will with would you
        your
        """
    )
)


def words(text: str) -> list[str]:
    """Return the stems of the words that carry meaning."""
    return [_stem(w) for w in WORD.findall(text.lower()) if w not in STOP_WORDS]


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


class Index:
    """The passages as unit vectors of weighed words."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        counts = [Counter(words(text)) for text in texts]
        spread = Counter(word for count in counts for word in count)
        self.vocabulary = {word: place for place, word in enumerate(sorted(spread))}
        self.rarity = np.array(
            [math.log((1 + len(texts)) / (1 + spread[w])) + 1 for w in self.vocabulary]
        )
        self.rows = np.array([self.vector(text) for text in texts])

    def vector(self, text: str) -> Floats:
        """Return a text's unit vector; words that no passage has are left out, but
        count in the length, so that a question about something else scores low."""
        counts = Counter(words(text))
        unknown = sum(n**2 for w, n in counts.items() if w not in self.vocabulary)
        vector = np.zeros(len(self.vocabulary))
        for word, count in counts.items():
            if word in self.vocabulary:
                place = self.vocabulary[word]
                vector[place] = count * self.rarity[place]
        rarest = float(self.rarity.max()) if len(self.rarity) else 0.0
        length = math.sqrt(float(vector @ vector) + unknown * rarest**2)
        return vector / length if length else vector

"""The chat assistant of the sample: it answers questions about applying for a credit by
finding the passage that fits best, and says so when none does.

The answers are computed: words are weighed by how rare they are among the passages
(TF-IDF), and question and passage compared by the cosine of their weights. Each answer
opens by saying that a machine is talking (Art. 50(1)) and carries a mark for programs
that it was made by one (Art. 50(2)).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from governance.sample import clockwork
from governance.sample.dataset import DATA
from governance.sample.features import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.sample.logistic import Floats

VERSION = "1.2.0"
DEPLOYMENT = "website-chat"
DAYS = 45
ENOUGH = 0.18  # below this cosine no passage answers the question
DISCLOSURE = "You are talking to an automatic assistant, not to a person."
NO_ANSWER = (
    "I have no passage that answers this. Please ask the staff of the loan desk."
)
MARK = {"made_by": "machine", "system": "chat assistant", "version": VERSION}
WORD = re.compile(r"[a-z]+")
ENDINGS = ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s")
SHORTEST_STEM = 3
STOP_WORDS = frozenset(
    WORD.findall(
        "a an and any are as at be but by can could did do does for from "
        "get has have how i if in is it its me my of on or our so "
        "than that the their them then there they this to was we what when where which who "
        "why will with would you your "
    )
)


@dataclass(frozen=True)
class Passage:
    """One paragraph under its heading."""

    title: str
    text: str


@dataclass(frozen=True)
class Found:
    """The best passage (None if none is good enough), its cosine, and the words that
    made it so."""

    passage: Passage | None
    cosine: float
    words: dict[str, float]


@cache
def passages() -> tuple[Passage, ...]:
    """Return what the assistant may answer from."""
    text = (DATA / "assistant-passages.md").read_text(encoding="utf-8")
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return tuple(
        Passage(head.strip(), " ".join(body.split())) for head, _, body in parts
    )


@cache
def questions() -> tuple[str, ...]:
    """Return what visitors of the sample ask, one question a line."""
    text = (DATA / "assistant-questions.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


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


@cache
def index() -> Index:
    """Return the index of all passages; headings count as part of the text."""
    return Index(tuple(f"{p.title} {p.text}" for p in passages()))


def find(question: str) -> Found:
    """Return the passage that fits the question best."""
    asked = index().vector(question)
    cosines = index().rows @ asked
    best = int(cosines.argmax())
    shared = index().rows[best] * asked
    top = {w: round(float(shared[p]), 6) for w, p in index().vocabulary.items()}
    strongest = sorted((w for w in top if top[w]), key=lambda w: (-top[w], w))[:5]
    cosine = round(float(cosines[best]), 6)
    chosen = passages()[best] if cosine >= ENOUGH else None
    return Found(chosen, cosine, {word: top[word] for word in strongest})


def answer(found: Found) -> str:
    """Return the words that the visitor reads."""
    said = found.passage.text if found.passage else NO_ANSWER
    return f"{DISCLOSURE} {said}"


def artefact() -> bytes:
    """Return everything that the answers depend on, as canonical JSON."""
    held = [{"title": p.title, "text": p.text} for p in passages()]
    return canonical({"version": VERSION, "enough": f"{ENOUGH:.2f}", "passages": held})


def sha256() -> str:
    """Return the artefact's digest in hexadecimal."""
    return hashlib.sha256(artefact()).hexdigest()


def predictions(now: datetime, salt: str) -> Iterator[dict[str, Any]]:
    """Return the exchanges in the shape of POST /api/v1/events, in order of time."""
    start = now - timedelta(days=DAYS)
    moments = clockwork.instants(len(questions()), start, now, f"{salt}/chat")
    numbers = clockwork.sequence(f"{salt}-chat")
    for place, (question, at, number) in enumerate(
        zip(questions(), moments, numbers, strict=False), 1
    ):
        begun = perf_counter()
        found = find(question)
        took = (perf_counter() - begun) * 1000
        yield {
            "id": str(clockwork.name_id(salt, "chat", place)),
            "type": "prediction",
            "occurred_at": clockwork.instant(at),
            "model_version": VERSION,
            "deployment": DEPLOYMENT,
            "input": {"question": question},
            "features": found.words,
            "output": {
                "answer": answer(found),
                "passage": found.passage.title if found.passage else None,
                "cosine": found.cosine,
                "disclosed": True,
                "mark": MARK,
            },
            "confidence": found.cosine,
            "subject": f"visitor-{place:03}",
            "endpoint": "POST /chat",
            "latency_ms": round(took, 4),
        } | number

"""The chat assistant of the sample: it answers questions about applying for a credit by
finding the passage that fits best, and says so when none does.

The answers are computed: words are weighed by how rare they are among the passages
(TF-IDF), and question and passage compared by the cosine of their weights. Each answer
opens by saying that a machine is talking (Art. 50(1)) and carries a mark for programs
that it was made by one (Art. 50(2)).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

from governance.sample import clockwork
from governance.sample.dataset import DATA
from governance.sample.features import canonical
from governance.sample.retrieval import Index

if TYPE_CHECKING:
    from collections.abc import Iterator


VERSION = "1.2.0"
DEPLOYMENT = "website-chat"
DAYS = 45
ENOUGH = 0.18  # below this cosine no passage answers the question
DISCLOSURE = "You are talking to an automatic assistant, not to a person."
NO_ANSWER = (
    "I have no passage that answers this. Please ask the staff of the loan desk."
)
MARK = {"made_by": "machine", "system": "chat assistant", "version": VERSION}


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

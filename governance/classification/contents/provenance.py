"""Where an answer comes from: who gave it last, when, how they know, what backs it.

Kept beside the answers, by fact, as plain JSON values, and bound by the digest of a
classification. People stand in it by id, so that a name can be erased later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.classification.selectors import names_of
from registry.documents.models import Document
from registry.people.models import User

Record = dict[str, Any]
Provenance = Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Told:
    """How somebody knows, in a line, and the documents that back it. Both optional."""

    source: str = ""
    evidence: tuple[Document, ...] = ()

    def as_json(self) -> Record:
        return {"source": self.source, "evidence": [cited(d) for d in self.evidence]}


@dataclass(frozen=True, slots=True)
class Given:
    """The provenance of one answer as people read it."""

    author: str
    at: datetime
    source: str
    evidence: tuple[Mapping[str, str], ...]


def cited(document: Document) -> dict[str, str]:
    """A document as it backed an answer: by its content, whatever becomes of it."""
    return {
        "id": str(document.pk),
        "title": document.title,
        "sha256": document.sha256,
    }


def record_of(author: User, at: datetime, told: Record) -> Record:
    """The provenance of an answer that was given now."""
    return {"author": str(author.pk), "at": at.isoformat(), **told}


def renewed(before: Record | None, told: Record, now: Record, *, same: bool) -> Record:
    """The provenance after a page was kept: the old one while nothing is different.

    A source that was left as it was does not speak for an answer that was changed.
    """
    if before is None:
        return now
    unmoved = all(before[name] == told[name] for name in ("source", "evidence"))
    if unmoved and same:
        return before
    return now if not unmoved else {**now, "source": "", "evidence": []}


def known(provenance: Provenance) -> dict[str, Given]:
    """The provenance of answers as people read it, with their names of today."""
    names = names_of(record["author"] for record in provenance.values())
    return {
        fact: Given(
            names.get(record["author"], ""),
            datetime.fromisoformat(record["at"]),
            record["source"],
            tuple(record["evidence"]),
        )
        for fact, record in provenance.items()
    }

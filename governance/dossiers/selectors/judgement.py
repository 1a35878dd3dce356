"""What people made of the system under the Act: the verdict and the Annex IV texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from governance.classification.contents.provenance import Given, known
from governance.classification.contents.words import in_words
from governance.classification.models import Classification
from governance.classification.selectors import of_system, standing
from governance.documentation.models import AnnexText
from governance.law.load import annex_iv, law
from governance.law.model import AnnexLeaf
from registry.systems.models import AISystem, SystemVersion

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that backs a text or an answer: its title, its content's SHA-256."""

    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the classification as it was put, and what was answered."""

    fact: str
    question: str
    answer: str
    citation: str
    # Empty in contents that were stored before answers had a provenance.
    author: str = ""
    at: datetime | None = None
    source: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """A classification: who answered, who approved, and the verdict with reasons."""

    state: str
    on: date
    edition: str
    made_at: datetime
    author: str
    decided_by: str
    decided_at: datetime | None
    digest: str
    answers: tuple[Answer, ...]
    verdict: dict[str, Any]
    # Empty in contents that were stored before the title was.
    edition_title: str = ""

    @property
    def approved(self) -> bool:
        return self.state == Classification.State.APPROVED


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """One of the 23 leaves of Annex IV, with the text that people wrote, or none."""

    id: str
    citation: str
    title: str
    asks: str
    applicability: str
    state: str
    text: str = ""
    reason: str = ""
    author: str = ""
    written_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    text_sha256: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def number(self) -> str:
        """The point of the annex: "2(d)"."""
        return self.citation.removeprefix("Annex IV, point ")


def verdict(system: AISystem) -> VerdictFacts | None:
    """The classification that stands, else the newest that waits for approval."""
    waiting = of_system(system).filter(state=Classification.State.PROPOSED)
    row = standing(system) or waiting.first()
    if row is None:
        return None
    return VerdictFacts(
        state=row.state,
        on=row.on,
        edition=row.edition,
        made_at=row.made_at,
        author=str(row.author),
        decided_by=str(row.decided_by or ""),
        decided_at=row.decided_at,
        digest=row.digest,
        answers=tuple(_answers(row)),
        verdict=row.verdict,
        edition_title=_title(row.edition),
    )


def _title(edition: str) -> str:
    """The edition of the Act by its name, for a reader who knows no ids."""
    return next((e.title for e in law().editions if e.id == edition), "")


def _answers(row: Classification) -> Iterator[Answer]:
    """The answers in the order of the questions; a question we dropped keeps its id."""
    asked, given, by = law().questions, row.answers, known(row.provenance)
    in_order = [fact for fact in asked if fact in given]
    for fact in (*in_order, *sorted(set(given) - set(asked))):
        from_where = _provenance(by.get(fact))
        if (question := asked.get(fact)) is None:
            yield Answer(fact, fact, str(given[fact]), "", **from_where)
        else:
            said = in_words(question, given[fact], unknown=_("Not established"))
            yield Answer(fact, question.text, said, question.citation, **from_where)


def _provenance(given: Given | None) -> dict[str, Any]:
    """Who answered last, when, how they know, and what backs it, if that was kept."""
    if given is None:
        return {}
    return {
        "author": given.author,
        "at": given.at,
        "source": given.source,
        "evidence": tuple(
            Evidence(each["title"], each["sha256"]) for each in given.evidence
        ),
    }


def leaves(version: SystemVersion | None) -> tuple[LeafFacts, ...]:
    """All 23 leaves in the order of the annex; without a version all are missing."""
    written: dict[str, AnnexText] = {}
    if version is not None:
        rows = AnnexText.objects.filter(version=version).prefetch_related("evidence")
        written = {r.leaf: r for r in rows.select_related("author", "approved_by")}
    return tuple(_leaf(leaf, written.get(leaf.id)) for leaf in annex_iv())


def _leaf(leaf: AnnexLeaf, row: AnnexText | None) -> LeafFacts:
    asked = (leaf.id, leaf.citation, leaf.title, leaf.write, leaf.applicability)
    if row is None:
        return LeafFacts(*asked, state=MISSING)
    return LeafFacts(
        *asked,
        state=row.state,
        text=row.text,
        reason=row.not_applicable_reason,
        author=str(row.author),
        written_at=row.written_at,
        approved_by=str(row.approved_by or ""),
        approved_at=row.approved_at,
        text_sha256=row.approved_sha256,
        evidence=tuple(
            Evidence(each.title, each.sha256)
            for each in sorted(row.evidence.all(), key=lambda each: each.sha256)
        ),
    )
